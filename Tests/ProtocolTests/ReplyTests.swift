import Protocol
import Testing

// Replies as text: `Reply+Text.swift`.

@Suite struct ReplyTests {
    private static func name(_ text: String) -> Username {
        Username(older: text)!  // only called with names
    }

    private static func message(_ text: String, room: String? = nil) -> Reply {
        .message(
            Message(
                number: MessageNumber(7), at: WallTime(seconds: 1_795_280_645, offset: 3_600),
                from: name("ann"), room: room.flatMap { RoomName($0) },
                text: MessageText(Array(text.utf8))!))  // only called with text
    }

    @Test(
        arguments: [
            (Reply.password, "password\n"), (.register, "register\n"), (.username, "username\n"),
            (.registered, "registered\n"), (.exists, "exists\n"), (.welcome, "welcome\n"),
            (.connected, "connected\n"), (.blocked(seconds: 59), "blocked:59\n"),
            (.blockLength(seconds: 60), "60\n"), (.busy, "error:busy\n"),
            (.insecure, "error:denied:login\n"),
            (.names([name("Bob"), name("ann"), name("josé")]), "Bob ann josé\n"),
            (.names([name("ann")]), "ann\n"), (.sent, "sent:\n"), (.nobody(["x"]), "send:x\n"),
            (.nobody(["x", "#y", "DONE"]), "send:x,#y,DONE\n"),
            (.full([name("ann"), name("bob")]), "full:ann,bob\n"), (.fetching, "fetching\n"),
            (.done, "DONE\n"), (.goodbye, "goodbye\n"),
            (.timeout(seconds: 1_800), "timeout:1800\n"),
            (.unknownCommand("foo"), "error:command:foo\n"),
            (.unknownCommand(""), "error:command:\n"),
            (.badArguments(.last), "error:args:last\n"),
            (.storage(.broadcast), "error:storage:broadcast\n"),
            (.registerStorage, "error:storage:register\n"),
            (message("hi"), "[11-21-26T18:04:05] ann: hi\n"),
            (message("  two  blanks: "), "[11-21-26T18:04:05] ann:   two  blanks: \n"),
            (message("hi", room: "#tea"), "[11-21-26T18:04:05] ann #tea: hi\n"),
        ] + aboutRooms + aboutConversations)
    func `a reply is one line`(_ reply: Reply, _ line: String) {
        #expect(reply.shown == line)
    }

    private static let tea = RoomName("#tea")!  // a room

    private static let aboutRooms: [(Reply, String)] = [
        (.created(tea, RoomNumber(7)), "created:#tea:7\n"), (.roomExists(tea), "exists:#tea\n"),
        (
            .joined(tea, RoomNumber(7), admin: name("ann"), members: [name("ann"), name("bob")]),
            "joined:#tea:7:ann:ann,bob\n"
        ),
        (
            .joined(.lobby, .lobby, admin: nil, members: [name("josé")]),
            "joined:#lobby:1:-:josé\n"
        ),
        (.roomIsFull(tea), "full:#tea\n"), (.left(tea), "left:#tea\n"),
        (.kicked(tea, name("bob")), "kicked:#tea:bob\n"), (.closed(tea), "closed:#tea\n"),
        (.rooms(count: 2), "rooms:2\n"),
        (
            .room(
                RoomLine(
                    name: tea, number: RoomNumber(7), members: 2, limit: 10, admin: name("ann"),
                    lifetime: .admin)), "#tea 7 2/10 ann admin\n"
        ),
        (
            .room(
                RoomLine(
                    name: .lobby, number: .lobby, members: 3, limit: nil, admin: nil,
                    lifetime: .forever)), "#lobby 1 3/- - forever\n"
        ),
        (.members(count: 4), "members:4\n"),
        (.member(name("ann"), isAdmin: false, isAway: false), "ann\n"),
        (.member(name("ann"), isAdmin: true, isAway: false), "ann (admin)\n"),
        (.member(name("ann"), isAdmin: false, isAway: true), "ann (away)\n"),
        (.member(name("ann"), isAdmin: true, isAway: true), "ann (admin) (away)\n"),
        (.noSuchRoom("#tea"), "error:room:#tea\n"), (.noSuchRoom("12"), "error:room:12\n"),
        (.denied(.kick), "error:denied:kick\n"), (.tooManyRooms, "error:limit:create\n"),
        (.tooManyBroadcasts, "error:limit:broadcast\n"),
    ]

    private static let aboutConversations: [(Reply, String)] = [
        (.history(count: 20), "history:20\n"), (.inbox(count: 0), "inbox:0\n"),
        (
            .unread(of: .user(name("ann")), count: 3, newest: WallTime(seconds: 1_795_280_645)),
            "ann 3 11-21-26T17:04:05\n"
        ),
        (
            .unread(
                of: .room(tea), count: 1, newest: WallTime(seconds: 1_795_280_645, offset: 3_600)),
            "#tea 1 11-21-26T18:04:05\n"
        ),
        (.search(count: 51), "search:51\n"), (.indexing, "indexing\n"),
        (.live(true), "live:on\n"), (.live(false), "live:off\n"),
        (.talk(.user(name("ann"))), "talk:ann\n"), (.talk(.room(tea)), "talk:#tea\n"),
        (.talkOff, "talk:off\n"), (.changed, "changed\n"),
        (.denied(.passwd), "error:denied:passwd\n"),
    ]

