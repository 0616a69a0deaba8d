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
        var sender: AccountNumber?
        var readers: [AccountNumber] = []
        /// Whom it is for, as it is kept.
        var kept: Readers?
        /// Those in its rooms when it was handed in.
        var inside: Set<AccountNumber> = []
        var isAnswered = false
        /// Its sender was told that nothing of it was kept.
        var isRefused = false
    }

    /// Somebody exists, beyond doubt, since he was told so or the server was; until his name is
    /// taken out of the file.
    struct Certainty: Hashable, Sendable {
        let name: String
        let since: Instant
    }

    /// What was said, or happened in a room.
    enum Matter: Hashable, Sendable {
        case post(Int)
        case news(String)
    }

    /// A letter in somebody's mail, or what happened in a room.
    struct Due: Sendable {
        let number: Int64
        let matter: Matter
        let conversation: Protocol.Conversation
        /// Addressed to this account itself, not to everybody or a room.
        let isOwn: Bool
        let keptAt: Instant
        /// As far as the running server knows.
        var isRead = false
        /// What a crash leaves of it.
        var isKeptRead = false

        var isNews: Bool { if case .news = matter { true } else { false } }

        /// Who comes and goes in the lobby is told to those alone who are here.
        var isOfTheMoment: Bool { isNews && conversation == .room(.lobby) }
    }

    /// A line by what it shows, where.
    struct Place: Hashable, Sendable {
        let number: Int64
        let room: RoomNumber?
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
        /// All before this were read, as far as the running server knows.
        var read = 0
        /// The same on disk.
        var keptRead = 0
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

        /// Letters that wait.
        var waiting: Int { due[read...].count { !$0.isRead && !$0.isNews } }
    }

    var posted: [Posted] = []
    /// By number; the first place is empty.
    var readers: [Reader?] = [nil]
    var numbers: [String: AccountNumber] = [:]
    /// As the disk has it.
    var town = Town()
    /// All that was ever said and done in each room.
    var chronicles: [RoomNumber: [(number: Int64, matter: Matter)]] = [:]
    /// All letters, in order.
    var letters: [Int] = []
    /// As the first who was shown it was.
    var lines: [Place: [UInt8]] = [:]
    private(set) var certain: [Certainty] = []
    /// Those who were told `registered`, and whose names were not taken out of the file since.
    private(set) var registered: [String] = []
    /// The highest number of a message whose sender has his answer.
    private(set) var head: Int64 = 0
    var keptHead: Int64 = 0
    var door: Door
    let queueLimit: Int
    let roomLimit: Int

    init(_ conditions: Conditions) {
        queueLimit = conditions.queueLimit
        roomLimit = conditions.roomLimit
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
        let onTheirWay = posted.indices.reduce(0) {
            // What was kept or refused by now may have been on its way then, and may have been
            // handed in before the account began.
            let wasOnItsWay =
                posted[$1].number.map { $0 > posted[post].keptHead }
                ?? (!posted[$1].isRefused || $1 + 30 > post)
            guard $1 != post, wasOnItsWay else { return $0 }
            return $0 + (posted[$1].to?.count { $0 == name || $0.hasPrefix("#") } ?? 1)
        }
        return reader.due.count - min(readBefore, reader.read) + onTheirWay
    }

    mutating func answered(_ post: Int) {
        posted[post].isAnswered = true
        if let number = posted[post].number { head = max(head, number) }
    }
}
