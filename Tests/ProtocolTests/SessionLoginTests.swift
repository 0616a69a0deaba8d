import Protocol
import Testing

// From the first line to the welcome: `Session+Login.swift`.

@Suite struct SessionLoginTests {
    // MARK: A name

    @Test func `a name is looked up exactly as written`() {
        var session = Session.at(.greeting)

        #expect(session.hear("Ann.B") == [.inquire(Username("Ann.B")!)])  // a name
        #expect(session.isWaiting)
    }

    @Test func `a name that exists gets password`() {
        var session = Session.at(.inquiring)

        #expect(session.receive(.standing(.known)) == [.say(.password)])
        #expect(session.state == .proving(.ann))
    }

    @Test(arguments: [true, false])
    func `a name that does not exist gets register`(mayRegister: Bool) {
        var session = Session.at(.inquiring)

        #expect(session.receive(.standing(.unknown(mayRegister: mayRegister))) == [.say(.register)])
        #expect(session.state == .offering(mayRegister ? .ann : nil))
    }

    @Test(arguments: [
        (Session.Standing.present, Reply.connected), (.busy, .busy), (.insecure, .insecure),
    ])
    func `a name that cannot sign in now is told why, and a name is expected again`(
        _ standing: Session.Standing, _ reply: Reply
    ) {
        var session = Session.at(.inquiring)

        #expect(session.receive(.standing(standing)) == [.say(reply)])
        #expect(session.state == .greeting)
    }

