// Changes to the text of an account file that leave everything else in it alone: remarks, order,
// blank lines, line ends.

extension Accounts {
    package enum Edit: Hashable, Sendable {
        case keep
        case replace(Secret)
        case remove
    }

    /// The text after these edits, without its torn tail.
    package static func edited(
        _ text: [UInt8], by edit: (AccountLine) -> Edit
    ) throws(AccountsFault) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var scanner = AccountScanner()
        var copied = 0

        while let line = try scanner.next(in: text.span) {
            guard let account = line.account else { continue }
            switch edit(account) {
            case .keep: continue
            case .replace(let secret):
                result.append(contentsOf: text[copied..<line.range.lowerBound])
                result.append(contentsOf: AccountLine(name: account.name, secret: secret).text)
                result.append(contentsOf: text[line.ending])
            case .remove:
                result.append(contentsOf: text[copied..<line.range.lowerBound])
            }
            copied = line.range.upperBound
        }
        let end = scanner.tornTail?.offset ?? text.count
        result.append(contentsOf: text[copied..<end])
        return result
    }

    /// The text with one more line, which begins on a line of its own.
    package static func adding(_ line: AccountLine, to text: [UInt8]) -> [UInt8] {
        var result = text
        if let last = text.last, last != UInt8(ascii: "\n") { result.append(UInt8(ascii: "\n")) }
        result.append(contentsOf: line.text)
        result.append(UInt8(ascii: "\n"))
        return result
    }
}
