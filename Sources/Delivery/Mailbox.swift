import Protocol

/// One account's mail, counted. The letters themselves are in the store.
///
/// What is addressed to the account is counted here; what is shared, to everybody or to a room, is
/// counted where it is shared, and here stands only what of it is not for this reader.
struct Mailbox: Sendable {
    /// All up to here was read, and never comes back.
    private(set) var cursor: MessageNumber
    /// Letters after the cursor that are addressed to this account itself.
    private(set) var own: Int
    /// How far it was read in these conversations, ahead of the cursor.
    private(set) var apart: [Conversation: MessageNumber]
    /// Letters to it on their way to disk. They count, or a full mailbox could be overfilled by
    /// many senders at once.
    private(set) var arriving = 0
    /// What is shared, after the cursor, and not for it: its own, what it had no room for, and what
    /// was read apart.
    private var notForIt = AscendingNumbers()
    /// Letters to everybody on their way to disk that are not for it.
    private(set) var passing = 0
    /// Whose its own letters are; nil when that does not matter.
    private var senders: Senders?
    /// The session that reads it, or was the last to do so.
    var owner: SessionID?

    init(
        cursor: MessageNumber, own: Int, apart: [Conversation: MessageNumber] = [:],
        senders: Senders? = nil
    ) {
        self.cursor = cursor
        self.own = own
        self.apart = apart
        self.senders = senders
    }

    /// Letters of its own, with those on their way.
    var ownInAll: Int { own + arriving }

    /// Of what is shared after this number, so much is not for it.
    func notForIt(after number: MessageNumber) -> Int {
        notForIt.count(after: number)
    }

    /// Of its own letters, with those on their way, so many are from this sender.
    func count(from sender: AccountNumber) -> Int {
        senders?.count(of: sender) ?? 0
    }

    // MARK: Letters to it

    mutating func letterHandedIn(from sender: AccountNumber) {
        arriving += 1
        senders?.handedIn(by: sender)
    }

    mutating func letterKept(from sender: AccountNumber, _ number: MessageNumber) {
        arriving -= 1
        own += 1
        senders?.decided(by: sender)
        senders?.append(number, by: sender)
    }

    mutating func letterRefused(from sender: AccountNumber) {
        arriving -= 1
        senders?.decided(by: sender)
    }

    // MARK: Letters that pass it by

    mutating func passingHandedIn() {
        passing += 1
    }

    mutating func passingDecided() {
        passing -= 1
    }

    /// Of the newest letter.
    mutating func leftOut(of shared: MessageNumber) {
        if shared > cursor { notForIt.append(shared) }
    }

    /// Of one that was written long ago.
    mutating func leftOutLate(of shared: MessageNumber) {
        if shared > cursor { notForIt.insert(shared) }
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
        senders?.read(through: number)
        if !apart.isEmpty { apart = apart.filter { $0.value > number } }
    }

    /// The same, in one conversation, ahead of the rest: so many letters of its own, and these that
    /// are shared.
    mutating func readApart(
        _ conversation: Conversation, through number: MessageNumber, own read: Int,
        shared: [MessageNumber]
    ) {
        own = max(0, own - read)
        for shared in shared { leftOutLate(of: shared) }
        if case .person(let sender) = conversation { senders?.read(through: number, by: sender) }
        guard number > max(cursor, apart[conversation] ?? .zero) else { return }
        apart[conversation] = number
    }
}

/// All letters to everybody that may still wait for somebody.
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
