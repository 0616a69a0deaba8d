// What people say: text that means something elsewhere, and how it is to be shown. The right side
// is written by hand from PROTOCOL.md, so that it is not the server's own word.

struct Phrase: Sendable {
    /// As it is typed.
    let said: [UInt8]
    /// As its readers see it.
    let shown: [UInt8]

    private init(_ said: String, _ shown: String? = nil) {
        self.said = Array(said.utf8)
        self.shown = Array((shown ?? said).utf8)
    }

    private init(said: [UInt8], shown: [UInt8]) {
        self.said = said
        self.shown = shown
    }

    static let all: [Phrase] = [
        Phrase("hello"),
        Phrase("how are you?"),
        Phrase("DONE"),
        Phrase("timeout:5"),
        Phrase("goodbye"),
        Phrase("sent:"),
        Phrase("[01-02-03T04:05:06] bob: hi"),
        Phrase("  blanks before and behind  "),
        Phrase("a\ttab", "a tab"),
        Phrase("(no list) \"quoted\""),
        Phrase("\u{1b}[2J\u{1b}]0;title\u{7}", "␛[2J␛]0;title·"),
        Phrase("a\rDONE", "a·DONE"),
        Phrase("a\u{b}b\u{c}c", "a·b·c"),
        Phrase("nothing\0here", "nothing·here"),
        Phrase("\u{7f}\u{80}\u{9b}31m", "···31m"),
        Phrase("one\u{85}two\u{2028}DONE\u{2029}four", "one·two·DONE·four"),
        Phrase("\u{202e}drawkcab\u{2066}\u{200f}", "·drawkcab··"),
        Phrase("zero\u{200b}width\u{feff}", "zero·width·"),
        Phrase("👩\u{200d}👩\u{200d}👧 é e\u{301} 漢字"),
        Phrase("\u{e0041}tag", "·tag"),
    ]

    /// With its serial number in it, so that it is known wherever it turns up.
    func numbered(_ serial: Int, isFirst: Bool) -> Phrase {
        let mark = Array("~\(serial)~".utf8)
        let blank = UInt8(ascii: " ")
        return isFirst
            ? Phrase(said: mark + [blank] + said, shown: mark + [blank] + shown)
            : Phrase(said: said + [blank] + mark, shown: shown + [blank] + mark)
    }

    func longer(by count: Int) -> Phrase {
        let filling = [UInt8](repeating: UInt8(ascii: "x"), count: count)
        return Phrase(said: said + filling, shown: shown + filling)
    }

    /// The serial number in a text, if it has one.
    static func serial(in text: some BidirectionalCollection<UInt8>) -> Int? {
        let tilde = UInt8(ascii: "~")
        guard let first = text.firstIndex(of: tilde) else { return nil }
        var number = 0
        var digits = 0
        for byte in text[text.index(after: first)...] {
            if byte == tilde { return digits > 0 ? number : nil }
            guard (0x30...0x39).contains(byte), digits < 9 else { return nil }
            number = number * 10 + Int(byte - 0x30)
            digits += 1
        }
        return nil
    }
}
