import Protocol
import Testing

// Commands as text: `Command+Text.swift`.

@Suite struct CommandTests {
    private static func parse(_ line: String) -> Result<Command, ProtocolFault> {
        parse(Array(line.utf8))
    }

    private static func parse(_ line: [UInt8]) -> Result<Command, ProtocolFault> {
        Result { () throws(ProtocolFault) in try Command(line) }
    }

    /// The answer to a line that is no command.
    private static func fault(_ line: String) -> String? {
        guard case .failure(let fault) = parse(line) else { return nil }
        return fault.reply.shown
    }

    private static func send(_ names: String..., text: String) -> Command? {
        MessageText(Array(text.utf8)).map {
            .post(Draft(to: .named(names.map(Self.recipient)), text: $0))
        }
    }

    private static func recipient(_ name: String) -> Recipient {
        if let room = RoomName(name) { return .room(room) }
        return Username(older: name).map { .user($0) } ?? .nobody(name)
    }

    private static func broadcast(_ text: String) -> Command? {
        MessageText(Array(text.utf8)).map { .post(Draft(to: .everyone, text: $0)) }
    }

    // MARK: Words without arguments

    @Test(arguments: [
        ("who", Command.who), ("fetch", .fetch), ("logout", .logout), ("help", .help),
        ("rooms", .rooms), ("inbox", .inbox), ("switch", .switch), ("passwd", .passwd),
        ("", .fetch), (" ", .fetch), ("\t \t", .fetch),
        ("  who", .who), ("\twho", .who), (" \t who \t ", .who), ("logout ", .logout),
    ])
    func `a word alone, with blanks around it`(_ line: String, _ command: Command) {
        #expect(Self.parse(line) == .success(command))
    }

    @Test(arguments: [
        "who", "fetch", "logout", "help", "rooms", "inbox", "switch", "passwd",
    ])
    func `a word that stands alone takes no arguments`(_ word: String) {
        #expect(Self.fault("\(word) x") == "error:args:\(word)\n")
        #expect(Self.fault("\(word)\t\(word)") == "error:args:\(word)\n")
        #expect(Self.fault("\(word) \u{a0}") == "error:args:\(word)\n")
    }

    // MARK: last

    @Test(arguments: [
        ("last 0", 0), ("last 5", 5), ("last 12", 12), ("last 123", 123), ("last 1234", 1_234),
        ("last 12345", 12_345), ("last 123456", 123_456), ("last 1234567", 1_234_567),
        ("last 12345678", 12_345_678), ("last 999999999", 999_999_999), ("last 000000007", 7),
        ("last\t5", 5), ("last   5  \t", 5), (" last 5", 5),
    ])
    func `minutes are 1 to 9 digits`(_ line: String, _ minutes: Int) {
        #expect(Self.parse(line) == .success(.last(minutes: minutes)))
    }

    @Test(arguments: [
        "last", "last ", "last x", "last -1", "last +1", "last 1.5", "last 5m", "last 5 6",
        "last 0x5",
        "last 1234567890", "last 0000000000", "last 9223372036854775807",
        "last 9223372036854775808",
        "last 99999999999999999999999999", "last \u{662}", "last ５", "last 5\u{0}", "last 5\u{a0}",
    ])
    func `what is no number of minutes`(_ line: String) {
        #expect(Self.fault(line) == "error:args:last\n")
    }

    // MARK: send and broadcast

    @Test(arguments: [
        ("send ann hi", send("ann", text: "hi")),
        ("\t send \t ann hi there", send("ann", text: "hi there")),
        // All behind one separator is the message.
        ("send ann  hi ", send("ann", text: " hi ")),
        ("send ann\thi", send("ann", text: "hi")),
        ("send ann \t(\"a  b\") ", send("ann", text: "\t(\"a  b\") ")),
        ("send ann (bob) hi", send("ann", text: "(bob) hi")),
        ("send ann DONE", send("ann", text: "DONE")),
        ("send #tea hi", send("#tea", text: "hi")),
        ("send (ann) hi", send("ann", text: "hi")),
        ("send (ann bob) hi", send("ann", "bob", text: "hi")),
        ("send ( ann \t bob ) hi", send("ann", "bob", text: "hi")),
        ("send   (ann #tea bob)  hi (x)", send("ann", "#tea", "bob", text: " hi (x)")),
        ("send (ann ann Ann) hi", send("ann", "ann", "Ann", text: "hi")),
        ("send jürgen hi", send("jürgen", text: "hi")),
        ("send ann \u{1b}[2J", send("ann", text: "\u{1b}[2J")),
        ("broadcast hi", broadcast("hi")),
        ("broadcast  (a b) c ", broadcast(" (a b) c ")),
        ("broadcast\thi", broadcast("hi")),
    ])
    func `a letter has its readers and its text`(_ line: String, _ command: Command?) throws {
        #expect(Self.parse(line) == .success(try #require(command)))
    }

