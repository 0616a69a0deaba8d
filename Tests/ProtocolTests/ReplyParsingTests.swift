import Protocol
import Testing

@Suite struct ReplyParsingTests {
    private static func name(_ text: String) -> Username {
        Username(older: text)!  // only called with names
    }

    private static func message(
        _ text: String, at seconds: Int64, from: Username = name("ann"), room: String? = nil
    ) -> Reply {
        .message(
            Message(
                number: .zero, at: WallTime(seconds: seconds), from: from,
                room: room.flatMap { RoomName($0) }, text: MessageText(Array(text.utf8))!))
    }

    /// Every reply, and when it is said. Made anew for whoever asks: a `Reply` keeps its case in
    /// spare bits of a text's address, so that a search for leaks does not see texts in a global.
    static var replies: [(Reply.Phase, Reply)] {
        signingInAndMail + aboutRooms + aboutConversations
    }

    private static var signingInAndMail: [(Reply.Phase, Reply)] {
        [
            (.signingIn, .password), (.signingIn, .register), (.signingIn, .username),
            (.signingIn, .registered), (.signingIn, .exists), (.signingIn, .welcome),
            (.signingIn, .connected), (.signingIn, .blocked(seconds: 0)),
            (.signingIn, .blocked(seconds: 59)), (.signingIn, .blockLength(seconds: 60)),
            (.signingIn, .blockLength(seconds: 999_999_999_999_999_999)), (.signingIn, .busy),
            (.signingIn, .insecure), (.signingIn, .registerStorage),
            (.signingIn, .timeout(seconds: 120)),
            (.listing, .names([])), (.listing, .names([name("60")])),
            (.listing, .names([name("Bob"), name("ann"), name("josé"), name("fetching")])),
            (.listing, .badArguments(.last)), (.listing, .storage(.who)),
            (.listing, .timeout(seconds: 1)),
            (.answering, .sent), (.answering, .nobody(["x"])),
            (.answering, .nobody(["x", "#y", "DONE"])),
            (.answering, .full([name("ann"), name("bob")])), (.answering, .fetching),
            (.answering, .goodbye), (.answering, .unknownCommand("foo:bar")),
            (.answering, .unknownCommand("")), (.answering, .badArguments(.send)),
            (.answering, .storage(.broadcast)),
            (.answering, .timeout(seconds: 1_800)),
            (.reading, message("hi", at: 1_795_280_645)),
            (.reading, message("  two  blanks: ", at: 946_684_800)),
            (.reading, message("DONE", at: 4_102_444_799, room: "#tea")),
            (.reading, message("grün 🍵", at: 1_709_210_096)),
            (.reading, message("message 4 is lost", at: 1_709_210_096, from: .server)),
            (.reading, .done), (.reading, .timeout(seconds: 1_800)),
        ]
    }

    private static let tea = RoomName("#tea")!  // a room

    private static var aboutRooms: [(Reply.Phase, Reply)] {
        [
            (.answering, .created(tea, RoomNumber(4_294_967_295))), (.answering, .roomExists(tea)),
            (.answering, .joined(tea, RoomNumber(7), admin: name("ann"), members: [name("ann")])),
            (.answering, .joined(tea, .lobby, admin: nil, members: [name("ann"), name("josé")])),
            (.answering, .roomIsFull(tea)), (.answering, .left(tea)),
            (.answering, .kicked(tea, name("bob"))), (.answering, .closed(tea)),
            (.answering, .rooms(count: 0)), (.answering, .members(count: 10_000)),
            (.answering, .noSuchRoom("#tea")), (.answering, .noSuchRoom("12")),
            (.answering, .noSuchRoom("007")), (.answering, .denied(.kick)),
            (.answering, .tooManyRooms), (.answering, .tooManyBroadcasts),
            (
                .listed(by: .rooms),
                .room(
                    RoomLine(
                        name: tea, number: RoomNumber(7), members: 2, limit: 999_999_999,
                        admin: name("ann"), lifetime: .empty))
            ),
            (
                .listed(by: .rooms),
                .room(
                    RoomLine(
                        name: .lobby, number: .lobby, members: 0, limit: nil, admin: nil,
                        lifetime: .forever))
            ),
            (.listed(by: .members), .member(name("ann"), isAdmin: false, isAway: false)),
            (.listed(by: .members), .member(name("ann"), isAdmin: true, isAway: false)),
            (.listed(by: .members), .member(name("josé"), isAdmin: false, isAway: true)),
            (.listed(by: .members), .member(name("ann"), isAdmin: true, isAway: true)),
        ]
    }

