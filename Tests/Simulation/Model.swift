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
    private(set) var readers: [Reader?] = [nil]
    private var numbers: [String: AccountNumber] = [:]
    private(set) var certain: [Certainty] = []
    /// Those who were told `registered`, and whose names were not taken out of the file since.
    private(set) var registered: [String] = []
    /// The highest number of a message whose sender has his answer.
    private(set) var head: Int64 = 0
    private(set) var keptHead: Int64 = 0
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

    // MARK: What the server wants kept

    /// `proven`: up to which number the owner of the mailbox has shown that it read.
    mutating func ordered(
        _ entry: Entry, proven: (Int) -> Int64, at now: Moment
    ) throws(Violation) {
        switch entry {
        case .opened(let number, let name):
            self[number] = Reader(number: number, name: name.text)
            numbers[name.text] = number
        case .ended(let number):
            self[number]?.hasEnded = true
            if let name = self[number]?.name, numbers[name] == number { numbers[name] = nil }
        case .read(let number, let through, let own):
            self[number] = try reading(number, through.value, own: own, proven: proven)
        case .refusals(let refusals):
            door.ordered(refusals, at: now)
        case .letter, .active, .roomOpened, .roomChanged, .readApart:
            break
        }
    }

    private func reading(
        _ number: AccountNumber, _ through: Int64, own: Int, proven: (Int) -> Int64
    ) throws(Violation) -> Reader {
        guard var reader = self[number] else {
            throw Violation(.cursor, "account \(number.value) reads and was never opened")
        }
        let name = reader.name
        guard through > reader.cursor else {
            throw Violation(.cursor, "\(name)'s goes from \(reader.cursor) to \(through)")
        }
        let end = reader.due(after: through)
        let letters = reader.due[min(reader.read, end)..<end]
        if let last = letters.last {
            guard let owner = reader.owner else {
                throw Violation(.lost, "\(name)'s message \(last.number) without a session")
            }
            let limit = proven(owner)
            guard last.number <= limit else {
                throw Violation(
                    .lost,
                    "\(name)'s through \(through), while client \(owner) has shown \(limit)")
            }
        }
        let ownCount = letters.count(where: \.isOwn)
        guard own == ownCount else {
            throw Violation(.cursor, "\(name) reads \(ownCount) of his own, \(own) are counted")
        }
        reader.read = end
        reader.cursor = through
        return reader
    }

    // MARK: What is on disk

    mutating func kept(_ entry: Entry, _ number: Int64) throws(Violation) {
        keptHead = number
        switch entry {
        case .opened(let account, _):
            self[account]?.isKept = true
        case .ended(let account):
            self[account]?.hasEndedForGood = true
        case .read(let account, let through, _):
            let before = self[account]?.keptCursor ?? 0
            self[account]?.keptCursor = max(before, through.value)
        case .refusals(let refusals):
            door.kept(refusals)
        case .letter(let letter):
            try kept(letter, number)
        case .active, .roomOpened, .roomChanged, .readApart:
            break
        }
    }

    private mutating func kept(_ letter: Letter, _ number: Int64) throws(Violation) {
        guard let post = Phrase.serial(in: letter.text.bytes), post < posted.count else {
            throw Violation(.invented, "message \(number) was sent by nobody")
        }
        var message = posted[post]
        guard message.number == nil else {
            throw Violation(
                .invented, "message ~\(post)~ is kept as \(message.number!) and \(number)")
        }
        guard !message.isRefused else {
            throw Violation(.invented, "message ~\(post)~ is kept after it was refused")
        }
        guard letter.text.bytes == message.shown, self[letter.from]?.name == message.from else {
            throw Violation(.invented, "message ~\(post)~ is kept with other words or sender")
        }
        guard number > message.headKnown else {
            throw Violation(.order, "message ~\(post)~ is \(number), after \(message.headKnown)")
        }
        message.number = number
        message.readers = readers(of: letter)
        posted[post] = message

        let isOwn = if case .everyone = letter.to { false } else { true }
        for account in message.readers {
            guard let reader = self[account], reader.isKept else {
                throw Violation(.invented, "message ~\(post)~ for somebody who is not on disk")
            }
            if let to = message.to, !to.contains(reader.name) {
                throw Violation(.invented, "message ~\(post)~ for \(reader.name)")
            }
            self[account]?.due.append(
                Due(number: number, post: post, isOwn: isOwn))
            let waiting = reader.due.count + 1 - reader.read
            if waiting > queueLimit, !reader.hasLostReading {
                throw Violation(.full, "\(waiting) messages wait for \(reader.name)")
            }
        }
    }

    private func readers(of letter: Letter) -> [AccountNumber] {
        switch letter.to {
        case .one(let number): return [number]
        case .several(let numbers): return numbers
        // Nobody here writes to rooms.
        case .rooms(_, let numbers, _): return numbers
        case .everyone(let except):
            return readers.compactMap { reader in
                guard let reader, reader.isKept, !reader.hasEndedForGood,
                    reader.number != letter.from, !except.contains(reader.number)
                else { return nil }
                return reader.number
            }
        }
    }

    // MARK: The end of a life

    /// Whatever was not on disk is gone.
    mutating func crashed(forgetsRefusals: Bool) {
        numbers = [:]
        for index in readers.indices {
            guard var reader = readers[index] else { continue }
            guard reader.isKept else {
                readers[index] = nil
                continue
            }
            reader.hasEnded = reader.hasEndedForGood
            if reader.cursor > reader.keptCursor { reader.hasLostReading = true }
            reader.cursor = reader.keptCursor
            reader.read = reader.due(after: reader.cursor)
            reader.owner = nil
            readers[index] = reader
            if !reader.hasEnded { numbers[reader.name] = reader.number }
        }
        door.crashed(forgetsRefusals: forgetsRefusals)
    }

    /// Everything that had been read is written down, after an orderly end.
    func checkNothingWasLeftBehind() throws(Violation) {
        for case let reader? in readers where reader.cursor > reader.keptCursor {
            throw Violation(.cursor, "\(reader.name)'s reading was not kept by an orderly end")
        }
    }

    mutating func admitted(_ number: AccountNumber, owner: Int) {
        readers[Int(number.value)]?.owner = owner
    }
}
