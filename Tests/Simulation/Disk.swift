// What survives a crash: the log, and the account file. Both outlive the server that uses them.

import Delivery
import Protocol
import Store

/// The disk under the store. Shared between the store, which dies with its server, and the world,
/// which decides when the disk is full.
final class Disk {
    enum Interruption: Sendable {
        /// The power fails before anything is written, or after all of it.
        case before
        case after
    }

    fileprivate(set) var log = MemoryStore()
    private var logBeforeLastGroup = MemoryStore()
    var isFull = false
    var isUnreadable = false
    var interruption: Interruption?
    /// So often something could not be kept, or read.
    private(set) var refusedGroups = 0
    private(set) var refusedPages = 0
    /// So often there was more than fits into one page.
    private(set) var partialPages = 0
    private let sabotage: Sabotage?

    /// What was committed since the world last looked.
    private var news: [(entry: Entry, number: Int64)] = []

    init(sabotage: Sabotage?) {
        self.sabotage = sabotage
    }

    func takeNews() -> [(entry: Entry, number: Int64)] {
        defer { news = [] }
        return news
    }

    func crashed() {
        interruption = nil
        if sabotage == .lastGroupIsLost { log = logBeforeLastGroup }
    }

    fileprivate func recover() -> Recovered {
        var recovered = log.recover()
        if sabotage == .refusalsAreForgotten { recovered.refusals = [] }
        return recovered
    }

    fileprivate func commit(_ group: [Entry]) throws(StoreError) -> MessageNumber {
        if isFull {
            refusedGroups += 1
            throw .unable("the disk is full")
        }
        if interruption == .before { throw .fatal("the power fails") }
        logBeforeLastGroup = log
        let first = log.commit(group)
        for (place, entry) in group.enumerated() {
            news.append((entry, first.value + Int64(place)))
        }
        if interruption == .after { throw .fatal("the power fails") }
        return first
    }

    fileprivate func mail(_ query: MailQuery, bytes: Int) throws(StoreError) -> MailPage {
        try look()
        let query = sabotage == .mailboxesAreMixedUp ? query.ofSomebodyElse : query
        let page = log.mail(query, bytes: bytes)
        if !page.isLast { partialPages += 1 }
        switch sabotage {
        case .pageLacksItsLast where page.letters.count > 2:
            return MailPage(letters: page.letters.dropLast(), isLast: page.isLast)
        case .pageRepeatsItsLast where page.letters.count > 2:
            return MailPage(letters: page.letters + page.letters.suffix(1), isLast: page.isLast)
        default:
            return page
        }
    }

    /// Whatever is read.
    fileprivate func look() throws(StoreError) {
        guard isUnreadable else { return }
        refusedPages += 1
        throw .unable("the disk does not answer")
    }

    func find(_ query: SearchQuery) -> Found { log.find(query) }
}

extension MailQuery {
    fileprivate var ofSomebodyElse: MailQuery {
        MailQuery(
            reader: AccountNumber(reader.value % 3 + 1), after: after, through: through,
            rooms: rooms, apart: apart, only: only)
    }
}

/// What the store's thread sees of the disk.
struct CrashingStore: MessageStore {
    let disk: Disk

    func recover() -> Recovered { disk.recover() }

    func commit(_ group: [Entry]) throws(StoreError) -> MessageNumber {
        try disk.commit(group)
    }

    func mail(_ query: MailQuery, bytes: Int) throws(StoreError) -> MailPage {
        try disk.mail(query, bytes: bytes)
    }

    func inbox(_ query: MailQuery) throws(StoreError) -> [Unread] {
        try disk.look()
        return disk.log.inbox(query)
    }

    func history(_ query: HistoryQuery) throws(StoreError) -> HistoryPage {
        try disk.look()
        return disk.log.history(query)
    }

    func entries(_ numbers: [MessageNumber], bytes: Int) throws(StoreError) -> MailPage {
        try disk.look()
        return disk.log.entries(numbers, bytes: bytes)
    }

    func forget(before: WallTime) {}

    func tidy() -> Bool { false }

    func close() {}
}

/// `user_pass.txt`, with passwords in plain writing.
struct AccountFile: Sendable {
    private(set) var lines: [AccountLine] = []
    /// All that ever were in it.
    private var added: [AccountLine] = []

    func hasHeld(_ name: String, _ password: [UInt8]) -> Bool {
        added.contains { $0.name.text == name && $0.secret == Password(password).map(Secret.word) }
    }

    /// False when somebody has the name, or one that differs in case alone.
    mutating func add(_ name: Username, _ password: Password) -> Bool {
        guard !lines.contains(where: { $0.name.folded == name.folded }) else { return false }
        lines.append(AccountLine(name: name, secret: .word(password)))
        added.append(lines[lines.count - 1])
        return true
    }

    /// False when the line has another secret by now.
    mutating func change(_ name: Username, _ secret: Secret, to password: Password) -> Bool {
        guard let place = lines.firstIndex(where: { $0.name == name && $0.secret == secret })
        else { return false }
        lines[place] = AccountLine(name: name, secret: .word(password))
        added.append(lines[place])
        return true
    }

    mutating func remove(_ name: String) {
        lines.removeAll { $0.name.text == name }
    }

    func holds(_ name: String) -> Bool { password(of: name) != nil }

    func password(of name: String) -> [UInt8]? {
        for line in lines where line.name.text == name {
            if case .word(let password) = line.secret { return password.bytes }
        }
        return nil
    }
}
