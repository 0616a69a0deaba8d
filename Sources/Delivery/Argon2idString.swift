// The one form of hash that is written today, checked so strictly that no part of one passes for
// a whole one: a file that was cut short must never let anybody in.

/// `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, complete, and such that libsodium can verify it.
package struct Argon2idString: Hashable, Sendable {
    package let text: String

    package init?(_ bytes: Span<UInt8>) {
        // What passes the check is ASCII, which is UTF-8.
        guard Self.isComplete(bytes), let text = try? UTF8Span(validating: bytes) else {
            return nil
        }
        self.text = String(copying: text)
    }

    package init?(_ text: String) {
        guard Self.isComplete(text.utf8.span) else { return nil }
        self.text = text
    }

    /// Always 32 bytes, 43 letters: with any length allowed, a hash cut short would be a shorter
    /// hash.
    private static let hashLetters = 43
    /// 8 bytes, the least that Argon2 takes, to 48.
    private static let saltLetters = 11...64
    /// In KiB. A login that takes more than 1 GiB is a slip of somebody's finger.
    private static let memory = 8...1_048_576
    private static let passes = 1...1_000
    private static let lanes = 1...64

    private static func isComplete(_ text: Span<UInt8>) -> Bool {
        var at = 0
        guard skip("$argon2id$v=19$m=", in: text, &at),
            let memory = number(in: text, &at), Self.memory.contains(memory),
            skip(",t=", in: text, &at),
            let passes = number(in: text, &at), Self.passes.contains(passes),
            skip(",p=", in: text, &at),
            let lanes = number(in: text, &at), Self.lanes.contains(lanes), memory >= 8 * lanes,
            skip("$", in: text, &at),
            let salt = base64(in: text, &at), saltLetters.contains(salt),
            skip("$", in: text, &at),
            let hash = base64(in: text, &at), hash == hashLetters
        else { return false }
        return at == text.count
    }

    private static func skip(_ word: String, in text: Span<UInt8>, _ at: inout Int) -> Bool {
        for byte in word.utf8 {
            guard at < text.count, text[at] == byte else { return false }
            at += 1
        }
        return true
    }

    /// Digits as Argon2 writes them: at most seven, and no zero in front.
    private static func number(in text: Span<UInt8>, _ at: inout Int) -> Int? {
        let start = at
        var value = 0
        while at < text.count, at - start < 7, (0x30...0x39).contains(text[at]) {
            value = value * 10 + Int(text[at] - 0x30)
            at += 1
        }
        guard at > start, text[start] != UInt8(ascii: "0") else { return nil }
        return value
    }

    /// How many letters of base64 follow. Nil unless they are whole bytes with no bit left over,
    /// which libsodium would refuse.
    private static func base64(in text: Span<UInt8>, _ at: inout Int) -> Int? {
        let start = at
        var last: UInt8 = 0
        while at < text.count, let value = text[at].base64Value {
            last = value
            at += 1
        }
        let letters = at - start
        switch letters % 4 {
        case 0: return letters
        case 2: return last & 0xf == 0 ? letters : nil
        case 3: return last & 0x3 == 0 ? letters : nil
        default: return nil
        }
    }
}

extension UInt8 {
    fileprivate var base64Value: UInt8? {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): self - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): self - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
