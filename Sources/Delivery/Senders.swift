import Protocol

/// Whose letters wait in one mailbox: nobody may fill it alone.
struct Senders: Sendable {
    private var waiting: [AccountNumber: AscendingNumbers]
    /// On their way to disk.
    private var arriving: [AccountNumber: Int] = [:]

    init(_ waiting: [AccountNumber: [MessageNumber]] = [:]) {
        self.waiting = waiting.mapValues { AscendingNumbers($0) }
    }

    func count(of sender: AccountNumber) -> Int {
        (waiting[sender]?.count ?? 0) + (arriving[sender] ?? 0)
    }

    mutating func handedIn(by sender: AccountNumber) {
        arriving[sender, default: 0] += 1
    }

    /// It is on disk, or never will be.
    mutating func decided(by sender: AccountNumber) {
        arriving[sender, default: 0] -= 1
        if arriving[sender] == 0 { arriving[sender] = nil }
    }

    mutating func append(_ number: MessageNumber, by sender: AccountNumber) {
        waiting[sender, default: AscendingNumbers()].append(number)
    }

    mutating func read(through number: MessageNumber) {
        waiting = waiting.compactMapValues { $0.rest(after: number) }
    }

    mutating func read(through number: MessageNumber, by sender: AccountNumber) {
        waiting[sender] = waiting[sender]?.rest(after: number)
    }
}

extension AscendingNumbers {
    /// Nil when there is none.
    fileprivate func rest(after number: MessageNumber) -> AscendingNumbers? {
        var rest = self
        rest.removeAll(through: number)
        return rest.count == 0 ? nil : rest
    }
}
