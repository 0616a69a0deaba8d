import Protocol

/// A letter as one of its parties finds it in the index of a segment: where it is, and who the
/// other one is. In a room: who has written it; or whom a change of the room is about.
///
/// Eight bytes, in memory and on disk alike: the offset in the segment in the highest two, so that
/// the order of the numbers is the order of the letters; then flags; then the other party.
struct Line {
    let bits: UInt64

    init(bits: UInt64) {
        self.bits = bits
    }

    init(offset: Int, other: AccountNumber, flags: Flags = []) {
        bits = UInt64(offset) << 48 | UInt64(flags.rawValue) << 32 | UInt64(other.value)
    }

    var offset: Int { Int(bits >> 48) }
    var other: AccountNumber { AccountNumber(UInt32(truncatingIfNeeded: bits)) }
    var flags: Flags { Flags(rawValue: UInt16(truncatingIfNeeded: bits >> 32)) }

    struct Flags: OptionSet {
        let rawValue: UInt16
        /// The party has written it to the other; without this it is the other way round.
        static let sent = Flags(rawValue: 1)
        /// Goes to all but some; only the letter says to whom not.
        static let leavesSomeOut = Flags(rawValue: 2)
        /// A change of the room.
        static let news = Flags(rawValue: 4)
        /// Whom it is about is told as well.
        static let toldToAll = Flags(rawValue: 8)
        /// Damaged before the index was made: it may have been anybody's.
        static let lost = Flags(rawValue: 16)
    }
}

/// Who has letters in one segment, kept in memory until the segment has its index on disk.
///
/// One array of lines for all, in which every line knows the one before it of the same party: a
/// list for each would cost an allocation every few letters.
struct SegmentLetters {
    private struct Link {
        let line: Line
        /// Of the same party; -1 when there is none.
        let previous: Int32
    }

    private var links: [Link] = []
    /// What is to everybody stands under account 0.
    private var last = ByNumber<AccountNumber, Int32>()
    private var lastInRooms = ByNumber<RoomNumber, Int32>()

    mutating func append(_ entry: Entry, offset: Int) {
        switch entry {
        case .letter(let letter):
            append(letter, offset)
        case .roomChanged(let change):
            // Told to its subject like to everybody else, or not.
            let flags: Line.Flags =
                change.isNews(for: change.account) ? [.news, .toldToAll] : .news
            append(Line(offset: offset, other: change.account, flags: flags), for: change.room)
        case .read, .readApart, .active, .opened, .ended, .roomOpened, .refusals:
            break
        }
    }

    mutating func lose(offset: Int) {
        append(Line(offset: offset, other: .everyone, flags: .lost), for: .everyone)
    }

    private mutating func append(_ letter: Letter, _ offset: Int) {
        switch letter.to {
        case .one(let reader):
            append(letter.from, reader, offset)
        case .several(let readers):
            for reader in readers { append(letter.from, reader, offset) }
        case .everyone(let except):
            append(Line(offset, to: letter, except), for: .everyone)
        case .rooms(let rooms, let and, let except):
            for reader in and { append(letter.from, reader, offset) }
            for room in rooms { append(Line(offset, to: letter, except), for: room) }
        }
    }

    private mutating func append(
        _ sender: AccountNumber, _ reader: AccountNumber, _ offset: Int
    ) {
        append(Line(offset: offset, other: sender), for: reader)
        // A letter to oneself is one letter.
        guard sender != reader else { return }
        append(Line(offset: offset, other: reader, flags: .sent), for: sender)
    }

    private mutating func append(_ line: Line, for account: AccountNumber) {
        let place = Int32(links.count)
        links.append(Link(line: line, previous: last.update(account) { $0.advance(to: place) }))
    }

    private mutating func append(_ line: Line, for room: RoomNumber) {
        let place = Int32(links.count)
        links.append(
            Link(line: line, previous: lastInRooms.update(room) { $0.advance(to: place) }))
    }

    /// All who have letters, in order.
    var parties: [Party] {
        last.numbers.map(Party.init) + lastInRooms.numbers.map(Party.init)
    }

    var rooms: [RoomNumber] { lastInRooms.numbers }

    /// The party's lines from this offset on, in their order.
    func lines(of party: Party, from offset: Int = 0) -> [Line] {
        var lines: [Line] = []
        var place = last(of: party) ?? -1
        while place >= 0 {
            let link = links[Int(place)]
            guard link.line.offset >= offset else { break }
            lines.append(link.line)
            place = link.previous
        }
        lines.reverse()
        return lines
    }

    private func last(of party: Party) -> Int32? {
        if let room = party.room { return lastInRooms[room] }
        return last[party.account ?? .everyone]
    }
}

extension Int32? {
    /// Gives the one before it; -1 when there is none.
    fileprivate mutating func advance(to place: Int32) -> Int32 {
        defer { self = place }
        return self ?? -1
    }
}

extension Line {
    fileprivate init(_ offset: Int, to letter: Letter, _ except: [AccountNumber]) {
        self.init(
            offset: offset, other: letter.from, flags: except.isEmpty ? [] : .leavesSomeOut)
    }
}

extension AccountNumber {
    /// No account has this number.
    static let everyone = AccountNumber(0)
}
