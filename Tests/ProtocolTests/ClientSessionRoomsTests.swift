import Protocol
import Testing

// Rooms, talk, live mode and another password, from the person's end.

@Suite struct ClientSessionRoomsTests {
    private static let tea = RoomName("#tea")!  // a room
    private static let bob = Username("bob")!  // a name

    private static func message(_ text: String, from name: String = "bob") -> Message {
        Message(
            number: .zero, at: WallTime(seconds: 1_795_280_645), from: Username(name)!,
            text: MessageText(Array(text.utf8))!)  // only called with names and texts
    }

    // MARK: Answers

    @Test(arguments: [
        ("create #tea", Reply.created(tea, RoomNumber(7)), "#tea is open. Its number is 7."),
        (
            "join #tea", .joined(tea, RoomNumber(7), admin: .ann, members: [.ann, bob]),
            "In #tea, number 7, its admin ann: ann bob"
        ),
        (
            "join 1", .joined(.lobby, .lobby, admin: nil, members: [bob]),
            "In #lobby, number 1: bob"
        ),
        ("leave #tea", .left(tea), "You have left #tea."),
        ("kick #tea bob", .kicked(tea, bob), "bob is out of #tea."),
        ("close #tea", .closed(tea), "#tea is closed."),
        ("rooms", .rooms(count: 0), "No rooms."), ("members #tea", .members(count: 0), "Nobody."),
        ("history bob", .history(count: 0), "Nothing was said."),
        ("inbox", .inbox(count: 0), "Nothing is unread."),
        ("search tea", .search(count: 0), "Nothing was found."),
    ])
    func `what was done is told in words`(_ command: String, _ reply: Reply, _ words: String) {
        var conversation = ClientConversation.signedIn()
        conversation.office.reply = reply
        conversation.office.mail = [Self.message("hi")]
        conversation.type(command)

        #expect(
            conversation.screen == ["> " + command, words, "[11-21-26T17:04:05] bob: hi"])
        #expect(conversation.prompt == "> " && !conversation.client.leavesUndone)
    }

    @Test(arguments: [
        ("create #tea", Reply.roomExists(tea), "There is a room #tea already."),
        (
            "broadcast hi", .tooManyBroadcasts,
            "Everybody has enough to read. Try again in a minute."
        ),
        ("create #tea", .tooManyRooms, "You have as many rooms as one person may have."),
        ("join #tea", .roomIsFull(tea), "#tea is full."),
        ("join 7", .noSuchRoom("7"), "There is no room 7."),
        ("kick #tea bob", .denied(.kick), "Only the admin of a room may do that."),
        ("close #tea", .denied(.close), "Only the admin of a room may do that."),
        ("members #tea", .denied(.members), "You are not in that room."),
        (
            "kick #tea bob", .badArguments(.kick),
            "It is: kick #room <user>, and the user has to be inside."
        ),
        (
            "create #tea", .storage(.create),
            "The server cannot keep anything now. Nothing was done."
        ),
    ])
    func `what was refused is told in words`(_ command: String, _ reply: Reply, _ words: String) {
        var conversation = ClientConversation.signedIn()
        conversation.office.reply = reply
        conversation.type(command)

        #expect(conversation.screen == ["> " + command, words])
        #expect(conversation.prompt == "> " && conversation.client.leavesUndone)
    }

    // MARK: Lists

    @Test func `a list is shown line by line, and then the mail`() {
        var conversation = ClientConversation.signedIn()
        conversation.office.reply = .members(count: 2)
        conversation.office.list = [
            .member(.ann, isAdmin: true, isAway: false),
            .member(Self.bob, isAdmin: false, isAway: true),
        ]
        conversation.office.mail = [Self.message("hi")]
        conversation.type("members #tea")

        #expect(
            conversation.screen == [
                "> members #tea", "ann (admin)", "bob (away)", "[11-21-26T17:04:05] bob: hi",
            ])
    }

    @Test func `a search that is not complete says so`() {
        var conversation = ClientConversation.signedIn()
        conversation.office.reply = .search(count: 2)
        conversation.office.list = [.message(Self.message("tea?")), .indexing]
        conversation.type("search tea")

        #expect(
            conversation.screen == [
                "> search tea", "[11-21-26T17:04:05] bob: tea?",
                "Not everything has been looked through yet.",
            ])
    }

    @Test func `somebody in a list may be called like a reply`() {
        var conversation = ClientConversation.signedIn()
        conversation.office.reply = .members(count: 1)
        conversation.office.list = [
            .member(Username("indexing")!, isAdmin: false, isAway: false)  // a name
        ]
        conversation.type("members #tea")

        #expect(conversation.screen == ["> members #tea", "indexing"])
    }

    // MARK: Live

    @Test func `mail is shown while the person thinks`() {
        var conversation = ClientConversation.signedIn()
        conversation.type("live")
        conversation.deliver(Self.message("hi"), Self.message("there?"))
        #expect(conversation.prompt == "> ")
        conversation.type("live off")
        conversation.deliver(Self.message("later"))

        #expect(
            conversation.screen == [
                "> live", "Mail is shown at once.", "[11-21-26T17:04:05] bob: hi",
                "[11-21-26T17:04:05] bob: there?", "> live off",
                "Mail is shown with the next command.",
            ])
    }

    @Test func `mail that crosses a command is not its answer`() {
        var conversation = ClientConversation.signedIn()
        conversation.type("live")
        var session = conversation.client
        _ = session.receive(.typed(.text(wire("who"))))

        #expect(
            session.receive(.heard(.text(wire("[11-21-26T17:04:05] bob: hi"))))
                == [.show("[11-21-26T17:04:05] bob: hi")])
        #expect(session.receive(.heard(.text(wire("alice bob")))) == [.show("alice bob")])
        #expect(session.receive(.heard(.text(wire("DONE")))) == [.ask(.command)])
    }

    // MARK: Talk

    @Test func `in talk mode lines are messages, up to two dashes`() {
        var conversation = ClientConversation.signedIn()
        conversation.type("talk bob", "hi", "logout")
        conversation.deliver(Self.message("hi yourself"))
        conversation.type("", "--", "who")

        #expect(
            conversation.screen == [
                "> talk bob", "Every line is a message to bob, up to the line --", "bob> hi",
                "bob> logout", "[11-21-26T17:04:05] bob: hi yourself", "bob> ", "No mail.",
                "bob> --", "Lines are commands again.", "> who", "alice bob",
            ])
        #expect(
            conversation.office.posted.map { String(decoding: $0.text.bytes, as: UTF8.self) }
                == ["hi", "logout"])
    }

    @Test func `talk with somebody called off is no end of talk`() {
        var conversation = ClientConversation.signedIn()
        conversation.type("talk off")

        #expect(conversation.prompt == "off> ")
    }

    @Test func `a message that was not sent is told, and talk goes on`() {
        var conversation = ClientConversation.signedIn()
        conversation.type("talk bob")
        conversation.office.reply = .denied(.send)
        conversation.type("hi")

        #expect(conversation.screen.last == "You are not in that room.")
        #expect(conversation.prompt == "bob> " && conversation.client.leavesUndone)
    }

    @Test func `mail that crosses a line of talk is not its answer`() {
        var conversation = ClientConversation.signedIn()
        conversation.type("talk bob")
        var session = conversation.client
        _ = session.receive(.typed(.text(wire("hi"))))

        #expect(
            session.receive(.heard(.text(wire("[11-21-26T17:04:05] bob: hi"))))
                == [.show("[11-21-26T17:04:05] bob: hi")])
        #expect(session.receive(.heard(.text(wire("sent:")))).isEmpty)
        #expect(
            session.receive(.heard(.text(wire("DONE")))) == [.ask(.line(to: .user(Self.bob)))])
    }

    @Test func `the end of the input in talk mode ends that first, and then is a logout`() {
        var conversation = ClientConversation.signedIn()
        conversation.type("talk bob")
        conversation.endInput()
        #expect(conversation.screen.last == "Lines are commands again.")
        #expect(conversation.prompt == "> ")
        conversation.endInput()

        #expect(conversation.ending == .loggedOut)
        #expect(conversation.office.posted.isEmpty)
    }

    @Test func `the end of the input is a logout, even when talk is not ended as it should be`() {
        var conversation = ClientConversation.signedIn()
        conversation.type("talk bob")
        var session = conversation.client

        #expect(session.receive(.inputEnded) == [.send(wire("--\n"))])
        #expect(session.receive(.heard(.text(wire("what?")))) == [.show("what?")])
        #expect(session.receive(.heard(.text(wire("DONE")))) == [.ask(.command)])
        #expect(session.receive(.inputEnded) == [.send(wire("logout\n"))])
    }

    // MARK: Oneself

    @Test func `passwd asks for three passwords and shows none`() {
        var conversation = ClientConversation.signedIn()
        conversation.type("passwd", "wonderland", "looking-glass", "looking-glass", "who")

        #expect(
            conversation.screen == [
                "> passwd", "Old password: •••", "New password: •••", "The same again: •••",
                "The password is changed.", "> who", "alice bob",
            ])
        #expect(conversation.office.passwords["alice"] == "looking-glass")
    }

    @Test(arguments: [
        ("wrong", "new", "new", "Wrong password. Nothing was changed."),
        (
            "wonderland", "new", "newer",
            "The two differ, or the server does not take such a password."
        ),
        ("wonderland", "", "", "The two differ, or the server does not take such a password."),
    ])
    func `a password that was not changed is told`(
        _ old: String, _ new: String, _ again: String, _ words: String
    ) {
        var conversation = ClientConversation.signedIn()
        conversation.type("passwd", old, new, again)

        #expect(conversation.screen.last == words)
        #expect(conversation.prompt == "> " && conversation.client.leavesUndone)
        #expect(conversation.office.passwords["alice"] == "wonderland")
    }

    @Test func `silence while a password is asked for is silence after the welcome`() {
        for lines in [["passwd"], ["passwd", "wonderland"], ["talk bob"]] {
            var conversation = ClientConversation.signedIn()
            for line in lines { conversation.type(line) }
            conversation.waitTooLong()
            #expect(conversation.ending == .silence(seconds: 1_800))
        }
    }

    @Test func `the end of the input among the passwords is the end`() {
        var conversation = ClientConversation.signedIn()
        conversation.type("passwd", "wonderland")
        conversation.endInput()

        #expect(conversation.ending == .inputEnded)
    }

    @Test func `switch asks for a name again`() {
        var conversation = ClientConversation.signedIn()
        conversation.type("switch", "bob", "builder")

        #expect(
            conversation.screen == [
                "> switch", "Signed out.", "User name: bob", "Password: •••", "Welcome.",
            ])
        #expect(conversation.prompt == "> " && !conversation.client.leavesUndone)
    }
}