    private static var aboutConversations: [(Reply.Phase, Reply)] {
        [
            (.answering, .history(count: 1_000)), (.answering, .inbox(count: 0)),
            (.answering, .search(count: 51)), (.answering, .live(true)), (.answering, .live(false)),
            (.answering, .talk(.user(name("ann")))), (.answering, .talk(.room(tea))),
            // Somebody may be called so.
            (.answering, .talk(.user(name("off")))), (.talking, .talkOff),
            (.talking, .sent), (.talking, .full([name("ann")])), (.talking, .denied(.send)),
            (.talking, .badArguments(.talk)), (.talking, .fetching),
            (.talking, .timeout(seconds: 1_800)), (.answering, .username), (.answering, .password),
            (.answering, .changed), (.answering, .denied(.passwd)), (.answering, .busy),
            (
                .listed(by: .inbox),
                .unread(of: .user(name("ann")), count: 3, newest: WallTime(seconds: 1_795_280_645))
            ),
            (
                .listed(by: .inbox),
                .unread(of: .room(tea), count: 100_000, newest: WallTime(seconds: 946_684_800))
            ),
            (.listed(by: .history), message("hi", at: 1_795_280_645, room: "#tea")),
            (.listed(by: .search), message("hi", at: 1_795_280_645)),
            (.listed(by: .search), .indexing),
        ]
    }

    @Test(arguments: replies)
    func `what is written is read as the same again`(_ phase: Reply.Phase, _ reply: Reply) {
        #expect(Reply(Array(reply.shown.dropLast().utf8), during: phase) == reply)
    }

    @Test func `help is read from its first line, which says how many follow`() {
        let lines = Reply.help.shown.split(separator: "\n").map { Array($0.utf8) }

        #expect(Reply(lines[0], during: .answering) == .help)
        #expect(Reply.listLength(announcedBy: lines[0]) == lines.count - 1)
        #expect(Reply.listLength(announcedBy: lines[1]) == nil)
    }

    @Test(arguments: [
        (Reply.rooms(count: 0), 0), (.members(count: 2), 2), (.history(count: 1_000), 1_000),
        (.inbox(count: 1), 1), (.search(count: 51), 51),
    ])
    func `what announces a list says how many lines it has`(_ reply: Reply, _ length: Int) {
        #expect(Reply.listLength(announcedBy: Array(reply.shown.dropLast().utf8)) == length)
    }

    @Test(arguments: ["sent:", "full:#tea", "rooms:", "rooms:x", "created:#tea:7", "fetching"])
    func `other replies announce none`(_ line: String) {
        #expect(Reply.listLength(announcedBy: wire(line)) == nil)
    }

