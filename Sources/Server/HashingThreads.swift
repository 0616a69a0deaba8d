// Where passwords are looked at and accounts are written down: both take milliseconds, which the
// loop does not have.
package import Delivery
package import Protocol
package import Sockets

package enum HashJob: Hashable, Sendable {
    /// A nil secret takes as long as any and is never right.
    case verify(SessionID, Username, Secret?, Password)
    case enroll(SessionID, Username, Password)
    /// If the old password is the one of this secret.
    case change(SessionID, Username, Secret, old: Password, new: Password)
    /// Somebody has changed the account file.
    case reread
}

/// What came of a job. One for each.
package enum HashOutcome: Hashable, Sendable {
    case verified(SessionID, Username, Bool)
    /// The account is in the file, on disk.
    case enrolled(SessionID, Username, Secret)
    /// It is not, for this reason.
    case notEnrolled(SessionID, Username, String)
    /// It is not: somebody has put the name into the file by hand.
    case taken(SessionID, Username)
    /// The account file has the new secret, on disk.
    case changed(SessionID, Username, Secret)
    case notChanged(SessionID, PostOffice.Unchanged)
    case reread(Result<AccountBook.Reading, AccountBookTrouble>)
}

/// Two threads, as many as there are hashes that a small machine can do at once.
///
/// Jobs are not done in the order in which they were put. But what was done to the account file, or
/// read from it, is reported in the order in which it was done: whoever takes the outcomes one
/// after the other knows what the file says.
package final class HashingThreads {
    package let outcomes: SwapBox<HashOutcome>
    private let lanes: [Lane]
    private let threads: [ThreadHandle]

    /// One thread's work.
    private final class Lane: Sendable {
        let jobs: SwapBox<HashJob>
        /// Put and not done.
        let open = Guarded(0)

        init() throws(SystemError) {
            jobs = try SwapBox()
        }
    }

    package init(_ book: AccountBook) throws(SystemError) {
        let desk = Desk(hasher: PasswordHasher(), book: Guarded(book), outcomes: try SwapBox())
        let lanes = [try Lane(), try Lane()]
        self.lanes = lanes
        outcomes = desk.outcomes
        var threads: [ThreadHandle] = []
        for lane in lanes {
            let thread = try startThread(named: "hashing") {
                var jobs: [HashJob] = []
                while lane.jobs.takeWaiting(into: &jobs) {
                    for job in jobs {
                        desk.perform(job)
                        lane.open.withLock { $0 -= 1 }
                    }
                }
            }
            threads.append(thread)
        }
        self.threads = threads
    }

    /// Takes all of them and leaves an empty array. How many may wait is for the caller to say.
    package func put(_ jobs: inout [HashJob]) {
        for job in jobs {
            let counts = lanes.map { $0.open.withLock(\.self) }
            let lane = lanes[counts[0] <= counts[1] ? 0 : 1]
            lane.open.withLock { $0 += 1 }
            lane.jobs.put(job)
        }
        jobs.removeAll(keepingCapacity: true)
    }

    /// Returns when everything that was put is done. To be called once, last.
    package func finish() {
        for lane in lanes { lane.jobs.close() }
        for thread in threads { thread.join() }
    }
}

/// What both threads work with.
private struct Desk: Sendable {
    let hasher: PasswordHasher
    let book: Guarded<AccountBook>
    let outcomes: SwapBox<HashOutcome>

    func perform(_ job: HashJob) {
        switch job {
        case .verify(let session, let name, let secret, let password):
            outcomes.put(.verified(session, name, hasher.verify(password, secret)))
        case .enroll(let session, let name, let password):
            enroll(session, name, password)
        case .change(let session, let name, let secret, let old, let new):
            change(session, name, secret, old, new)
        case .reread:
            // Reported within the lock, so that reports come in the order of what they tell of. Who
            // waits for it here is the other thread, never the loop.
            book.withLock { book in
                outcomes.put(
                    .reread(Result { () throws(AccountBookTrouble) in try book.read() }))
            }
        }
    }

    private func enroll(_ session: SessionID, _ name: Username, _ password: Password) {
        guard let secret = hasher.hash(password) else {
            outcomes.put(.notEnrolled(session, name, "no memory for a hash"))
            return
        }
        // As above.
        book.withLock { book in
            do throws(AccountBookTrouble) {
                try book.enroll(AccountLine(name: name, secret: secret))
                outcomes.put(.enrolled(session, name, secret))
            } catch .taken {
                outcomes.put(.taken(session, name))
            } catch {
                outcomes.put(.notEnrolled(session, name, "\(error)"))
            }
        }
    }

    private func change(
        _ session: SessionID, _ name: Username, _ secret: Secret, _ old: Password,
        _ new: Password
    ) {
        guard hasher.verify(old, secret) else {
            outcomes.put(.notChanged(session, .wrong))
            return
        }
        guard let better = hasher.hash(new) else {
            outcomes.put(.notChanged(session, .unable))
            return
        }
        // As above.
        book.withLock { book in
            do throws(AccountBookTrouble) {
                let account = AccountLine(name: name, secret: secret)
                // Somebody may have changed the file by hand; that counts.
                let count = try book.upgrade([account: better])
                outcomes.put(
                    count == 0
                        ? .notChanged(session, .unable) : .changed(session, name, better))
            } catch {
                outcomes.put(.notChanged(session, .unable))
            }
        }
    }
}
