import Protocol

/// A letter as one of its parties finds it in the index of a segment: where it is, and who the
/// other one is.
///
/// Eight bytes, in memory and on disk alike: the offset in the segment in the highest two, so that the order of the
/// numbers is the order of the letters; then flags; then the other party.
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
/// What is to everybody stands in a list of its own, under account 0.
struct SegmentLetters {
    private(set) var lines: [AccountNumber: [Line]] = [:]

    mutating func append(_ letter: Letter, offset: Int) {
        switch letter.to {
        case .one(let reader):
            append(letter.from, reader, offset)
        case .several(let readers):
            for reader in readers { append(letter.from, reader, offset) }
        case .everyone(let except):
            let line = Line(
                offset: offset, other: letter.from, flags: except.isEmpty ? [] : .leavesSomeOut)
            lines[.everyone, default: []].append(line)
        }
    }

    private mutating func append(
        _ sender: AccountNumber, _ reader: AccountNumber, _ offset: Int
    ) {
        lines[reader, default: []].append(Line(offset: offset, other: sender))
        // A letter to oneself is one letter.
        guard sender != reader else { return }
        lines[sender, default: []].append(Line(offset: offset, other: reader, flags: .sent))
    }
}

extension AccountNumber {
    /// No account has this number.
    static let everyone = AccountNumber(0)
}
