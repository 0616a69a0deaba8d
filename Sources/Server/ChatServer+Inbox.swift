import Delivery
import Protocol
import Sockets
import Store

// What the other threads have to say to the loop: the store, the hashing threads, signals.

extension ChatServer {
    /// What the other threads have to say.
    struct Inbox {
        var reports: [StoreReport] = []
        var outcomes: [HashOutcome] = []
        var searches: [SearchReport] = []
        var signals: [Signal] = []
    }

    /// Every box is emptied until it says so: only then will it ring again.
    mutating func takeBatches(into inbox: inout Inbox) {
        bellRang = false
        for waker in [
            store.reports.waker, hashing.outcomes.waker, search.reports.waker, signals.waker,
        ] {
            waker.clear()
        }
        repeat {
            store.reports.take(into: &inbox.reports)
            for report in inbox.reports {
                if case .trouble(let error) = report { note(error) }
                switchboard.receive(report, at: clock.now)
            }
        } while !inbox.reports.isEmpty
        repeat {
            hashing.outcomes.take(into: &inbox.outcomes)
            for outcome in inbox.outcomes {
                note(outcome)
                switchboard.receive(outcome, at: clock.now)
            }
        } while !inbox.outcomes.isEmpty
        repeat {
            search.reports.take(into: &inbox.searches)
            for report in inbox.searches {
                if case .failed(let error, _) = report {
                    log.write("search-unable", ["reason": "\(error)"], at: clock.now.wall)
                }
                switchboard.receive(report, at: clock.now)
            }
        } while !inbox.searches.isEmpty
        repeat {
            signals.take(into: &inbox.signals)
            for signal in inbox.signals { obey(signal) }
        } while !inbox.signals.isEmpty
    }

    private mutating func obey(_ signal: Signal) {
        switch signal {
        case .hangUp:
            switchboard.jobs.append(.reread)
        case .terminate, .interrupt:
            log.write("stopping", ["sessions": "\(switchboard.count)"], at: clock.now.wall)
            for listener in listeners { listener.close() }
            // The second one is meant.
            let patience = leavingAt == nil ? Self.leavingPatience : .zero
            leavingAt = (clock.now.instant + patience).nanoseconds
            switchboard.close(at: clock.now)
        }
    }

    private mutating func note(_ trouble: StoreError?) {
        switch trouble {
        case nil:
            log.write("store-works-again", [:], at: clock.now.wall)
        case .unable(let reason):
            log.write("store-unable", ["reason": reason], at: clock.now.wall)
        case .damaged(let reason):
            log.write("store-damaged", ["reason": reason], at: clock.now.wall)
        case .fatal(let reason):
            log.write("store-failed", ["reason": reason], at: clock.now.wall)
            failed = true
        }
    }

    private func note(_ outcome: HashOutcome) {
        switch outcome {
        case .notEnrolled(_, _, let reason):
            log.write("account-not-kept", ["reason": reason], at: clock.now.wall)
        case .reread(.failure(let fault)):
            log.write("accounts-not-read", ["reason": "\(fault)"], at: clock.now.wall)
        case .reread(.success(let reading)):
            for note in reading.notes { log.write("accounts", ["note": note], at: clock.now.wall) }
        case .verified, .enrolled, .taken, .changed, .notChanged:
            break
        }
    }

    /// For the goodbyes; what is left of `Limits.closing` is for the store.
    private static let leavingPatience = Duration.seconds(6)
}
