/// What one person tells another, made harmless when it was accepted, so that no door can leak
/// what a terminal would obey.
package struct MessageText: Hashable, Sendable {
    /// UTF-8 without controls.
    package let bytes: [UInt8]

    /// Replaces what could do harm by something that can be seen. Nil when there is nothing to read
    /// in it, or when it is no UTF-8.
    package init?(_ bytes: [UInt8]) {
        guard let text = Self.harmless(bytes), !Self.isBlank(text) else { return nil }
        self.bytes = text
    }

    /// What the store read back: it was harmless when it went in.
    package init(kept bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The same text with a stand-in for everything a terminal would obey, or would show so that
    /// the text reads otherwise than it is written. Nil when it is no UTF-8.
    package static func harmless(_ bytes: [UInt8]) -> [UInt8]? {
        if bytes.allSatisfy({ (0x20...0x7e).contains($0) }) { return bytes }
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }

        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\t": result.append(UInt8(ascii: " "))
            case "\u{1b}": result.append(contentsOf: "␛".utf8)
            case _ where isHarmful(scalar): result.append(contentsOf: "·".utf8)
            // Every scalar has a UTF-8 form.
            default: result.append(contentsOf: UTF8.encode(scalar)!)
            }
        }
        return result
    }

    /// Controls of terminals, of direction and of width, and the separators that some programs end
    /// a line at. The joiners U+200C and U+200D stay: emoji and scripts need them.
    package static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1f, 0x7f...0x9f: true  // C0, DEL, C1
        case 0x61c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true  // direction
        case 0xad, 0x180e, 0x200b, 0x2060...0x2065, 0x206a...0x206f, 0xfeff: true  // width
        case 0x2028, 0x2029: true  // lines
        case 0xfff9...0xfffb, 0xe0000...0xe007f: true  // annotations and tags, never seen
        default: false
        }
    }

    private static func isBlank(_ text: [UInt8]) -> Bool {
        if let first = text.first, first > 0x20, first < 0x7f { return false }
        // A joiner, a variation or a filler alone shows nothing either.
        return String(decoding: text, as: UTF8.self).unicodeScalars.allSatisfy {
            $0.properties.isWhitespace || $0.properties.isDefaultIgnorableCodePoint
        }
    }
}