    @Test(arguments: [
        "send", "send ", "send ann", "send ann ", "send ann  ", "send ann \t", "send ann \u{2003}",
        "send ann \u{200d}", "send (ann)", "send (ann) ", "send (ann)  ", "send () hi",
        "send ( \t ) hi",
        "send (ann bob hi", "send (", "send ()", "send (ann bob)x", "send (ann)(bob) hi",
    ])
    func `a letter without readers or without text is none`(_ line: String) {
        #expect(Self.fault(line) == "error:args:send\n")
    }

    @Test(arguments: ["broadcast", "broadcast ", "broadcast  \t ", "broadcast \u{3000}"])
    func `a broadcast without text is none`(_ line: String) {
        #expect(Self.fault(line) == "error:args:broadcast\n")
    }

    @Test func `at most 100 names, repeated ones counted`() throws {
        for (count, isGood) in [(1, true), (99, true), (100, true), (101, false), (2_000, false)] {
            let different = (0..<count).map { "u\($0)" }.joined(separator: " ")
            let same = Array(repeating: "ann", count: count).joined(separator: " ")
            for names in [different, same] {
                let command = try? Self.parse("send (\(names)) hi").get()
                guard case .post(let draft) = command, case .named(let readers) = draft.to else {
                    #expect(!isGood)
                    continue
                }
                #expect(isGood && readers.count == count)
            }
        }
    }

    @Test func `what nobody can be called is repeated harmless and short`() throws {
        let long = String(repeating: "é", count: 2_000)
        let line = "send (DONE a,b x:y # \u{1b}[m\u{85} \(long)) hi"
        guard case .post(let draft) = try Self.parse(line).get(),
            case .named(let readers) = draft.to
        else {
            Issue.record("no letter")
            return
        }

        #expect(
            readers == [
                .nobody("DONE"), .nobody("a,b"), .nobody("x:y"), .nobody("#"), .nobody("␛[m·"),
                .nobody(String(repeating: "é", count: 32)),
            ])
    }

    // MARK: What is no command

    @Test(arguments: [
        ("foo", "foo"), ("foo bar", "foo"), ("WHO", "WHO"), ("whoo", "whoo"), ("wh", "wh"),
        ("send(ann bob) hi", "send(ann"), ("DONE", "DONE"), ("  x\ty", "x"),
        ("who\u{a0}", "who\u{a0}"),
        ("\u{1b}[2J", "␛[2J"), ("a\u{7}\u{85}\u{202e}\u{7f}b", "a····b"), ("\u{0}", "·"),
        ("a\rb", "a·b"),
        ("who\r", "who·"), ("error:args:who", "error:args:who"), ("😀", "😀"),
        (String(repeating: "x", count: 31), String(repeating: "x", count: 31)),
        (String(repeating: "x", count: 32), String(repeating: "x", count: 32)),
        (String(repeating: "x", count: 33), String(repeating: "x", count: 32)),
        (String(repeating: "🍵", count: 33), String(repeating: "🍵", count: 32)),
        (String(repeating: "\u{1b}", count: 8_000), String(repeating: "␛", count: 32)),
    ])
    func `an unknown word is repeated harmless, 32 characters of it`(_ line: String, _ echo: String)
    {
        #expect(Self.fault(line) == "error:command:\(echo)\n")
    }

    @Test func `every word of the table is known`() {
        #expect(
            CommandWord.allCases.map(\.rawValue)
                == [
                    "who", "last", "send", "broadcast", "fetch", "create", "join", "leave", "rooms",
                    "members", "kick", "close", "history", "inbox", "search", "live", "talk",
                    "switch", "passwd", "logout", "help",
                ])
    }

    @Test func `a line that cannot be read is answered by its word`() {
        func answer(_ beginning: String) -> String {
            Command.fault(ofLineBeginning: wire(beginning)).reply.shown
        }

        for word in CommandWord.allCases {
            #expect(answer("\(word.rawValue) x") == "error:args:\(word.rawValue)\n")
            #expect(answer(" \t\(word.rawValue)") == "error:args:\(word.rawValue)\n")
            #expect(answer("\(word.rawValue)\u{ff}") == "error:command:\n")
        }
        #expect(answer("") == "error:command:\n")
        #expect(answer("sendx \u{ff}") == "error:command:\n")
        #expect(answer("\u{1b}\u{ff}") == "error:command:\n")
    }

    // MARK: Both ways

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `a command that is written down is read as the same command`(seed: UInt64) {
        var chance = Seeded(seed)
        for _ in 0..<500 {
            let command = chance.command()
            #expect(Self.parse(command.text) == .success(command))
            #expect(command.text.starts(with: command.word.rawValue.utf8))
        }
    }

    @Test func `a name that begins like a list of names is written as one`() throws {
        let command = try Self.parse("send ((ann) hi").get()

        #expect(Self.parse(command.text) == .success(command))
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `rubbish never traps, and its answer is one harmless line`(seed: UInt64) {
        var chance = Seeded(seed)
        for _ in 0..<3_000 {
            var line = chance.oneIn(2) ? chance.rubbish(0...40) : Array(chance.text(0...40).utf8)
            if chance.oneIn(2) { line = Array(chance.one(of: Self.beginnings).utf8) + line }

            switch Self.parse(line) {
            case .success(let command):
                #expect(Self.parse(command.text).isSuccess)
                guard case .post(let draft) = command else { continue }
                #expect(String(decoding: draft.text.bytes, as: UTF8.self).isHarmlessOutput)
            case .failure(let fault):
                let reply = fault.reply.shown
                #expect(reply.isHarmlessOutput)
                #expect(reply.utf8.count { $0 == 0x0a } == 1 && reply.hasSuffix("\n"))
                #expect(reply.unicodeScalars.count <= "error:command:".count + 32 + 1)
            }
        }
    }

    private static let beginnings = [
        "send ", "send ann ", "send (", "send (ann ", "send (ann) ", "broadcast ", "last ",
        "last 1",
        "who ", " \t", "create #tea ", "create #tea 5 ", "join ", "join #", "join 4294967", "kick ",
        "kick #tea ", "history ", "history ann 1", "search ", "live ", "talk ", "talk #",
    ]
}

