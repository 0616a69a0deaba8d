// The reference: who has which mail, in maps and lists, made to be obviously right. It hears what
// clients say, what is on disk, and what leaves the server, and objects to whatever does not fit.

import Protocol
import Server
import Store

struct Model: Sendable {
    /// A message as its sender typed it.
    struct Posted: Sendable {
        let from: String
        /// Nil is everybody.
        let to: [String]?
        let shown: [UInt8]
        /// Those who certainly existed when it was said.
        let certain: [Certainty]
        /// Nobody can come after this who had been told of that.
        let headKnown: Int64
        /// The end of the log when it was said.
        let keptHead: Int64
        /// How much everybody had read then.
        let read: [Int]
        var number: Int64?
        var readers: [AccountNumber] = []
        var isAnswered = false
        /// Its sender was told that nothing of it was kept.
        var isRefused = false
        /// As the first reader was shown it.
        var line: [UInt8]?
    }

    /// Somebody exists, beyond doubt, since he was told so or the server was; until his name is
    /// taken out of the file.
    struct Certainty: Hashable, Sendable {
        let name: String
        let since: Instant
    }

    /// A letter in somebody's mail.
    struct Due: Sendable {
        let number: Int64
        let post: Int
        /// Addressed to this account itself, not to everybody.
        let isOwn: Bool
    }

    /// An account as its mail goes: by its number, since a name can come back.
    struct Reader: Sendable {
        let number: AccountNumber
        let name: String
        /// On disk.
        var isKept = false
        var hasEnded = false
        var hasEndedForGood = false
        /// All letters on disk for it, in their order.
        var due: [Due] = []
        /// So many of them were read, as far as the running server knows.
        var read = 0
        var cursor: Int64 = 0
        /// What a crash leaves of it.
        var keptCursor: Int64 = 0
        /// A crash took some of the reading back, so that more waits than was let in.
        var hasLostReading = false
        /// Up to here somebody was shown its mail.
        var shownThrough: Int64 = 0
        /// The client that was last let in.
        var owner: Int?

        func due(after number: Int64) -> Int {
            var index = due.count
            while index > 0, due[index - 1].number > number { index -= 1 }
            return index
        }
    }

    var posted: [Posted] = []
    /// By number; the first place is empty.
    var readers: [Reader?] = [nil]
    var numbers: [String: AccountNumber] = [:]
    private(set) var certain: [Certainty] = []
    /// Those who were told `registered`, and whose names were not taken out of the file since.
    private(set) var registered: [String] = []
    /// The highest number of a message whose sender has his answer.
    private(set) var head: Int64 = 0
    var keptHead: Int64 = 0
    var door: Door
    let queueLimit: Int

    init(_ conditions: Conditions) {
        queueLimit = conditions.queueLimit
        door = Door(length: .seconds(conditions.blockSeconds))
    }

    func reader(named name: String) -> Reader? {
        numbers[name].flatMap { readers[Int($0.value)] }
    }

    subscript(number: AccountNumber) -> Reader? {
        get { Int(number.value) < readers.count ? readers[Int(number.value)] : nil }
        _modify {
            while readers.count <= Int(number.value) { readers.append(nil) }
            yield &readers[Int(number.value)]
        }
    }

    /// Somebody was let in.
    mutating func admitted(_ number: AccountNumber, owner: Int) {
        readers[Int(number.value)]?.owner = owner
    }

    // MARK: People

    mutating func exists(_ name: String, since now: Instant) {
        if certain.contains(where: { $0.name == name }) { return }
        certain.append(Certainty(name: name, since: now))
    }

    func existed(_ name: String, before instant: Instant) -> Bool {
        certain.contains { $0.name == name && $0.since < instant }
    }

    mutating func isRegistered(_ name: String) {
        registered.append(name)
    }

    mutating func mayBeGone(_ name: String) {
        certain.removeAll { $0.name == name }
        registered.removeAll { $0 == name }
    }

    mutating func post(_ message: Posted) -> Int {
        posted.append(message)
        return posted.count - 1
    }

    /// How many letters may have waited for somebody when room was looked for, at the most: those
    /// on disk that were unread when it was said, and all that were on their way.
    func mostWaiting(for name: String, _ post: Int) -> Int {
        guard let reader = reader(named: name) else { return 0 }
        let index = Int(reader.number.value)
        let readBefore = index < posted[post].read.count ? posted[post].read[index] : 0
        let onTheirWay = posted.indices.count {
            // What was kept or refused by now may have been on its way then, and may have been
            // handed in before the account began.
            let wasOnItsWay =
                posted[$0].number.map { $0 > posted[post].keptHead }
                ?? (!posted[$0].isRefused || $0 + 30 > post)
            return $0 != post && wasOnItsWay && posted[$0].to?.contains(name) ?? true
        }
        return reader.due.count - min(readBefore, reader.read) + onTheirWay
    }

    mutating func answered(_ post: Int) {
        posted[post].isAnswered = true
        if let number = posted[post].number { head = max(head, number) }
    }
}
