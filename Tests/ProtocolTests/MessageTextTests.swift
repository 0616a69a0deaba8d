import Protocol
import Testing

@Suite struct MessageTextTests {
    private static func harmless(_ text: String) -> String? {
        MessageText.harmless(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func messageText(_ text: String) -> MessageText? {
        MessageText(Array(text.utf8))
    }

    @Test(arguments: [
        "hi", " hi ", "  ", "a~!@#$%^&*()_+{}|:<>?`-=[]\\;',./\"", "grün", "Привет", "你好", "مرحبا",
        "e\u{301}", "\u{a0}", "👩\u{200d}👩\u{200d}👧", "क्\u{200d}ष", "می\u{200c}خواهم", "❤\u{fe0f}",
        "↵ · ␛",
    ])
    func `what can be read stays as it is`(_ text: String) {
        #expect(Self.harmless(text) == text)
    }

    @Test(arguments: [
        ("a\tb", "a b"),
        ("\u{1b}[2J", "␛[2J"), ("\u{1b}]0;title\u{7}", "␛]0;title·"),
        ("a\u{0}b", "a·b"), ("a\u{8}b", "a·b"), ("a\rb", "a·b"), ("a\nb", "a·b"),
        ("a\r\nb", "a··b"),
        ("a\u{b}b", "a·b"), ("a\u{c}b", "a·b"), ("a\u{1c}\u{1d}\u{1e}\u{1f}b", "a····b"),
        ("a\u{7f}b", "a·b"), ("a\u{80}b", "a·b"), ("a\u{85}b", "a·b"), ("a\u{9b}31mb", "a·31mb"),
        ("a\u{9f}b", "a·b"),
        ("a\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}b", "a·····b"),
        ("a\u{2066}\u{2067}\u{2068}\u{2069}b", "a····b"), ("a\u{200e}\u{200f}\u{61c}b", "a···b"),
        ("a\u{200b}\u{2060}\u{feff}\u{ad}b", "a····b"), ("a\u{180e}\u{2064}\u{206f}b", "a···b"),
        ("a\u{2028}b\u{2029}c", "a·b·c"),
        ("a\u{fff9}b\u{fffb}", "a·b·"), ("a\u{e0041}\u{e007f}", "a··"),
    ])
    func `what could do harm gets a stand-in`(_ text: String, _ expected: String) {
        #expect(Self.harmless(text) == expected)
    }

    @Test func `every control there is gets a stand-in, and its neighbours do not`() {
        let controls = Array(UInt32(0)...0x1f) + Array(0x7f...0x9f)

        for value in controls where ![0x09, 0x1b].contains(value) {
            // There is no surrogate among them.
            #expect(Self.harmless("a\(Unicode.Scalar(value)!)b") == "a·b")
        }
        for neighbour in [
            "\u{20}", "\u{7e}", "\u{a0}", "\u{200c}", "\u{200d}", "\u{2027}", "\u{202f}",
        ] {
            #expect(Self.harmless(neighbour) == neighbour)
        }
    }

    @Test(arguments: [
        "\u{c0}\u{80}", "\u{ed}\u{a0}\u{80}", "\u{f4}\u{90}\u{80}\u{80}", "a\u{ff}b", "\u{c3}",
    ])
    func `what is no UTF-8 is refused, not repaired`(_ text: String) {
        #expect(MessageText.harmless(wire(text)) == nil)
        #expect(MessageText(wire(text)) == nil)
    }

    @Test(arguments: [
        "", " ", "\t", "   \t  ", "\u{a0}", "\u{2003}\u{3000}", "\u{1680}\u{205f}", " \u{200d} ",
        "\u{200c}",
        // Marks that only change what stands before them, and letters that are never seen.
        "\u{fe0f}", " \u{34f} ", "\u{115f}\u{1160}", "\u{3164}", "\u{ffa0}", "\u{e0100}",
    ])
    func `where there is nothing to read there is no message`(_ text: String) {
        #expect(Self.messageText(text) == nil)
    }

    @Test(arguments: [
        "x", " x", "x ", " . ", "\u{1b}", "\u{200b}", "\u{3000}x", "0", "·", "\u{301}",
    ])
    func `where there is anything to see there is a message`(_ text: String) {
        #expect(Self.messageText(text) != nil)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `nothing a terminal would obey ever comes out`(seed: UInt64) {
        var chance = Seeded(seed)
        for _ in 0..<1_000 {
            let text = chance.text(0...40)
            guard let harmless = Self.harmless(text) else {
                Issue.record("valid text was refused: \(text.debugDescription)")
                continue
            }
            #expect(harmless.isHarmlessOutput && !harmless.contains("\n"))
            #expect(harmless.unicodeScalars.count == text.unicodeScalars.count)
            #expect(Self.harmless(harmless) == harmless)
            if let message = Self.messageText(text) {
                #expect(message.bytes == Array(harmless.utf8))
                #expect(MessageText(message.bytes) == message)
            }
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `rubbish is refused or harmless`(seed: UInt64) {
        var chance = Seeded(seed)
        for _ in 0..<5_000 {
            let bytes = chance.rubbish(0...12)
            guard let harmless = MessageText.harmless(bytes) else {
                #expect(String(validating: bytes, as: UTF8.self) == nil)
                continue
            }
            #expect(String(decoding: harmless, as: UTF8.self).isHarmlessOutput)
        }
    }
}