    @Test func `a blocked name gets the seconds left and a close`() {
        var session = Session.at(.inquiring)

        #expect(
            session.receive(.standing(.blocked(seconds: 42))) == [
                .say(.blocked(seconds: 42)), .hangUp,
            ])
        #expect(session.isOver)
    }

    @Test(arguments: [
        "DONE", "server", "login", "new", "an n", " ann", "ann ", "#tea", "a,b", "a:b", "(a)",
        "\u{1b}[2J",
        "\u{0}", String(repeating: "x", count: 129), String(repeating: "x", count: 8_192),
        "register ann x", "Login ann x", "password",
    ])
    func `a name that cannot be is not even looked up, and cannot be registered`(_ line: String) {
        var session = Session.at(.greeting)

        #expect(session.hear(line) == [.say(.register)])
        #expect(session.hear("y") == [.say(.username)])
        #expect(session == Session.at(.greeting))
    }

    @Test(arguments: ["", " ", "\t", "  \t "])
    func `a blank line is ignored where a name is expected`(_ line: String) {
        var session = Session.at(.greeting)

        #expect(session.hear(line).isEmpty)
        #expect(session == Session.at(.greeting))
    }

    // MARK: The password step

    @Test func `the right password gets welcome and the queue`() {
        var session = Session.at(.proving)

        #expect(session.hear("secret") == [.prove(.ann, .secret)])
        #expect(session.receive(.verdict(.welcome)) == [.say(.welcome), .collect])
        #expect(session.receive(.mail([], isLast: true)) == [.say(.done)])
        #expect(session.state == .chatting)
    }

    @Test func `the third wrong password gets the length of the block`() {
        var session = Session.at(.proving)

        for _ in 0..<2 {
            #expect(session.hear("guess") == [.prove(.ann, Password(wire("guess")))])
            #expect(session.receive(.verdict(.wrong)) == [.say(.password)])
        }
        _ = session.hear("guess")
        #expect(
            session.receive(.verdict(.lockedOut(seconds: 60)))
                == [.say(.blockLength(seconds: 60)), .hangUp])
        #expect(session.isOver)
    }

    @Test func `a password is proved as it was sent`() {
        for line in [" secret ", "\t", " ", "Secret", "y", "login ann secret", "DONE"] {
            var session = Session.at(.proving)
            #expect(session.hear(line) == [.prove(.ann, Password(wire(line)))])
        }
    }

    @Test func `what cannot be a password is a wrong one`() {
        let long = String(repeating: "x", count: 1_025)
        for event in [Session.Event.said(long), .said("a\u{0}"), .garbled("secret"), .garbled("")] {
            var session = Session.at(.proving)
            #expect(session.receive(event) == [.prove(.ann, nil)])
        }
    }

    @Test func `an empty line is no guess`() {
        var session = Session.at(.proving)

        #expect(session.hear("").isEmpty)
        #expect(session == Session.at(.proving))
    }

    @Test(arguments: [
        (Session.Verdict.present, Reply.connected), (.unknown, .username),
    ])
    func `after a verdict that is not about the password a name is expected`(
        _ verdict: Session.Verdict, _ reply: Reply
    ) {
        var session = Session.at(.verifying)

        #expect(session.receive(.verdict(verdict)) == [.say(reply)])
        #expect(session == Session.at(.greeting))
    }

    @Test func `a block that began elsewhere closes here too`() {
        var session = Session.at(.verifying)

        #expect(
            session.receive(.verdict(.blocked(seconds: 5))) == [
                .say(.blocked(seconds: 5)), .hangUp,
            ])
    }

    @Test func `when too many wait a name is expected again`() {
        var session = Session.at(.verifying)

        #expect(session.receive(.verdict(.busy)) == [.say(.busy)])
        #expect(session.state == .greeting)
    }

    // MARK: Registering

    @Test func `y and two equal lines make an account`() {
        var session = Session.at(.offering)

        #expect(session.hear("y") == [.say(.password)])
        #expect(session.hear("secret").isEmpty)
        #expect(session.hear("secret") == [.register(.ann, .secret, thenEnter: false)])
        #expect(session.receive(.enrolment(.registered)) == [.say(.registered)])
        #expect(session == Session.at(.greeting))
    }

    @Test(arguments: ["Y", "n", "", " ", "yes", " y", "y ", "ann", "login ann secret"])
    func `anything but y is a no`(_ line: String) {
        for phase in [Phase.offering, .offeringNothing] {
            var session = Session.at(phase)
            #expect(session.hear(line) == [.say(.username)])
            #expect(session == Session.at(.greeting))
        }
    }

    @Test func `y for a name that may not be registered is answered like a no`() {
        var session = Session.at(.offeringNothing)

        #expect(session.hear("y") == [.say(.username)])
        #expect(session == Session.at(.greeting))
    }

    @Test(arguments: [
        ("secret", "Secret"), ("secret", "secret "), ("secret", ""), ("", "secret"), ("", ""),
        ("", "x"), ("", "\u{80}"),
        ("a\u{0}", "a\u{0}"), ("\u{0}", ""),
        (String(repeating: "x", count: 1_025), String(repeating: "x", count: 1_025)),
    ])
    func `two lines that differ or cannot be a password are asked for again`(
        _ first: String, _ second: String
    ) {
        var session = Session.at(.choosing)

        #expect(session.hear(first).isEmpty)
        #expect(session.hear(second) == [.say(.password)])
        #expect(session == Session.at(.choosing))
    }

    @Test func `passwords are chosen as they are sent`() {
        for line in [" ", "  two  blanks ", "y", "ann", String(repeating: "x", count: 1_024)] {
            var session = Session.at(.choosing)
            _ = session.hear(line)
            // It is a password, so it exists.
            let password = Password(wire(line))!
            #expect(session.hear(line) == [.register(.ann, password, thenEnter: false)])
        }
    }

    @Test(arguments: [
        (Session.Enrolment.exists, Reply.username), (.impossible, .username), (.busy, .busy),
        (.unable, .registerStorage),
    ])
    func `when there is no account a name is expected again`(
        _ outcome: Session.Enrolment, _ reply: Reply
    ) {
        var session = Session.at(.enrolling)

        #expect(session.receive(.enrolment(outcome)) == [.say(reply)])
        #expect(session == Session.at(.greeting))
    }

    @Test func `a password against the rule is asked for again, twice`() {
        var session = Session.at(.enrolling)

        #expect(session.receive(.enrolment(.badPassword)) == [.say(.password)])
        #expect(session == Session.at(.choosing))
    }

    // MARK: Lines that cannot be read

    @Test func `an unreadable line is a wrong answer in every step`() {
        var session = Session.at(.greeting)
        #expect(session.receive(.garbled("ann")) == [.say(.username)])
        #expect(session == Session.at(.greeting))

        session = .at(.offering)
        #expect(session.receive(.garbled("y")) == [.say(.username)])
        #expect(session == Session.at(.greeting))

        session = .at(.choosing)
        #expect(session.receive(.garbled("secret")).isEmpty)
        #expect(session.receive(.garbled("secret")) == [.say(.password)])
        #expect(session == Session.at(.choosing))

        session = .at(.choosingAgain)
        #expect(session.receive(.garbled("secret")) == [.say(.password)])
        #expect(session == Session.at(.choosing))
    }
}