    @Test func `help says how many lines it has and explains every word`() {
        let lines = Reply.help.shown.split(separator: "\n", omittingEmptySubsequences: false)

        #expect(lines.first == "help:\(lines.count - 2)" && lines.last == "")
        let explained = lines.dropFirst().dropLast()
        for word in CommandWord.allCases {
            #expect(explained.contains { $0.hasPrefix(word.rawValue) })
            #expect(!word.explanations.isEmpty)
        }
        #expect(explained.allSatisfy { $0.contains("  ") && $0.count <= 80 })
    }

    @Test func `a reply is appended behind what stands there`() {
        var bytes = wire("before\n")
        Reply.sent.append(to: &bytes)
        Self.message("hi").append(to: &bytes)

        #expect(bytes == wire("before\nsent:\n[11-21-26T18:04:05] ann: hi\n"))
    }

    @Test func `a message that is shown again is the same`() {
        #expect(Self.message("hi").shown == Self.message("hi").shown)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `no text of a person can forge a line`(seed: UInt64) {
        var chance = Seeded(seed)
        for _ in 0..<300 {
            for reply in chance.repliesWithTextOfPeople() {
                let shown = reply.shown
                #expect(shown.isHarmlessOutput)
                #expect(shown.utf8.count { $0 == 0x0a } == 1 && shown.hasSuffix("\n"))
                #expect(Self.beginsInTheServersWords(reply, shown))
                // Also for those who read Unicode's ends of lines.
                #expect(shown.dropLast().allSatisfy { !$0.isNewline })
            }
        }
    }

    /// Whether what the line begins with was not chosen by anybody.
    private static func beginsInTheServersWords(_ reply: Reply, _ shown: String) -> Bool {
        // Bytes: a mark that a person has chosen may make one character with the server's colon.
        func begins(_ words: String) -> Bool { shown.utf8.starts(with: words.utf8) }

        switch reply {
        case .names, .member, .unread(of: .user, _, _):
            // The replies that begin with a name. No name is a word of the handshake, and none
            // holds the colon that all other lines with arguments have.
            let name = shown.utf8.prefix { $0 != UInt8(ascii: " ") }
            return !name.contains(UInt8(ascii: ":")) && !begins("DONE\n")
        case .nobody: return begins("send:")
        case .full: return begins("full:")
        case .unknownCommand: return begins("error:command:")
        case .noSuchRoom: return begins("error:room:")
        case .room, .unread(of: .room, _, _): return begins("#")
        case .unread(of: .nobody, _, _): return false
        case .joined: return begins("joined:#")
        case .kicked: return begins("kicked:#")
        case .talk: return begins("talk:")
        case .message(let message):
            let from = "] \(message.from.text)\(message.room.map { " " + $0.text } ?? ""): "
            return begins("[") && shown.utf8.dropFirst(18).starts(with: from.utf8)
        case .badArguments, .storage: return begins("error:")
        case .password, .register, .username, .registered, .exists, .welcome, .connected, .blocked,
            .blockLength, .busy, .insecure, .sent, .fetching, .help, .done, .goodbye, .timeout,
            .registerStorage, .created, .roomExists, .roomIsFull, .left, .closed, .rooms, .members,
            .history, .inbox, .search, .indexing, .live, .talkOff, .changed, .denied,
            .tooManyRooms, .tooManyBroadcasts:
            return true
        }
    }
}

extension Seeded {
    /// Every reply that holds something a person has chosen, with the worst that can be chosen.
    fileprivate mutating func repliesWithTextOfPeople() -> [Reply] {
        let beginnings = [
            "", "DONE", "\nDONE\n", "\r\nDONE", "timeout:5", "[", "sent:", "\u{2028}DONE",
        ]
        let text = one(of: beginnings) + self.text(0...30)
        let name = Username(older: text) ?? Username("ann")!  // a name
        let room = RoomName("#" + text) ?? RoomName("#tea")!  // a room
        let at = WallTime(seconds: Int64(number(in: -1_000_000...4_000_000_000)))
        var replies: [Reply] = [
            .names([name]), .full([name, name]), .noSuchRoom(room.text), .kicked(room, name),
            .joined(room, RoomNumber(2), admin: name, members: [name, name]),
            .room(
                RoomLine(
                    name: room, number: RoomNumber(2), members: 1, limit: nil, admin: name,
                    lifetime: .empty)),
            .member(name, isAdmin: oneIn(2), isAway: oneIn(2)),
            .unread(of: oneIn(2) ? .user(name) : .room(room), count: 1, newest: at),
            .talk(.user(name)), .talk(.room(room)),
        ]

        if case .failure(let fault) = Self.command(text) { replies.append(fault.reply) }
        if case .success(.post(let draft)) = Self.command("send (x, \(text)) hi"),
            case .named(let readers) = draft.to
        {
            replies.append(.nobody(readers.map(\.text)))
        }
        if let text = MessageText(Array(text.utf8)) {
            for room in [nil, room] {
                let message = Message(number: .zero, at: at, from: name, room: room, text: text)
                replies.append(.message(message))
            }
        }
        return replies
    }

    private static func command(_ line: String) -> Result<Command, ProtocolFault> {
        Result { () throws(ProtocolFault) in try Command(Array(line.utf8)) }
    }
}
