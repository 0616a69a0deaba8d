import Protocol
import Testing

@Suite struct LineReaderTests {
    struct Example: CustomTestStringConvertible, Sendable {
        let bytes: [UInt8]
        let lines: [String]

        init(_ text: String, _ lines: [String]) {
            bytes = wire(text)
            self.lines = lines
        }

        var testDescription: String { String(decoding: bytes, as: UTF8.self).debugDescription }
    }

    static let examples = [
        Example("who\n", ["who"]),
        Example("who\r\n", ["who"]),
        Example("who\nlast 5\r\nfet", ["who", "last 5"]),
        Example("\n\r\n\n", ["", "", ""]),
        Example("who", []),
        Example("\r", []),
        // One CR belongs to the end of a line. No other byte does, and no other byte ends one.
        Example("who\r\r\n", ["who\r"]),
        Example("send ann a\rb\n", ["send ann a\rb"]),
        Example("a\u{0}b\u{b}c\u{c}d\u{1c}e\u{1e}f\n", ["a\u{0}b\u{b}c\u{c}d\u{1c}e\u{1e}f"]),
        Example("a\u{c2}\u{85}b\u{e2}\u{80}\u{a8}c\n", ["a\u{85}b\u{2028}c"]),
        Example("  who \t\n", ["  who \t"]),
        Example("gr\u{c3}\u{bc}n \u{f0}\u{9f}\u{8d}\u{b5}\n", ["grün 🍵"]),
    ]

    @Test(arguments: examples)
    func `a line ends at LF and nowhere else`(_ example: Example) {
        #expect(LineReader.reading(example.bytes).lines == example.lines)
        #expect(LineReader.readingByteByByte(example.bytes).lines == example.lines)
    }

    @Test(arguments: [
        "\u{c0}\u{80}", "\u{c0}\u{af}", "\u{c1}\u{bf}",  // overlong, two bytes
        "\u{e0}\u{80}\u{af}", "\u{e0}\u{9f}\u{bf}",  // overlong, three
        "\u{f0}\u{80}\u{80}\u{af}", "\u{f0}\u{8f}\u{bf}\u{bf}",  // overlong, four
        "\u{ed}\u{a0}\u{80}", "\u{ed}\u{bf}\u{bf}",  // surrogates
        "\u{f4}\u{90}\u{80}\u{80}", "\u{f5}\u{80}\u{80}\u{80}",  // above U+10FFFF
        "\u{80}", "\u{bf}", "\u{fe}",  // no beginning of anything
        "\u{c3}", "\u{e2}\u{82}", "\u{f0}\u{9f}\u{8d}",  // cut short
        "\u{c3}(", "\u{e2}(\u{a1}",  // interrupted
    ])
    func `what is no UTF-8 makes its line unreadable, and only its line`(_ bad: String) {
        let bytes = wire("send ann \(bad)\nsend \(bad) hi\n\(bad)\nwho\n")
        var reader = LineReader()
        var start = 0

        let lines = (0..<4).map { _ in reader.next(in: bytes.span, from: &start) }

        #expect(lines[0] == .unreadable(beginning: wire("send ann \(bad)")))
        #expect(lines[1] == .unreadable(beginning: wire("send \(bad) hi")))
        #expect(lines[2] == .unreadable(beginning: wire(bad)))
        #expect(lines[3] == .text(wire("who")))
    }

    @Test(arguments: ["\n", "\r\n"])
    func `8,192 bytes are a line, one more is too many`(_ end: String) {
        for (count, isReadable) in [(8_191, true), (8_192, true), (8_193, false), (9_000, false)] {
            let line = String(repeating: "x", count: count)
            let expected = isReadable ? line : "✗" + line.prefix(Limits.echoedCharacters)

            #expect(LineReader.reading(wire(line + end)).lines == [expected])
            #expect(LineReader.readingByteByByte(wire(line + end)).lines == [expected])
        }
    }

    @Test func `a CR counts unless it belongs to the end of the line`() {
        let full = String(repeating: "x", count: 8_192)
        let nearlyFull = String(repeating: "x", count: 8_191)
        let middle =
            String(repeating: "x", count: 4_000) + "\r" + String(repeating: "x", count: 4_191)
        let tooLong = "✗" + full.prefix(32)
        let table = [
            (middle + "\n", middle),
            (middle + "\r\n", middle),
            (middle + "x\n", tooLong),
            (middle + "x\r\n", tooLong),
            (nearlyFull + "\r\r\n", nearlyFull + "\r"),
            (full + "\r\r\n", tooLong),
            (full + "\rx\n", tooLong),
            (full + "\r\u{ff}\u{f1}\n", full),
        ]

        for (bytes, expected) in table {
            #expect(LineReader.reading(wire(bytes)).lines == [expected])
            #expect(LineReader.readingByteByByte(wire(bytes)).lines == [expected])
        }
    }