    @Test func `the same line says different things at different times`() {
        #expect(Reply(wire("60"), during: .signingIn) == .blockLength(seconds: 60))
        #expect(Reply(wire("60"), during: .listing) == .names([Self.name("60")]))
        #expect(Reply(wire("60"), during: .answering) == nil)
        #expect(Reply(wire("60"), during: .reading) == nil)
        #expect(Reply(wire("fetching"), during: .answering) == .fetching)
        #expect(Reply(wire("fetching"), during: .listing) == .names([Self.name("fetching")]))
        #expect(Reply(wire("welcome"), during: .reading) == nil)
        #expect(Reply(wire("DONE"), during: .listing) == nil)
        #expect(Reply(wire("talk:off"), during: .answering) == .talk(.user(Self.name("off"))))
        #expect(Reply(wire("talk:off"), during: .talking) == .talkOff)
        #expect(
            Reply(wire("indexing"), during: .listed(by: .members))
                == .member(Self.name("indexing"), isAdmin: false, isAway: false))
        #expect(Reply(wire("indexing"), during: .listed(by: .history)) == nil)
        #expect(Reply(wire("password"), during: .listed(by: .members)) == nil)
    }

    @Test(arguments: [
        (Reply.Phase.signingIn, ""), (.signingIn, "Password"), (.signingIn, "password "),
        (.signingIn, "blocked:"), (.signingIn, "blocked:-1"), (.signingIn, "blocked:+1"),
        (.signingIn, "007"), (.signingIn, "1234567890123456789"), (.signingIn, "6 0"),
        (.answering, "sent:x"), (.answering, "full:"), (.answering, "full:a,,b"),
        (.answering, "error:args:foo"), (.answering, "error:room:tea"), (.answering, "help:"),
        (.answering, "help:x"), (.answering, "error:room:"), (.answering, "error:room:1x"),
        (.answering, "error:denied:login"), (.answering, "error:limit:join"),
        (.answering, "created:#tea"), (.answering, "created:#tea:4294967296"),
        (.answering, "created:#tea:07"), (.answering, "created:tea:7"),
        (.answering, "created:#tea:7:8"), (.answering, "joined:#tea:7:ann"),
        (.answering, "joined:#tea:7:ann:"), (.answering, "joined:#tea:7::ann"),
        (.answering, "joined:#tea:7:ann:ann,,bob"), (.answering, "full:tea time"),
        (.answering, "left:"), (.answering, "left:tea"), (.answering, "kicked:#tea:"),
        (.answering, "rooms:-1"), (.answering, "history:01"), (.answering, "live:"),
        (.answering, "live:ON"), (.answering, "talk:"), (.answering, "talk:a b"),
        (.answering, "talk:#"), (.answering, "DONE"),
        (.listed(by: .rooms), "#tea 7 2/10 ann"), (.listed(by: .rooms), "#tea 7 2 ann admin"),
        (.listed(by: .rooms), "#tea 7 2/ ann admin"), (.listed(by: .rooms), "#tea x 2/- ann admin"),
        (.listed(by: .rooms), "tea 7 2/10 ann admin"),
        (.listed(by: .rooms), "#tea 7 2/10 ann always"),
        (.listed(by: .members), "ann (away) (admin)"), (.listed(by: .members), "ann(away)"),
        (.listed(by: .members), ""), (.listed(by: .members), " (away)"),
        (.listed(by: .inbox), "ann 3"), (.listed(by: .inbox), "ann 3 [11-21-26T17:04:05]"),
        (.listed(by: .inbox), "ann -1 11-21-26T17:04:05"),
        (.listed(by: .inbox), "a,b 1 11-21-26T17:04:05"),
        (.listed(by: .inbox), "ann 3 02-30-26T17:04:05"),
        (.listed(by: .help), "who  who is online"), (.listing, "a  b"), (.listing, " a"),
        (.listing, "a:b"),
        (.reading, "done"), (.reading, "[11-21-26T18:04:05] ann:hi"),
        (.reading, "[11-21-26T18:04:05] ann: "), (.reading, "[11-21-26T18:04:05] : hi"),
        (.reading, "[11-21-26T18:04:05]ann: hi"), (.reading, "[11-21-26T18:04:05] ann"),
        (.reading, "[11-21-26T18:04:05] ann tea: hi"),
        (.reading, "[11-21-26T18:04:05] a #b #c: hi"),
        (.reading, "[02-30-26T18:04:05] ann: hi"), (.reading, "[13-01-26T18:04:05] ann: hi"),
        (.reading, "[00-00-26T18:04:05] ann: hi"), (.reading, "[11-21-26T24:04:05] ann: hi"),
        (.reading, "[11-21-26T18:60:05] ann: hi"), (.reading, "[11/21/26T18:04:05] ann: hi"),
        (.reading, "[11-21-26T18:04:0"), (.reading, "[1x-21-26T18:04:05] ann: hi"),
    ])
    func `what is written otherwise is no reply`(_ phase: Reply.Phase, _ line: String) {
        #expect(Reply(Array(line.utf8), during: phase) == nil)
    }

    @Test func `a line that is no UTF-8 is no reply`() {
        #expect(Reply(wire("send:\u{ff}"), during: .answering) == nil)
    }

    private static let phases =
        [Reply.Phase.signingIn, .answering, .listing, .talking, .reading]
        + CommandWord.allCases.map(Reply.Phase.listed)

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `what is read from rubbish is written as it was`(_ seed: UInt64) {
        var chance = Seeded(seed)
        for _ in 0..<500 {
            let (_, model) = chance.one(of: Self.replies)
            var line = Array(model.shown.dropLast().utf8)
            // A real line with a byte or two changed, or none.
            for _ in 0..<chance.number(in: 0...2) where !line.isEmpty {
                let index = chance.number(in: 0...(line.count - 1))
                if chance.oneIn(2) {
                    line[index] = UInt8(chance.number(in: 0x20...0x7e))
                } else {
                    line.remove(at: index)
                }
            }
            for phase in Self.phases {
                guard let reply = Reply(line, during: phase), reply != .help else { continue }
                #expect(Array(reply.shown.dropLast().utf8) == line, "\(seed)")
            }
        }
    }
}
