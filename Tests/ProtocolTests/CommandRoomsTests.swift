import Protocol
import Testing

// Rooms, conversations and oneself, as commands: `Command+Parsing.swift`.

@Suite struct CommandRoomsTests {
    private static let tea = RoomName("#tea")!  // a room

    private static func parse(_ line: String) -> Result<Command, ProtocolFault> {
        Result { () throws(ProtocolFault) in try Command(Array(line.utf8)) }
    }

    // MARK: Rooms

    @Test(arguments: [
        ("create #tea", Command.create(tea, limit: nil, .admin)),
        ("create #tea 1", .create(tea, limit: 1, .admin)),
        ("create #tea 999999999", .create(tea, limit: 999_999_999, .admin)),
        ("create #tea 007", .create(tea, limit: 7, .admin)),
        ("create #tea admin", .create(tea, limit: nil, .admin)),
        ("create #tea empty", .create(tea, limit: nil, .empty)),
        ("create #tea forever", .create(tea, limit: nil, .forever)),
        ("\tcreate \t #tea  10 \t empty ", .create(tea, limit: 10, .empty)),
        ("create #lobby", .create(.lobby, limit: nil, .admin)),
    ])
    func `a room has a name, and may have a limit and a lifetime`(
        _ line: String, _ command: Command
    ) {
        #expect(Self.parse(line) == .success(command))
    }

    @Test(arguments: [
        "create", "create ", "create tea", "create #", "create #té", "create #tea 0",
        "create #tea 000", "create #tea -1", "create #tea +1", "create #tea 1000000000",
        "create #tea 1.5", "create #tea ten", "create #tea Empty", "create #tea empty 5",
        "create #tea 5 5", "create #tea 5 empty x", "create #tea empty forever", "create #a #b",
        "create #tea\u{a0}5",
    ])
    func `what opens no room`(_ line: String) {
        #expect(Self.parse(line) == .failure(.badArguments(.create)))
    }

    @Test(arguments: [
        ("join #tea", RoomReference.name(tea)), ("join 7", .number(RoomNumber(7))),
        ("join  007 ", .number(RoomNumber(7))), ("join 0", .number(RoomNumber(0))),
        ("join 4294967295", .number(RoomNumber(4_294_967_295))),
        ("join 4294967296", .nothing("4294967296")),
        (
            "join " + String(repeating: "9", count: 5_000),
            .nothing(String(repeating: "9", count: 32))
        ),
    ])
    func `a room is joined by its name or its number`(_ line: String, _ room: RoomReference) {
        #expect(Self.parse(line) == .success(.join(room)))
    }

    @Test(arguments: ["join", "join tea", "join #", "join -7", "join 7x", "join #a #b", "join 1 2"])
    func `what joins no room`(_ line: String) {
        #expect(Self.parse(line) == .failure(.badArguments(.join)))
    }

    @Test(arguments: [
        ("leave #tea", Command.leave(tea)), ("leave\t#lobby ", .leave(.lobby)),
        ("members #tea", .members(tea)), ("close #tea", .close(tea)),
        ("kick #tea ann", .kick(tea, .user(.ann))), ("kick #tea DONE", .kick(tea, .nobody("DONE"))),
        ("kick #tea #tea", .kick(tea, .room(tea))),
    ])
    func `a room is named`(_ line: String, _ command: Command) {
        #expect(Self.parse(line) == .success(command))
    }

    @Test(arguments: [
        (CommandWord.leave, ""), (.leave, "tea"), (.leave, "7"), (.leave, "#tea #tea"),
        (.members, ""), (.members, "ann"), (.members, "#tea ann"), (.close, ""), (.close, "tea"),
        (.close, "#tea now"), (.kick, ""), (.kick, "#tea"), (.kick, "ann #tea"), (.kick, "tea ann"),
        (.kick, "#tea ann bob"), (.rooms, "#tea"),
    ])
    func `what names no room`(_ word: CommandWord, _ arguments: String) {
        #expect(Self.parse("\(word.rawValue) \(arguments)") == .failure(.badArguments(word)))
    }

    // MARK: Conversations

    @Test(arguments: [
        ("history ann", Command.history(.user(.ann), count: 20)),
        ("history #tea", .history(.room(tea), count: 20)),
        ("history DONE", .history(.nobody("DONE"), count: 20)),
        ("history ann 1", .history(.user(.ann), count: 1)),
        ("history ann 000001000", .history(.user(.ann), count: 1_000)),
        ("history 5 5", .history(.user(Username("5")!), count: 5)),  // a name
        ("talk ann", .talk(.user(.ann))), ("talk  #tea ", .talk(.room(tea))),
        ("talk --", .talk(.user(Username(older: "--")!))),  // an older name
        ("live", .live(true)), ("live ", .live(true)), ("live  off\t", .live(false)),
    ])
    func `a conversation is named`(_ line: String, _ command: Command) {
        #expect(Self.parse(line) == .success(command))
    }

    @Test(arguments: [
        (CommandWord.history, ""), (.history, "ann 0"), (.history, "ann 1001"),
        (.history, "ann -1"), (.history, "ann ten"), (.history, "ann 0000000001"),
        (.history, "ann 99999999999999999999"), (.history, "ann 5 5"), (.inbox, "ann"),
        (.live, "on"), (.live, "OFF"), (.live, "off off"), (.talk, ""), (.talk, "ann bob"),
        (.talk, "(ann bob)x y"), (.switch, "bob"), (.passwd, "secret"),
    ])
    func `what names no conversation`(_ word: CommandWord, _ arguments: String) {
        #expect(Self.parse("\(word.rawValue) \(arguments)") == .failure(.badArguments(word)))
    }

    @Test(arguments: [
        ("search tea", "tea"), ("search \t Tea   time ", "Tea time"),
        ("search \"a OR b\" NEAR(c)", "\"a OR b\" NEAR(c)"), ("search grün 🍵", "grün 🍵"),
        // As it was made of the text of a message when that was accepted.
        ("search a\u{1b}b\tc", "a␛b c"), ("search -", "-"),
    ])
    func `words are searched for as they were typed`(_ line: String, _ words: String) {
        #expect(Self.parse(line) == .success(.search(words)))
    }

    @Test(arguments: ["search", "search ", "search \t ", "search \u{3000}", "search \u{200d}"])
    func `nothing cannot be searched for`(_ line: String) {
        #expect(Self.parse(line) == .failure(.badArguments(.search)))
    }

    @Test func `at most 32 words are searched for`() {
        for (count, isGood) in [(31, true), (32, true), (33, false), (4_000, false)] {
            let line = "search " + Array(repeating: "a", count: count).joined(separator: " ")
            #expect((Self.parse(line) == .failure(.badArguments(.search))) != isGood)
        }
    }

    // MARK: Both ways

    @Test(arguments: [
        "create #tea", "create #tea 5 empty", "create #tea 007 forever", "join #tea", "join 007",
        "join 99999999999999999999999999999999999999", "leave #tea", "rooms", "members #tea",
        "kick #tea ann", "close #tea", "history ann", "history #tea 5", "inbox",
        "search  a  b\u{7}c ", "live", "live off", "talk #tea", "talk ann", "switch", "passwd",
    ])
    func `what was read is written so that it is read again`(_ line: String) throws {
        let command = try Self.parse(line).get()
        let written = String(decoding: command.text, as: UTF8.self)

        #expect(Self.parse(written) == .success(command))
        #expect(written.hasPrefix(command.word.rawValue))
    }
}
