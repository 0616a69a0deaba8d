import Protocol

/// One account's mail, counted. The letters themselves are in the store.
struct Mailbox: Sendable {
    /// All up to here was read, and never comes back.
    private(set) var cursor: MessageNumber
    /// Letters after the cursor that are addressed to this account itself.
    private(set) var own: Int
    /// Letters to it on their way to disk. They count, or a full mailbox could be overfilled by
    /// many senders at once.
    private var arriving = 0
    /// Broadcasts after the cursor that are not for it: its own, and those it had no room for.
    private var notForIt = AscendingNumbers()
    /// The same, on their way to disk.
    private var passing = 0
    /// The session that reads it, or was the last to do so.
    var owner: SessionID?

    init(cursor: MessageNumber, own: Int) {
        self.cursor = cursor
        self.own = own
    }

    /// All that waits.
    func count(_ broadcasts: Broadcasts) -> Int {
        own + broadcasts.count(after: cursor) - notForIt.count
    }

    /// What waits beyond what a session has been shown, among it so many letters of its own.
    func count(_ broadcasts: Broadcasts, after shown: MessageNumber, ownShown: Int) -> Int {
        own - ownShown + broadcasts.count(after: shown) - notForIt.count(after: shown)
    }

    /// Letters of its own, with those on their way.
    var ownInAll: Int { own + arriving }

    func isFull(limit: Int, _ broadcasts: Broadcasts) -> Bool {
        // Most mailboxes are so far from it that nothing has to be looked up.
        ownInAll + broadcasts.inAll >= limit
            && count(broadcasts) + arriving + broadcasts.arriving - passing >= limit
    }

    // MARK: Letters to it

    mutating func letterHandedIn() {
        arriving += 1
    }

    mutating func letterKept() {
        arriving -= 1
        own += 1
    }

    mutating func letterRefused() {
        arriving -= 1
    }

    // MARK: Letters to everybody else

    mutating func leftOutHandedIn() {
        passing += 1
    }

    mutating func leftOutKept(_ broadcast: MessageNumber) {
        passing -= 1
        leftOut(of: broadcast)
    }

    mutating func leftOutRefused() {
        passing -= 1
    }

    mutating func leftOut(of broadcast: MessageNumber) {
        if broadcast > cursor { notForIt.append(broadcast) }
    }

    // MARK: Its reader

    /// A mailbox begins where its account does.
    mutating func begins(after number: MessageNumber) {
        if number > cursor { cursor = number }
    }

    /// All up to this number was read, among it so many letters of its own.
    mutating func read(through number: MessageNumber, own read: Int) {
        guard number > cursor else { return }
        cursor = number
        own = max(0, own - read)
        notForIt.removeAll(through: number)
    }
}

/// The numbers of all letters to everybody.
struct Broadcasts: Sendable {
    private var kept: AscendingNumbers
    /// On their way to disk.
    var arriving = 0

    init(_ numbers: [MessageNumber] = []) {
        kept = AscendingNumbers(numbers)
    }

    /// With those on their way.
    var inAll: Int { kept.count + arriving }

    mutating func append(_ number: MessageNumber) {
        kept.append(number)
    }

    func count(after number: MessageNumber) -> Int {
        kept.count(after: number)
    }
}
