import Protocol

/// A letter as one of its parties finds it in the index of a segment: where it is, and who the
/// other one is.
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
        /// Goes to everybody but some; only the letter says to whom not.
        static let leavesSomeOut = Flags(rawValue: 2)
    }
}

/// Who has letters in one segment, kept in memory until the segment has its index on disk.
///
/// One array of lines for all, in which every line knows the one before it of the same party: a
/// list for each would cost an allocation every few letters. What is to everybody stands under
/// account 0.
struct SegmentLetters {
    private struct Link {
        let line: Line
        /// Of the same party; -1 when there is none.
        let previous: Int32
    }

    private var links: [Link] = []
    private var last = ByAccount<Int32>()

    mutating func append(_ letter: Letter, offset: Int) {
        switch letter.to {
        case .one(let reader):
            append(letter.from, reader, offset)
        case .several(let readers):
            for reader in readers { append(letter.from, reader, offset) }
        case .everyone(let except):
            let flags: Line.Flags = except.isEmpty ? [] : .leavesSomeOut
            append(Line(offset: offset, other: letter.from, flags: flags), for: .everyone)
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

    private mutating func append(_ line: Line, for party: AccountNumber) {
        let place = Int32(links.count)
        let previous = last.update(party) { last in
            defer { last = place }
            return last ?? -1
        }
        links.append(Link(line: line, previous: previous))
    }

    /// All who have letters, by number.
    var parties: [AccountNumber] { last.accounts }

    /// The party's lines from this offset on, in their order.
    func lines(of party: AccountNumber, from offset: Int = 0) -> [Line] {
        var lines: [Line] = []
        var place = last[party] ?? -1
        while place >= 0 {
            let link = links[Int(place)]
            guard link.line.offset >= offset else { break }
            lines.append(link.line)
            place = link.previous
        }
        lines.reverse()
        return lines
    }
}

extension AccountNumber {
    /// No account has this number.
    static let everyone = AccountNumber(0)
}
