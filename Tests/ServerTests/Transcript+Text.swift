// Bytes as they stand in a transcript, where every one of them can be seen and typed.
import Protocol

extension [UInt8] {
    /// Nil when it is no such text.
    init?(escaped text: some StringProtocol) {
        self = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "\\"):
                append(byte)
            case UInt8(ascii: "x"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.count == 2, let value = UInt8(digits, radix: 16) else {
                    return nil
                }
                append(value)
                rest = rest.dropFirst(2)
            case UInt8(ascii: "{"):
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
                let words = String(decoding: rest[..<end], as: UTF8.self)
                    .split(separator: " ", maxSplits: 1)
                guard words.count == 2, let count = Int(words[0]) else { return nil }
                append(contentsOf: repeatElement(words[1].utf8, count: count).joined())
                rest = rest[rest.index(after: end)...]
            default:
                return nil
            }
        }
    }

    /// Reads back as these bytes.
    var escaped: String {
        if let text = String(validating: self, as: UTF8.self) { return text.escaped }
        return map { $0 < 0x80 ? String(Unicode.Scalar($0)).escaped : $0.escaped }.joined()
    }

    /// With `[*]` in place of the time at which a message was accepted: at the beginning of a
    /// message, and at the end of a line of an inbox.
    var unstamped: [UInt8] {
        if prefix(20).isStamp("[00-00-00T00:00:00] ") { return Array("[*] ".utf8) + dropFirst(20) }
        if suffix(18).isStamp(" 00-00-00T00:00:00") { return dropLast(18) + Array(" [*]".utf8) }
        return self
    }
}

extension ArraySlice<UInt8> {
    /// Whether it is like this, with any digits.
    fileprivate func isStamp(_ pattern: String) -> Bool {
        count == pattern.utf8.count
            && zip(self, pattern.utf8).allSatisfy { byte, model in
                let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                return model == UInt8(ascii: "0") ? isDigit : byte == model
            }
    }
}

extension String {
    /// With `[*]` in place of the time at which a message was accepted.
    var unstamped: String {
        String(decoding: Array(utf8).unstamped, as: UTF8.self)
    }

    /// Long rows of one letter stand as their count.
    fileprivate var escaped: String {
        var result = ""
        var rest = unicodeScalars[...]
        while let scalar = rest.first {
            let row = rest.prefix { $0 == scalar }
            rest = rest[row.endIndex...]
            let one =
                scalar == "\\"
                ? "\\\\"
                : MessageText.isHarmful(scalar)
                    ? UTF8.encode(scalar)!.map(\.escaped).joined()  // every scalar has a UTF-8 form
                    : String(scalar)
            if row.count >= 40, one.unicodeScalars.count == 1, scalar != " " {
                result += "\\{\(row.count) \(one)}"
            } else {
                result += String(repeating: one, count: row.count)
            }
        }
        // A blank at the end would be lost in an editor.
        return result.last == " " ? result.dropLast() + "\\x20" : result
    }
}

extension UInt8 {
    fileprivate var escaped: String {
        let digits = String(self, radix: 16)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }
}