extension Result {
    fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}

extension Seeded {
    fileprivate mutating func command() -> Command {
        switch number(in: 0...20) {
        case 0: .who
        case 1: .fetch
        case 2: .logout
        case 3: .help
        case 4: .last(minutes: number(in: 0...999_999_999))
        case 5: .post(Draft(to: .everyone, text: messageText()))
        case 6: .create(room(), limit: nil, one(of: Lifetime.allCases))
        case 7:
            .create(room(), limit: number(in: 1...999_999_999), one(of: Lifetime.allCases))
        case 8: .join(.name(room()))
        case 9: .join(.number(RoomNumber(UInt32.random(in: 0...UInt32.max, using: &self))))
        case 10: .leave(room())
        case 11: .rooms
        case 12: .members(room())
        case 13: .kick(room(), reader())
        case 14: .close(room())
        case 15: .history(reader(), count: number(in: 1...1_000))
        case 16:
            .search(
                list(1...32) { $0.one(of: ["tea", "Grün", "c++", "\"x", "🍵"]) }.joined(
                    separator: " "))
        case 17: one(of: [.inbox, .switch, .passwd, .live(true), .live(false)])
        case 18: .talk(reader())
        default: .post(Draft(to: .named(list(1...100) { $0.reader() }), text: messageText()))
        }
    }

    private mutating func room() -> RoomName {
        let letters = list(1...50) { $0.one(of: Array("abcXYZ019._-")) }
        return RoomName("#" + String(letters))!  // a room
    }

    private mutating func reader() -> Recipient {
        let letters = list(1...12) { $0.one(of: Array("abcXYZ019._-")) }
        if oneIn(4) { return .room(room()) }
        if oneIn(4), let name = Username(older: text(1...20)) { return .user(name) }
        return Username(String(letters)).map { .user($0) } ?? .nobody("DONE")
    }

    private mutating func messageText() -> MessageText {
        MessageText(Array(text(1...60).utf8)) ?? MessageText(wire(" (x) "))!  // that is not blank
    }
}
