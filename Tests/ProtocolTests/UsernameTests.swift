import Protocol
import Testing

@Suite struct UsernameTests {
    private static let reserved = [
        "DONE", "password", "username", "register", "registered", "connected", "blocked",
        "timeout", "welcome", "goodbye", "server", "admin", "all", "everyone", "new", "login",
    ]

    @Test(arguments: [
        "a", "Z", "0", "ann", "Ann_B.c-d", "9lives", "a.", "a-", "a_", "42", "done1",
        "administrator",
        "who", "send", String(repeating: "x", count: 31), String(repeating: "x", count: 32),
    ])
    func `a name that can be registered`(_ text: String) {
        #expect(Username(text)?.text == text)
        #expect(Username(older: text)?.text == text)
    }

    @Test(arguments: [
        "", ".ann", "_ann", "-ann", "an n", "ann ", " ann", "ann,bob", "ann:", "(ann", "ann)",
        "#ann",
        "ann\n", "ann\r", "ann\t", "ann\u{0}", "ann\u{7f}", "än", "аnn", "ann\u{301}",
        "ann\u{202e}",
        "ann\u{200d}", "ann'", "ann\"", "[ann]", "ann@home", "a/b",
        String(repeating: "x", count: 33),
    ])
    func `a name that cannot be registered`(_ text: String) {
        #expect(Username(text) == nil)
    }

    @Test func `the letters of a name are these and no others`() {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

        for byte in UInt8.min...127 {
            let character = String(UnicodeScalar(byte))
            #expect((Username(character) != nil) == letters.contains(character))
            #expect((Username("a" + character) != nil) == (letters + "._-").contains(character))
        }
        for byte in 128...UInt8.max { #expect(!byte.isNameByte && !byte.isLetterOrDigit) }
    }

    @Test(arguments: reserved)
    func `words of the protocol are nobody's name in any case`(_ word: String) {
        var chance = Seeded(1)
        for _ in 0..<20 {
            let mixed = String(
                word.map {
                    chance.oneIn(2) ? Character($0.uppercased()) : Character($0.lowercased())
                })
            #expect(Username(mixed) == nil)
            #expect(Username(older: mixed) == nil)
        }
        #expect(Username(word + "1") != nil)
    }

    @Test func `a letter that becomes another by lowering is no way around`() {
        // The Kelvin sign is no K, but in lower case it is a k.
        #expect(Username(older: "bloc\u{212a}ed") == nil)
    }

    // MARK: Names from older days

    @Test(arguments: [
        "jürgen", "李", "_ann", "ann@example.org", "o'brien", "[bob]", "ann\"", "a/b", "🍵",
        String(repeating: "x", count: 33), String(repeating: "x", count: 128),
    ])
    func `an older name stays what it was`(_ text: String) {
        #expect(Username(older: text)?.text == text)
    }

    @Test(arguments: [
        "", "-", "an n", "ann,", "ann:", "a(", "a)", "#a", "a\tb", "a\u{a0}b", "a\u{3000}b", "a\nb",
        "a\r",
        "a\u{0}", "a\u{1b}[1m", "a\u{7f}", "a\u{9b}", "a\u{85}", "a\u{2028}", "a\u{202e}",
        "a\u{200b}",
        "a\u{feff}", "a\u{e0041}", String(repeating: "x", count: 129),
        String(repeating: "ü", count: 65),
    ])
    func `an older name that could be mistaken for something else is none`(_ text: String) {
        #expect(Username(older: text) == nil)
    }

    @Test func `the log may know somebody by the word for nobody, from before it was one`() {
        #expect(Username(kept: "-")?.text == "-")
        #expect(Username(kept: "--")?.text == "--")
        #expect(Username(kept: "a b") == nil)
        #expect(Username(kept: "DONE") == nil)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `no name, however old, can harm a line`(seed: UInt64) {
        var chance = Seeded(seed)
        for _ in 0..<3_000 {
            let text = chance.text(0...12)
            if let name = Username(text) { #expect(Username(older: text) == name) }
            guard let name = Username(older: text) else { continue }
            #expect(name.text.isHarmlessOutput)
            #expect(!name.text.contains { " ,:()#\n".contains($0) })
            #expect(name.text.utf8.elementsEqual(text.utf8))
        }
    }

    // MARK: Sameness

    @Test func `names are the same when their bytes are`() throws {
        // One accented letter, written in two ways. To a String they are equal.
        let composed = try #require(Username(older: "andr\u{e9}"))
        let decomposed = try #require(Username(older: "andre\u{301}"))
        #expect(composed.text == decomposed.text)

        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(Username("ann") == Username(older: "ann"))
        #expect(Username("ann") != Username("Ann"))
        #expect(Set([Username("ann"), Username(older: "ann")]).count == 1)
    }

    @Test func `names are sorted by their bytes`() {
        let sorted = ["2nd", "Zoe", "ann", "ann.b", "annb", "bob", "é"].compactMap(
            Username.init(older:))

        #expect(sorted.reversed().sorted() == sorted)
        #expect(sorted.count == 7)
    }

    @Test func `names that differ in case alone fold into one`() {
        #expect(Username("Ann.B-1")?.folded == Username("aNN.b-1")?.folded)
        #expect(Username("ann")?.folded != Username("anna")?.folded)
    }
}
