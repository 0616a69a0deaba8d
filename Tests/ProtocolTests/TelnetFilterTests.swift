import Protocol
import Testing

// Through the reader: negotiation only means something by what it leaves of the lines.

@Suite struct TelnetFilterTests {
    private static let negotiations = [
        "\u{ff}\u{f1}",  // NOP
        "\u{ff}\u{f4}",  // interrupt
        "\u{ff}\u{f9}",  // go ahead
        "\u{ff}\u{f0}",  // the end of something that has not begun
        "\u{ff}\u{ff}",  // an escaped 0xFF
        "\u{ff}\u{ff}\u{ff}\u{f1}",
        "\u{ff}\u{fd}\u{1}",  // DO ECHO
        "\u{ff}\u{fb}\u{1f}",  // WILL NAWS
        "\u{ff}\u{fe}\u{22}", "\u{ff}\u{fc}\u{22}",  // DONT, WONT LINEMODE
        "\u{ff}\u{fd}\n", "\u{ff}\u{fb}\r", "\u{ff}\u{fd}\u{ff}",  // options like ends of lines
        "\u{ff}\u{fa}\u{18}\u{0}xterm\u{ff}\u{f0}",  // SB TERMINAL-TYPE IS xterm
        "\u{ff}\u{fa}\u{1f}\u{0}P\u{0}\n\u{ff}\u{f0}",  // a window of 80 by 10, which looks like LF
        "\u{ff}\u{fa}\u{1f}\u{ff}\u{ff}\u{0}\u{ff}\u{ff}\u{ff}\u{f0}",  // escapes inside
        "\u{ff}\u{fa}\u{ff}\u{f0}",
        "\u{ff}\u{fa}\u{18}x\u{ff}\u{f1}",  // broken off by another command
        "\u{ff}\u{fa}\u{18}x\u{ff}\u{fb}\u{3}",
        "\u{ff}\u{fa}\u{18}x\u{ff}\u{fa}\u{18}y\u{ff}\u{f0}",
    ]

    @Test(arguments: negotiations)
    func `negotiation anywhere leaves the lines as they are`(_ negotiation: String) {
        let text = "send ann h\u{c3}\u{a9}\r\n\nwho\r\n"
        let bytes = wire(text)
        let expected = ["send ann hé", "", "who"]

        for position in 0...bytes.count {
            let negotiated = bytes[..<position] + wire(negotiation) + bytes[position...]
            #expect(LineReader.reading(Array(negotiated)).lines == expected, "at \(position)")
            #expect(LineReader.readingByteByByte(Array(negotiated)).lines == expected)
        }
    }

    @Test func `negotiation does not count for the length of a line`() {
        let nop = "\u{ff}\u{f1}"
        let line = String(repeating: nop + "x", count: Limits.lineBytes) + nop + "\r\n"

        #expect(
            LineReader.reading(wire(line)).lines == [
                String(repeating: "x", count: Limits.lineBytes)
            ])
    }

    @Test func `an IAC before what is no command is dropped and the byte counts`() {
        let bytes = wire("a\u{ff}b\nwho\u{ff}\nlast\u{ff}\r\n\u{ff}\u{ef}\n")

        #expect(LineReader.reading(bytes).lines == ["ab", "who", "last", "✗\u{fffd}"])
        #expect(LineReader.readingByteByByte(bytes) == LineReader.reading(bytes))
    }

    @Test func `what is no command ends a subnegotiation too, and counts`() {
        #expect(LineReader.reading(wire("a\u{ff}\u{fa}\u{18}x\u{ff}\nb\n")).lines == ["a", "b"])
    }

    // MARK: Refusing

    @Test func `every option is refused once, in its own direction`() {
        let asked = "\u{ff}\u{fd}\u{1}\u{ff}\u{fb}\u{1}\u{ff}\u{fd}\u{1}\u{ff}\u{fb}\u{1}"
        let refused = "\u{ff}\u{fc}\u{1}\u{ff}\u{fe}\u{1}"

        #expect(LineReader.reading(wire(asked + asked)).refusals == wire(refused))
        #expect(LineReader.readingByteByByte(wire(asked + asked)).refusals == wire(refused))
    }

    @Test func `a peer that gives up an option is not answered`() {
        let bytes = wire(
            "\u{ff}\u{fe}\u{1}\u{ff}\u{fc}\u{1}\u{ff}\u{f1}\u{ff}\u{fa}\u{1}\u{ff}\u{f0}")

        #expect(LineReader.reading(bytes).refusals == [])
    }

    @Test func `all 256 options are refused, and after that there is silence`() {
        var reader = LineReader()
        let options = UInt8.min...UInt8.max
        let everything: [UInt8] = options.flatMap { [255, 253, $0, 255, 251, $0] }
        let refusals: [UInt8] = options.flatMap { [255, 252, $0, 255, 254, $0] }

        #expect(reader.read([everything]).refusals == refusals)
        #expect(reader.read([everything, everything]).refusals == [])
    }

    @Test func `two servers that talk to each other fall silent`() {
        var left = LineReader()
        var right = LineReader()
        var bytes = wire("\u{ff}\u{fd}\u{1}\u{ff}\u{fb}\u{1}")
        var rounds = 0

        while !bytes.isEmpty, rounds < 10 {
            bytes = right.read([left.read([bytes]).refusals]).refusals
            rounds += 1
        }

        #expect(rounds == 1)
    }

    // MARK: Ceilings

    @Test func `a subnegotiation may be as long as its ceiling`() {
        let inside = String(repeating: "x", count: Limits.subnegotiationBytes - 1)

        #expect(
            LineReader.reading(wire("a\u{ff}\u{fa}\(inside)\u{ff}\u{f0}b\n")).lines == ["ab"])
    }

    @Test func `a subnegotiation without an end becomes text behind its ceiling`() {
        let inside = String(repeating: "x", count: Limits.subnegotiationBytes)

        #expect(LineReader.reading(wire("a\u{ff}\u{fa}\(inside)yz\n")).lines == ["ayz"])
        #expect(LineReader.reading(wire("a\u{ff}\u{fa}\(inside)\n")).lines == ["a"])
        #expect(LineReader.reading(wire("a\u{ff}\u{fa}\(inside)\u{ff}\u{f1}b\n")).lines == ["ab"])
    }

    @Test func `escapes in a subnegotiation count for its ceiling`() {
        let inside = String(repeating: "\u{ff}\u{ff}", count: Limits.subnegotiationBytes / 2)

        #expect(LineReader.reading(wire("\u{ff}\u{fa}\(inside)text\n")).lines == ["text"])
    }

    @Test func `negotiation without end is taken at constant memory`() {
        let nonsense = wire(
            "\u{ff}\u{fd}\u{1}\u{ff}\u{fb}\u{1}\u{ff}\u{ff}\u{ff}\u{fa}x\u{ff}\u{f0}")
        var once = LineReader()
        _ = once.read([nonsense])
        var often = once

        let reading = often.read(Array(repeating: nonsense, count: 5_000))

        #expect(often == once)
        #expect(reading.refusals.isEmpty)
    }
}
