package import Protocol

/// What the loop wants of the store. A session is named when it waits for the outcome.
package enum StoreOrder: Hashable, Sendable {
    case keep(Entry, for: SessionID?)
    case read(StoreQuestion, for: SessionID)
    /// What is older, and read, need not be kept any longer.
    case forget(before: WallTime)
}

/// What came of it. One report for each order, in the order of the orders of its kind.
package enum StoreReport: Hashable, Sendable {
    /// On disk.
    case kept(Entry, MessageNumber, for: SessionID?)
    /// Not kept, and it will not be.
    case refused(Entry, for: SessionID?)
    /// To `.mail` and to `.entries`.
    case mail(MailPage, for: SessionID)
    case inbox([Unread], for: SessionID)
    case history(HistoryPage, for: SessionID)
    case unreadable(for: SessionID)
    /// For the log: the store cannot keep, or read, for this reason; or it can again (nil).
    case trouble(StoreError?)
}

/// Does what the loop orders of a store, and says what came of it.
///
/// A plain value without a thread: the server runs it on the store's thread, the simulation
/// wherever it likes. What is ordered in one turn is committed together, which is all the grouping
/// there is: while one group is on its way to the disk, the next gathers.
///
/// When the store cannot keep, letters and what a session wants of rooms are refused; everything
/// else stays here and goes first as soon as it can.
package struct StoreWriter<Store: MessageStore> {
    private var store: Store
    private var backlog = Backlog()
    private var troubles: [Work: StoreError] = [:]
    private var toldDamage: Set<StoreError> = []
    private static var toldDamageMax: Int { 10_000 }
    /// From moments of rest; they go out with the next turn.
    private var untold: [StoreReport] = []

    private enum Work: Hashable { case keeping, reading, tidying }

    package init(_ store: Store) {
        self.store = store
    }

    /// `findsSenders`: also whose letters wait, which means to look at each.
    package mutating func recover(
        findsSenders: Bool = false
    ) throws(StoreError) -> Recovered {
        var recovered = try store.recover()
        if findsSenders { try store.findSenders(for: &recovered) }
        return recovered
    }

    /// Keeps what is to be kept, in groups of at most `Limits.groupEntries`, then reads. Throws
    /// only what is fatal; nothing has been promised then.
    package mutating func turn(_ orders: [StoreOrder]) throws(StoreError) -> [StoreReport] {
        var reports = untold
        untold = []
        try keep(orders, &reports)
        for order in orders {
            switch order {
            case .keep: break
            case .read(let question, let session): try read(question, for: session, &reports)
            case .forget(let time): try forget(before: time, &reports)
            }
        }
        return reports
    }

    /// One slice of what waits for a quiet moment, and another try for what could not be kept.
    /// False when there is nothing left to do, or nothing that can be done now.
    package mutating func rest() throws(StoreError) -> Bool {
        var reports: [StoreReport] = []
        defer { untold += reports }
        try keep([], &reports)
        do throws(StoreError) {
            let hasMore = try store.tidy()
            over(.tidying, &reports)
            return hasMore
        } catch {
            try begin(.tidying, error, &reports)
            return false
        }
    }

    /// Tries once more to keep what waits, then lets go of the data.
    package mutating func close() {
        for group in stride(from: 0, to: backlog.entries.count, by: Limits.groupEntries) {
            let end = min(group + Limits.groupEntries, backlog.entries.count)
            // What fails now is lost with the process; nobody was told that it was kept.
            guard (try? store.commit(Array(backlog.entries[group..<end]))) != nil else { break }
        }
        store.close()
    }

    // MARK: - Keeping

    private mutating func keep(
        _ orders: [StoreOrder], _ reports: inout [StoreReport]
    ) throws(StoreError) {
        var next = orders.startIndex
        while true {
            let waiting = backlog.entries.prefix(Limits.groupEntries)
            var group = Array(waiting)
            var sessions: [SessionID?] = []
            while group.count < Limits.groupEntries, next < orders.endIndex {
                if case .keep(let entry, let session) = orders[next] {
                    group.append(entry)
                    sessions.append(session)
                }
                next += 1
            }
            guard !group.isEmpty else { return }

            do throws(StoreError) {
                let first = try store.commit(group)
                backlog.removeFirst(waiting.count)
                over(.keeping, &reports)
                report(group, first, sessions, &reports)
            } catch {
                try begin(.keeping, error, &reports)
                for (entry, session) in zip(group.dropFirst(waiting.count), sessions) {
                    refuse(entry, session, &reports)
                }
                // Only what waits was in it: what comes after it cannot be kept before it.
                if sessions.isEmpty {
                    for case .keep(let entry, let session) in orders[next...] {
                        refuse(entry, session, &reports)
                    }
                    return
                }
            }
        }
    }

    private func report(
        _ group: [Entry], _ first: MessageNumber, _ sessions: [SessionID?],
        _ reports: inout [StoreReport]
    ) {
        // For what has waited, whoever asked for it has been told already.
        let waited = group.count - sessions.count
        for (place, entry) in group.enumerated() {
            let number = MessageNumber(first.value + Int64(place))
            reports.append(
                .kept(entry, number, for: place < waited ? nil : sessions[place - waited]))
        }
    }

    private mutating func refuse(
        _ entry: Entry, _ session: SessionID?, _ reports: inout [StoreReport]
    ) {
        if entry.isRefused(for: session) {
            reports.append(.refused(entry, for: session))
        } else {
            backlog.append(entry)
            // So that nobody waits for it; that it has been kept after all is told without a name.
            if session != nil { reports.append(.refused(entry, for: session)) }
        }
    }

    // MARK: - Reading

    private mutating func read(
        _ question: StoreQuestion, for session: SessionID, _ reports: inout [StoreReport]
    ) throws(StoreError) {
        do throws(StoreError) {
            let answer = try answer(question, for: session)
            over(.reading, &reports)
            if case .mail(let page, _) = answer {
                for what in page.damage { try begin(.reading, .damaged(what), &reports) }
            }
            reports.append(answer)
        } catch {
            try begin(.reading, error, &reports)
            reports.append(.unreadable(for: session))
        }
    }

    private mutating func answer(
        _ question: StoreQuestion, for session: SessionID
    ) throws(StoreError) -> StoreReport {
        switch question {
        case .mail(let query):
            .mail(try store.mail(query, bytes: Limits.mailPageBytes), for: session)
        case .inbox(let query):
            .inbox(try store.inbox(query), for: session)
        case .history(let query):
            .history(try store.history(query), for: session)
        case .entries(let numbers):
            .mail(try store.entries(numbers, bytes: Limits.mailPageBytes), for: session)
        }
    }

    /// Rest does the work.
    private mutating func forget(
        before time: WallTime, _ reports: inout [StoreReport]
    ) throws(StoreError) {
        do throws(StoreError) {
            try store.forget(before: time)
        } catch {
            try begin(.tidying, error, &reports)
        }
    }

    // MARK: - Trouble

    /// Said once, until it works again.
    private mutating func begin(
        _ work: Work, _ error: StoreError, _ reports: inout [StoreReport]
    ) throws(StoreError) {
        switch error {
        case .fatal: throw error
        case .damaged where work == .reading:
            // One damaged page is not mended by another that can be read.
            if toldDamage.count == Self.toldDamageMax { toldDamage = [] }
            guard toldDamage.insert(error).inserted else { return }
            reports.append(.trouble(error))
        case .damaged, .unable:
            guard troubles.updateValue(error, forKey: work) == nil else { return }
            reports.append(.trouble(error))
        }
    }

    /// Said once, when everything works again.
    private mutating func over(_ work: Work, _ reports: inout [StoreReport]) {
        guard troubles.removeValue(forKey: work) != nil, troubles.isEmpty else { return }
        reports.append(.trouble(nil))
    }
}

extension Entry {
    /// For good: who wanted it is told, and can try again.
    fileprivate func isRefused(for session: SessionID?) -> Bool {
        switch self {
        case .letter: true
        case .roomOpened, .roomChanged: session != nil
        case .read, .readApart, .active, .opened, .ended, .refusals: false
        }
    }
}
