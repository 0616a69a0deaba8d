// Walks over an account file line by line, and knows the end that a power cut leaves.
//
// A registration is appended in one write and confirmed after a flush. What a cut leaves of it is
// some beginning of the line, perhaps with a run of zero bytes where a page did not make it to the
// disk. Only that is torn; whatever else is wrong has been written by a person, who is told.

struct AccountScanner {
    struct Line {
        let number: Int
        /// With its line end.
        let range: Range<Int>
        /// Its line end alone: LF, CR LF, or nothing.
        let ending: Range<Int>
        /// Nil for a remark, and for nothing.
        let account: AccountLine?
    }

    /// Known when the last line has been asked for.
    private(set) var tornTail: Accounts.TornTail?
    private var at = 0
    private var number = 0

    /// Twice the longest line that is ever appended. A longer tail was no registration.
    private static let tornBytesMax = 256

    /// The next line, or nil after the last. One text for all calls.
    mutating func next(in text: Span<UInt8>) throws(AccountsFault) -> Line? {
        if number == 0 { skipByteOrderMark(in: text) }
        guard at < text.count, tornTail == nil else { return nil }
        number += 1

        let start = at
        var end = start
        var hasZero = false
        while end < text.count, text[end] != UInt8(ascii: "\n") {
            if text[end] == 0 { hasZero = true }
            end += 1
        }
        let isTerminated = end < text.count
        at = isTerminated ? end + 1 : end

        do throws(AccountsFault.Reason) {
            if hasZero {
                return try readZeros(text, from: start, to: end)
            }
            if end > start, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            let account = try AccountLine.read(text.extracting(start..<end))
            return Line(number: number, range: start..<at, ending: end..<at, account: account)
        } catch {
            if error.isOfALineCutShort, !isTerminated, tear(text, from: start) { return nil }
            throw AccountsFault(line: number, reason: error)
        }
    }

    /// A line with a zero byte in it. When it is the last, and has one run of them alone, what
    /// stands before them may be whole; the rest is torn off.
    private mutating func readZeros(
        _ text: Span<UInt8>, from start: Int, to end: Int
    ) throws(AccountsFault.Reason) -> Line? {
        let firstZero = (start..<end).first { text[$0] == 0 } ?? end
        let afterZeros = (firstZero..<end).first { text[$0] != 0 } ?? end
        let hasOneRun = !(afterZeros..<end).contains { text[$0] == 0 }
        guard at == text.count, hasOneRun else { throw .zeroByte }

        let account: AccountLine?
        do throws(AccountsFault.Reason) {
            account = try AccountLine.read(text.extracting(start..<firstZero))
        } catch {
            guard error.isOfALineCutShort, tear(text, from: start) else { throw error }
            return nil
        }
        guard tear(text, from: firstZero) else { throw .zeroByte }
        let ending = firstZero..<firstZero
        return Line(number: number, range: start..<firstZero, ending: ending, account: account)
    }

    private mutating func tear(_ text: Span<UInt8>, from offset: Int) -> Bool {
        let count = text.count - offset
        guard count <= Self.tornBytesMax else { return false }
        tornTail = Accounts.TornTail(offset: offset, count: count)
        return true
    }

    private mutating func skipByteOrderMark(in text: Span<UInt8>) {
        if text.count >= 3, text[0] == 0xef, text[1] == 0xbb, text[2] == 0xbf { at = 3 }
    }
}

extension AccountsFault.Reason {
    /// What is found wrong with the beginning of a line as registration writes it.
    fileprivate var isOfALineCutShort: Bool {
        switch self {
        case .noSecret, .incompleteHash: true
        case .impossibleName, .incompleteSHA1, .blankInWord, .longWord, .sameName,
            .sameNameButForCase, .notUTF8, .zeroByte:
            false
        }
    }
}