    @Test func `a line that is too long is swallowed, and the next one is read`() {
        let overlong = "  send ann " + String(repeating: "x", count: 100_000) + "\n"

        #expect(
            LineReader.reading(wire("who\n" + overlong + "\n" + overlong + "fetch\n")).lines
                == [
                    "who", "✗send ann " + String(repeating: "x", count: 23), "",
                    "✗send ann " + String(repeating: "x", count: 23), "fetch",
                ])
    }

    @Test func `swallowing takes no more memory however much there is to swallow`() {
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        var afterOne = LineReader()
        _ = afterOne.read([chunk])
        var afterMany = afterOne

        _ = afterMany.read(Array(repeating: chunk, count: 32))

        // Equal readers hold equal bytes.
        #expect(afterMany == afterOne)
        #expect(!afterMany.isEmpty)
    }

    @Test func `it is empty between lines and only there`() {
        var reader = LineReader()
        #expect(reader.isEmpty)

        _ = reader.read([wire("wh")])
        #expect(!reader.isEmpty)
        _ = reader.read([wire("o\n")])
        #expect(reader.isEmpty)
        _ = reader.read([[UInt8](repeating: 0, count: 9_000)])
        #expect(!reader.isEmpty)
        _ = reader.read([wire("\n")])
        #expect(reader.isEmpty)
        #expect(reader == LineReader())
    }

    // MARK: Chunks never matter

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `however the bytes are cut the lines are the same`(seed: UInt64) {
        var chance = Seeded(seed)
        let bytes = chance.conversation()
        let whole = LineReader.reading(bytes)

        #expect(LineReader.readingByteByByte(bytes) == whole)
        #expect(LineReader.reading(chance.chunks(of: bytes, upTo: 3)) == whole)
        #expect(LineReader.reading(chance.chunks(of: bytes, upTo: 100)) == whole)
        #expect(LineReader.reading(chance.chunks(of: bytes, upTo: 10_000)) == whole)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `without telnet the lines are what stands between the LFs`(seed: UInt64) {
        var chance = Seeded(seed)
        let bytes = chance.conversation().filter { $0 != 255 }
        var expected = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast()
            .map { $0.last == 0x0d ? $0.dropLast() : $0 }
        expected.removeAll { $0.count > Limits.lineBytes }

        var reader = LineReader()
        var start = 0
        var lines: [Line] = []
        while let line = reader.next(in: bytes.span, from: &start) { lines.append(line) }

        let texts = lines.compactMap { if case .text(let bytes) = $0 { bytes } else { nil } }
        let readable = expected.filter { String(validating: $0, as: UTF8.self) != nil }
        #expect(texts == readable.map(Array.init))
        #expect(lines.count == bytes.count { $0 == 0x0a })
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `rubbish never traps and never makes a line that is no line`(seed: UInt64) {
        var chance = Seeded(seed)
        var reader = LineReader()
        for _ in 0..<2_000 {
            let bytes = chance.rubbish(0...60)
            var start = 0
            while let line = reader.next(in: bytes.span, from: &start) {
                guard case .text(let text) = line else { continue }
                #expect(String(validating: text, as: UTF8.self) != nil)
                #expect(!text.contains(0x0a) && text.count <= Limits.lineBytes)
            }
            #expect(start == bytes.count)
            #expect(reader.takeRefusals().count <= bytes.count)
        }
    }
}

extension Seeded {
    /// Lines of all kinds, telnet among them, some far too long, the last perhaps cut off.
    fileprivate mutating func conversation() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<number(in: 1...60) {
            switch number(in: 0...11) {
            case 0...2: bytes += wire("send ann hello\n")
            case 3, 4: bytes += text(0...40).utf8
            case 5: bytes += rubbish(0...30)
            case 6: bytes += wire(one(of: ["\r\n", "\r", "\n", "\r\r\n", "\u{0}", " "]))
            case 7: bytes += wire("\u{ff}") + rubbish(1...3)
            case 8: bytes += wire("\u{ff}\u{fa}") + rubbish(0...20) + wire("\u{ff}\u{f0}")
            case 9: bytes += [UInt8](repeating: UInt8(ascii: "y"), count: number(in: 8_150...8_200))
            default: bytes += wire("\n")
            }
        }
        return bytes
    }
}
