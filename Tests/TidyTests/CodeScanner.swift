// Tells code from what only looks like it: a rule about `print(` is not about a comment that says
// so.

/// Takes comments and strings out of Swift, and leaves every line where it is. What is interpolated
/// into a string goes with it.
struct CodeScanner {
    private enum Place {
        case code
        case lineComment
        case blockComment
        case string
        case longString
    }

    private let text: [UInt8]
    private var index = 0
    private var line = 0
    private var place = Place.code
    private var code: [UInt8] = []
    private var commentedLines: Set<Int> = []

    private init(_ text: String) {
        self.text = Array(text.utf8)
    }

    /// The code alone, and which lines, counted from 0, have a comment.
    static func scan(_ text: String) -> (code: String, commentedLines: Set<Int>) {
        var scanner = CodeScanner(text)
        while scanner.index < scanner.text.count { scanner.step() }
        return (String(decoding: scanner.code, as: UTF8.self), scanner.commentedLines)
    }

    private mutating func step() {
        guard text[index] != UInt8(ascii: "\n") else {
            code.append(text[index])
            index += 1
            line += 1
            if case .lineComment = place { place = .code }
            return
        }
        switch place {
        case .code:
            if skip("//") {
                place = .lineComment
                commentedLines.insert(line)
            } else if skip("/*") {
                place = .blockComment
                commentedLines.insert(line)
            } else if skip("\"\"\"") {
                place = .longString
            } else if skip("\"") {
                place = .string
            } else {
                code.append(text[index])
                index += 1
            }
        case .lineComment:
            index += 1
        case .blockComment:
            if skip("*/") { place = .code } else { index += 1 }
        case .string:
            if skip("\"") { place = .code } else { skipCharacter() }
        case .longString:
            if skip("\"\"\"") { place = .code } else { skipCharacter() }
        }
    }

    /// One character of a string, with the backslash before it.
    private mutating func skipCharacter() {
        if !skip("\\\\"), !skip("\\\"") { index += 1 }
    }

    private mutating func skip(_ word: String) -> Bool {
        guard text[index] == word.utf8.first, text[index...].starts(with: word.utf8) else {
            return false
        }
        index += word.utf8.count
        return true
    }
}

extension String {
    /// Whether a name or a sign stands here for itself, not as a part of a longer name.
    func hasCode(_ sign: String) -> Bool {
        let sign = Array(sign.utf8)
        guard let first = sign.first, let last = sign.last else { return true }
        var previous = UInt8(ascii: " ")
        for index in utf8.indices {
            let byte = utf8[index]
            defer { previous = byte }
            guard byte == first, utf8[index...].starts(with: sign) else { continue }
            let next = utf8[index...].dropFirst(sign.count).first ?? UInt8(ascii: " ")
            let beginsWithin = previous.isPartOfName && first.isPartOfName
            let endsWithin = last.isPartOfName && next.isPartOfName
            if !beginsWithin, !endsWithin { return true }
        }
        return false
    }
}

extension Character {
    var isPartOfName: Bool { utf8.allSatisfy(\.isPartOfName) }
}

extension UInt8 {
    /// Letters, digits, the underscore, and what is not ASCII.
    fileprivate var isPartOfName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 128...:
            true
        default: false
        }
    }
}
