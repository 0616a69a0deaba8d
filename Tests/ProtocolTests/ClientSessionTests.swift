import Protocol
import Testing

@Suite struct ClientSessionTests {
    private static func message(_ text: String, from name: String = "bob") -> Message {
        Message(
            number: .zero, at: WallTime(seconds: 1_795_280_645), from: Username(name)!,
            text: MessageText(Array(text.utf8))!)  // only called with names and texts
    }

    // MARK: Signing in

    @Test func `a known name signs in with its password and sees its mail`() {
        var conversation = ClientConversation()
        conversation.office.mail = [Self.message("hi"), Self.message("are you there?")]
        conversation.type("alice", "wonderland")

        #expect(
            conversation.screen == [
                "User name: alice", "Password: •••", "Welcome.",
                "[11-21-26T17:04:05] bob: hi", "[11-21-26T17:04:05] bob: are you there?",
            ])
        #expect(conversation.prompt == "> " && !conversation.client.leavesUndone)
    }

    @Test func `what the server passes over in silence is asked for again and not sent`() {
        var conversation = ClientConversation()
        conversation.type("", "  \t", "alice", "", "wonderland")

        #expect(
            conversation.screen == [
                "User name: ", "User name:   \t", "User name: alice", "Password: •••",
                "Password: •••", "Welcome.",
            ])
    }

    @Test func `a line that is no text is not sent`() {
        var conversation = ClientConversation()
        conversation.type(.unreadable(beginning: []))

        #expect(conversation.screen == ["That line is too long, or no text. It was not sent."])
        #expect(conversation.prompt == "User name: ")
    }

    @Test func `the third wrong password is a block, told in words`() {
        var conversation = ClientConversation()
        conversation.type("alice", "a", "b", "c")

        #expect(
            conversation.screen == [
                "User name: alice", "Password: •••", "Wrong password.", "Password: •••",
                "Wrong password.", "Password: •••",
            ])
        #expect(conversation.ending == .lockedOut(seconds: 60))
        #expect(
            conversation.ending?.words
                == "Wrong password, once too often: this name is blocked from here for 1 minute.")
    }

    @Test func `a blocked name ends it`() {
        var conversation = ClientConversation()
        conversation.office.blocked = ["alice": 42]
        conversation.type("alice")

        #expect(conversation.ending == .blocked(seconds: 42))
        #expect(
            conversation.ending?.words
                == "This name is blocked from here for another 42 seconds.")
    }

    @Test func `a name that is signed in elsewhere is told so, and a name is asked for again`() {
        var conversation = ClientConversation()
        conversation.office.present = ["alice"]
        conversation.type("alice", "bob", "builder")

        #expect(
            conversation.screen == [
                "User name: alice", "This name is signed in elsewhere.", "User name: bob",
                "Password: •••", "Welcome.",
            ])
    }

    @Test func `a name that signs in elsewhere meanwhile is asked for again`() {
        var conversation = ClientConversation()
        conversation.office.verdict = .present
        conversation.type("alice", "wonderland")

        #expect(conversation.screen.last == "This name is signed in elsewhere.")
        #expect(conversation.prompt == "User name: ")
    }

    @Test func `a busy server asks for the name again`() {
        var conversation = ClientConversation()
        conversation.office.standing = .busy
        conversation.type("alice")
        #expect(conversation.screen.last == "The server is busy. Try again in a moment.")
        #expect(conversation.prompt == "User name: ")

        conversation.office.standing = nil
        conversation.office.verdict = .busy
        conversation.type("alice", "wonderland")
        #expect(conversation.screen.last == "The server is busy. Try again in a moment.")
        #expect(conversation.prompt == "User name: ")
    }

    @Test func `a server that takes no passwords here ends it`() {
        var conversation = ClientConversation()
        conversation.office.standing = .insecure
        conversation.type("alice")

        #expect(conversation.ending == .insecure)
    }

    @Test func `one line may say name and password`() {
        var conversation = ClientConversation()
        conversation.type("login alice wonderland")

        #expect(conversation.screen == ["User name: login alice wonderland", "Welcome."])
        #expect(conversation.prompt == "> ")
    }

    @Test func `a wrong password in one line is asked for`() {
        var conversation = ClientConversation()
        conversation.type("login alice looking-glass", "wonderland")

        #expect(
            conversation.screen == [
                "User name: login alice looking-glass", "Password: •••", "Welcome.",
            ])
    }

    // MARK: Registering

    @Test func `a new name is registered with its password typed twice`() {
        var conversation = ClientConversation()
        conversation.type("carol", "maybe", "y", "secret", "secret", "carol", "secret")

        #expect(
            conversation.screen == [
                "User name: carol", "Nobody has this name.", "Register it? [y/n] maybe",
                "Register it? [y/n] y", "New password: •••", "The same again: •••",
                "Registered. Now sign in.", "User name: carol", "Password: •••", "Welcome.",
            ])
    }

    @Test func `two passwords that differ are both asked for again`() {
        var conversation = ClientConversation()
        conversation.type("carol", "yes", "secret", "secrets", "secret", "secret")

        #expect(
            conversation.screen == [
                "User name: carol", "Nobody has this name.", "Register it? [y/n] yes",
                "New password: •••", "The same again: •••",
                "The two differ, or the server does not take such a password.",
                "New password: •••", "The same again: •••", "Registered. Now sign in.",
            ])
    }

    @Test func `an empty new password is one of the two`() {
        var conversation = ClientConversation()
        conversation.type("carol", "y", "", "")

        #expect(
            conversation.screen.last
                == "The two differ, or the server does not take such a password.")
        #expect(conversation.prompt == "New password: ")
    }

    @Test func `a new name need not be registered`() {
        var conversation = ClientConversation()
        conversation.type("carol", "N")

        #expect(conversation.screen.last == "Register it? [y/n] N")
        #expect(conversation.prompt == "User name: ")
    }

    @Test(arguments: [
        (Session.Enrolment.exists, "Somebody else has just registered this name."),
        (.busy, "The server is busy. Try again in a moment."),
        (.unable, "The server cannot take new names now."),
    ])
    func `a name that could not be registered is asked for again`(
        _ enrolment: Session.Enrolment, _ words: String
    ) {
        var conversation = ClientConversation()
        conversation.office.enrolment = enrolment
        conversation.type("carol", "y", "secret", "secret")

        #expect(conversation.screen.last == words)
        #expect(conversation.prompt == "User name: " && conversation.client.leavesUndone)
    }

    @Test func `a name that nobody may take is not registered`() {
        var conversation = ClientConversation()
        conversation.office.forbidden = ["carol"]
        conversation.type("carol", "y")

        #expect(conversation.screen.last == "This name cannot be registered.")
        #expect(conversation.prompt == "User name: ")
    }

    @Test func `one line may register and sign in`() {
        var conversation = ClientConversation()
        conversation.type("new carol secret")

        #expect(
            conversation.screen == ["User name: new carol secret", "Registered.", "Welcome."])
        #expect(conversation.prompt == "> ")
    }

    @Test func `a name in one line that is taken is asked for again`() {
        var conversation = ClientConversation()
        conversation.type("new alice secret")

        #expect(conversation.screen.last == "Somebody has this name.")
        #expect(conversation.prompt == "User name: ")
    }

    // MARK: Commands

    @Test(arguments: [
        ("who", "alice bob"), ("last 5", "alice bob"), ("send bob hi", "Sent."),
        ("send (bob alice) hi", "Sent."), ("broadcast hi", "Sent."), ("fetch", "No mail."),
        ("", "No mail."),
    ])
    func `a command is answered in words`(_ command: String, _ words: String) {
        var conversation = ClientConversation.signedIn()
        conversation.type(command)

        #expect(conversation.screen == ["> " + command, words])
        #expect(conversation.prompt == "> " && !conversation.client.leavesUndone)
    }

    @Test(arguments: [
        ("send carol hi", "Nobody is called carol."),
        ("send (carol bob dave erin) hi", "Nobody is called carol, dave or erin."),
        ("sned bob hi", "There is no command \"sned\"; help lists those there are."),
        ("last", "It is: last <minutes>"),
        ("send bob", "It is: send <to> <message> or: send (<to> … <to>) <message>"),
        ("who is there", "It is: who"),
    ])
    func `a command that was refused is remembered`(_ command: String, _ words: String) {
        var conversation = ClientConversation.signedIn()
        conversation.type(command)

        #expect(conversation.screen == ["> " + command, words])
        #expect(conversation.prompt == "> " && conversation.client.leavesUndone)
    }

    @Test(arguments: [
        (Reply.full([.ann]), "The mailbox of ann is full."),
        (.storage(.send), "The server cannot keep anything now. Nothing was done."),
        (.noSuchRoom("#tea"), "There is no room #tea."),
        (.denied(.send), "You are not in that room."),
    ])
    func `a message that was not kept is told`(_ reply: Reply, _ words: String) {
        var conversation = ClientConversation.signedIn()
        conversation.office.reply = reply
        conversation.type("send bob hi")

        #expect(conversation.screen == ["> send bob hi", words])
        #expect(conversation.client.leavesUndone)
    }

    @Test func `help shows the lines it announces, and then the mail`() {
        var conversation = ClientConversation.signedIn()
        conversation.office.mail = [Self.message("hi")]
        conversation.type("help")

        #expect(
            conversation.screen
                == ["> help"] + CommandWord.helpLines + ["[11-21-26T17:04:05] bob: hi"])
        #expect(conversation.prompt == "> ")
    }

    @Test func `every exchange brings the mail that waits`() {
        var conversation = ClientConversation.signedIn()
        conversation.office.mail = [Self.message("one"), Self.message("two", from: "carol")]
        conversation.type("")

        #expect(
            conversation.screen == [
                "> ", "[11-21-26T17:04:05] bob: one", "[11-21-26T17:04:05] carol: two",
            ])
    }

    @Test func `a person may have a name that looks like a number`() {
        var conversation = ClientConversation.signedIn()
        conversation.office.reply = .names([Username("60")!, .ann])  // both are names
        conversation.type("who")

        #expect(conversation.screen == ["> who", "60 ann"])
    }

    @Test func `an answer may be far longer than a line of a person`() {
        var conversation = ClientConversation.signedIn()
        let names = (10_000..<20_000).map { Username("user\($0)")! }  // these are names
        conversation.office.reply = .names(names)
        conversation.type("who")

        #expect(conversation.screen.last == names.map(\.text).joined(separator: " "))
    }

    @Test func `logout ends it`() {
        var conversation = ClientConversation.signedIn()
        conversation.type("logout")

        #expect(conversation.ending == .loggedOut && conversation.ending?.words == "Goodbye.")
        #expect(conversation.server.isOver)
    }

    // MARK: Turns

    @Test func `the next line is taken when the exchange has ended, not before`() {
        var session = ClientConversation.signedIn().client

        #expect(session.receive(.typed(.text(wire("who")))) == [.send(wire("who\n"))])
        #expect(!session.isAsking)
        #expect(session.receive(.heard(.text(wire("alice bob")))) == [.show("alice bob")])
        #expect(!session.isAsking)
        #expect(session.receive(.heard(.text(wire("DONE")))) == [.ask(.command)])
        #expect(session.isAsking)
    }

    @Test func `the end of the input is a logout, so that what was shown counts as read`() {
        var conversation = ClientConversation.signedIn()
        conversation.endInput()

        #expect(conversation.ending == .loggedOut)
    }

    @Test func `the end of the input before the welcome is the end`() {
        var conversation = ClientConversation()
        conversation.type("alice")
        conversation.endInput()

        #expect(conversation.ending == .inputEnded)
        #expect(conversation.client.leavesUndone && conversation.ending?.isWanted == true)
    }

    @Test func `a name that was registered leaves nothing undone`() {
        var conversation = ClientConversation()
        conversation.type("carol", "y", "secret", "secret")
        conversation.endInput()

        #expect(conversation.ending == .inputEnded && !conversation.client.leavesUndone)
    }

    // MARK: Endings nobody wanted

    @Test func `silence ends it, while the person thinks`() {
        var conversation = ClientConversation.signedIn()
        conversation.waitTooLong()

        #expect(
            conversation.ending?.words
                == "The server closed the connection after 1800 seconds of silence.")
    }

    @Test func `signing in may take too long`() {
        var conversation = ClientConversation()
        conversation.type("alice")
        conversation.waitTooLong()

        #expect(
            conversation.ending?.words
                == "The server closed the connection: nobody had signed in after 120 seconds.")
    }

    @Test(arguments: [[], ["alice"], ["alice", "wonderland"], ["carol", "y", "secret"]])
    func `a server that goes away ends it wherever it stands`(_ lines: [String]) {
        var conversation = ClientConversation()
        for line in lines { conversation.type(line) }
        conversation.cut()

        #expect(conversation.ending == .serverGone)
        #expect(conversation.ending?.words == "The server closed the connection.")
        #expect(conversation.ending?.isWanted == false)
    }

    @Test func `a server that goes away in an exchange ends it`() {
        var session = ClientConversation.signedIn().client
        _ = session.receive(.typed(.text(wire("who"))))

        #expect(session.receive(.connectionEnded) == [.finish(.serverGone)])
    }

    // MARK: Servers that are none of ours

    @Test func `no line of a server reaches the screen as a terminal would obey it`() {
        var conversation = ClientConversation.signedIn()
        conversation.hear("\u{1b}[2J\u{7}\u{202e}evil")

        #expect(conversation.screen == ["␛[2J··evil"])
        #expect(conversation.prompt == "> ")
    }

    @Test func `what is not understood is shown, and the exchange ends with DONE`() {
        var session = ClientConversation.signedIn().client
        _ = session.receive(.typed(.text(wire("weather"))))

        #expect(session.receive(.heard(.text(wire("weather:1")))) == [.show("weather:1")])
        #expect(session.receive(.heard(.text(wire("#tea rain")))) == [.show("#tea rain")])
        #expect(session.receive(.heard(.text(wire("DONE")))) == [.ask(.command)])
        #expect(!session.leavesUndone)
    }

    @Test func `an error that is not understood is still a refusal`() {
        var session = ClientConversation.signedIn().client
        _ = session.receive(.typed(.text(wire("kick #tea bob"))))

        #expect(
            session.receive(.heard(.text(wire("error:mood:kick"))))
                == [.show("error:mood:kick")])
        #expect(session.leavesUndone)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `rubbish from the server never traps and is never obeyed`(_ seed: UInt64) {
        var chance = Seeded(seed)
        let words = [
            "password", "register", "username", "registered", "exists", "welcome", "connected",
            "blocked:9", "60", "error:busy", "error:denied:login", "ann bob", "sent:", "send:x",
            "full:ann", "fetching", "help:2", "help:0", "DONE", "goodbye", "timeout:5",
            "error:command:x", "error:args:who", "error:room:#a", "error:storage:send",
            "[11-21-26T18:04:05] ann: hi", "created:#a:2", "exists:#a", "joined:#a:2:-:ann",
            "full:#a", "left:#a", "kicked:#a:ann", "closed:#a", "rooms:2", "#a 2 1/- ann empty",
            "members:1", "ann (away)", "history:1", "inbox:1", "ann 1 11-21-26T18:04:05",
            "search:2", "indexing", "live:on", "live:off", "talk:ann", "talk:off", "changed",
            "error:denied:kick", "error:limit:create",
        ]
        let commands = ["rooms", "live", "talk ann", "--", "passwd", "switch", "search tea", "who"]
        for _ in 0..<40 {
            var session = ClientSession()
            for _ in 0..<40 where session.state != .over {
                let line: Line =
                    chance.oneIn(4)
                    ? .text(Array(chance.text(0...20).utf8))
                    : .text(wire(chance.one(of: chance.oneIn(4) ? commands : words)))
                let event: ClientSession.Event =
                    session.isAsking && chance.oneIn(2) ? .typed(line) : .heard(line)
                for case .show(let text) in session.receive(event) {
                    #expect(text.isHarmlessOutput && !text.contains("\n"), "\(seed)")
                }
            }
        }
    }

    // MARK: Words

    @Test(arguments: [
        (0 as Int64, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (60, "1 minute"),
        (61, "1 minute and 1 second"), (120, "2 minutes"), (3_600, "1 hour"),
        (3_700, "1 hour, 1 minute and 40 seconds"), (86_400, "1 day"),
        (183_845, "2 days, 3 hours, 4 minutes and 5 seconds"),
    ])
    func `a block is told in words`(_ seconds: Int64, _ words: String) {
        #expect(
            ClientSession.Ending.lockedOut(seconds: seconds).words
                == "Wrong password, once too often: this name is blocked from here for \(words).")
    }
}
