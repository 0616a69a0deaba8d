import Protocol
import Testing

// Rooms, lists, and another name over the same connection: `Session+Chat.swift`.

@Suite struct SessionRoomsTests {
    private static let tea = RoomName("#tea")!  // a room

    private static let letter = Message(
        number: MessageNumber(1), at: WallTime(seconds: 1), from: .ann,
        text: MessageText(kept: wire("hello")))

    @Test(arguments: [
        ("create #tea", Session.Action.create(tea, limit: nil, .admin)),
        ("create #tea 5 empty", .create(tea, limit: 5, .empty)), ("join #tea", .join(.name(tea))),
        ("join 7", .join(.number(RoomNumber(7)))), ("leave #tea", .leave(tea)),
        ("kick #tea ann", .kick(tea, .user(.ann))), ("close #tea", .close(tea)),
    ])
    func `what is to be kept is kept before it is answered`(
        _ line: String, _ action: Session.Action
    ) {
        var session = Session.at(.chatting)

        #expect(session.hear(line) == [.act(action)])
        #expect(session.state == .working)
        #expect(session.receive(.answer(.left(Self.tea))) == [.say(.left(Self.tea)), .collect])
        #expect(session.receive(.mail([], isLast: true)) == [.say(.done)])
        #expect(session == Session.at(.chatting))
    }

    @Test(arguments: [
        ("rooms", Session.Question.rooms), ("members #tea", .members(tea)),
        ("history ann", .history(.user(.ann), count: 20)),
        ("history #tea 1000", .history(.room(tea), count: 1_000)), ("inbox", .inbox),
        ("search a  b", .search("a b")), ("talk #tea", .talk(.room(tea))),
    ])
    func `what others know is asked for`(_ line: String, _ question: Session.Question) {
        var session = Session.at(.chatting)

        #expect(session.hear(line) == [.ask(question)])
        #expect(session.state == .working)
    }

    @Test(arguments: [
        ("create #tea 0", CommandWord.create), ("join tea", .join), ("kick #tea", .kick),
        ("history ann 0", .history), ("search", .search), ("live on", .live), ("talk", .talk),
        ("switch bob", .switch), ("passwd secret", .passwd),
    ])
    func `bad arguments are answered at once and change nothing`(
        _ line: String, _ word: CommandWord
    ) {
        var session = Session.at(.chatting)

        #expect(session.hear(line) == [.say(.badArguments(word)), .collect])
        #expect(session.receive(.mail([], isLast: true)) == [.say(.done)])
        #expect(session == Session.at(.chatting))
    }

    // MARK: Lists

    @Test func `a list stands between what announces it and the mail`() {
        var session = Session.at(.working)
        let members = ["ann", "bob", "cid"].map {
            Reply.member(Username($0)!, isAdmin: false, isAway: false)  // names
        }

        #expect(
            session.receive(.answer(.members(count: 3))) == [.say(.members(count: 3)), .collect])
        #expect(
            session.receive(.lines(Array(members[..<2])))
                == [.say(members[0]), .say(members[1]), .collect])
        #expect(session.isWaiting)
        #expect(session.receive(.lines([members[2]])) == [.say(members[2]), .collect])
        #expect(
            session.receive(.mail([Self.letter], isLast: true))
                == [.say(.message(Self.letter)), .say(.done)])
        #expect(session == Session.at(.chatting))
    }

    @Test func `an empty piece of a list is asked for again`() {
        var session = Session.at(.reading)

        #expect(session.receive(.lines([])) == [.collect])
        #expect(session == Session.at(.reading))
    }

    // MARK: Another name

    @Test func `switch signs out and a name is expected, without DONE`() {
        var session = Session.at(.chatting)

        #expect(session.hear("switch") == [.say(.username), .signOut])
        #expect(session == Session.at(.greeting))
        #expect(session.hear("ann") == [.inquire(.ann)])
    }

    @Test func `who has switched has the time of a new connection`() {
        var session = Session.at(.chatting)
        let later = Instant.start + .seconds(1_000)
        _ = session.receive(.said("switch"), at: later)

        #expect(session.deadline == later + .seconds(120))
        _ = session.receive(.said("ann"), at: later + .seconds(60))
        _ = session.receive(.standing(.known), at: later + .seconds(60))
        #expect(session.deadline == later + .seconds(120))
        #expect(session.receive(.silence) == [.say(.timeout(seconds: 120)), .hangUp])
    }

    @Test func `nobody inherits the live mode of the name before`() {
        var session = Session.at(.live)
        _ = session.hear("switch")
        #expect(session.receive(.mailArrived).isEmpty)
        for event in [
            Session.Event.said("ann"), .standing(.known), .said("secret"), .verdict(.welcome),
            .mail([], isLast: true),
        ] {
            _ = session.receive(event)
        }

        #expect(session.receive(.mailArrived).isEmpty)
        #expect(session == Session.at(.chatting))
    }
}
