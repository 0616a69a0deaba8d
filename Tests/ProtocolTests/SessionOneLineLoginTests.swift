import Protocol
import Testing

// `login <name> <password>` and `new <name> <password>`: `Session+Login.swift`.

@Suite struct SessionOneLineLoginTests {
    private static func said(_ line: String) -> Session {
        var session = Session.at(.greeting)
        _ = session.hear(line)
        return session
    }

    // MARK: login

    @Test(arguments: [
        ("login ann secret", "secret"), ("  login\t ann secret", "secret"),
        // Behind one separator all is password.
        ("login ann  two  blanks ", " two  blanks "), ("login ann\t\t", "\t"), ("login ann y", "y"),
    ])
    func `login proves the password as soon as the name is known`(
        _ line: String, _ password: String
    ) {
        var session = Session.at(.greeting)

        #expect(session.hear(line) == [.inquire(.ann)])
        #expect(session.receive(.standing(.known)) == [.prove(.ann, Password(wire(password)))])
        #expect(session.receive(.verdict(.welcome)) == [.say(.welcome), .collect])
    }

    @Test func `login with a wrong password is asked for another`() {
        var session = Self.said("login ann guess")
        _ = session.receive(.standing(.known))

        #expect(session.receive(.verdict(.wrong)) == [.say(.password)])
        #expect(session == Session.at(.proving))
    }

    @Test(arguments: ["login ann", "login ann ", " login  ann"])
    func `login without a password is asked for it, which is no guess`(_ line: String) {
        var session = Session.at(.greeting)

        #expect(session.hear(line) == [.inquire(.ann)])
        #expect(session.receive(.standing(.known)) == [.say(.password)])
        #expect(session == Session.at(.proving))
    }

    @Test func `login with what cannot be a password is a wrong one`() {
        var session = Self.said("login ann " + String(repeating: "x", count: 1_025))

        #expect(session.receive(.standing(.known)) == [.prove(.ann, nil)])
    }

    @Test(arguments: [
        (Session.Standing.present, Reply.connected), (.busy, .busy), (.insecure, .insecure),
    ])
    func `login under a name that cannot sign in now is told why`(
        _ standing: Session.Standing, _ reply: Reply
    ) {
        var session = Self.said("login ann secret")

        #expect(session.receive(.standing(standing)) == [.say(reply)])
        #expect(session == Session.at(.greeting))
    }

    @Test func `login under a blocked name gets the seconds left and a close`() {
        var session = Self.said("login ann secret")

        #expect(
            session.receive(.standing(.blocked(seconds: 9))) == [
                .say(.blocked(seconds: 9)), .hangUp,
            ])
    }

    @Test(arguments: [
        (Session.Verdict.present, [Session.Effect.say(.connected)]),
        (.unknown, [.say(.username)]),
        (.busy, [.say(.busy)]),
        (.lockedOut(seconds: 60), [.say(.blockLength(seconds: 60)), .hangUp]),
        (.blocked(seconds: 8), [.say(.blocked(seconds: 8)), .hangUp]),
    ])
    func `login is answered by its verdict alone`(
        _ verdict: Session.Verdict, _ effects: [Session.Effect]
    ) {
        var session = Self.said("login ann secret")
        _ = session.receive(.standing(.known))

        #expect(session.receive(.verdict(verdict)) == effects)
    }

    @Test func `login under an unknown name may register it, with two passwords`() {
        var session = Self.said("login ann secret")

        #expect(session.receive(.standing(.unknown(mayRegister: true))) == [.say(.register)])
        #expect(session.hear("y") == [.say(.password)])
        #expect(session == Session.at(.choosing))
    }

    @Test(arguments: ["login", "login ", "login DONE x", "login a:b x", "login \u{1b} x"])
    func `login under a name that cannot be gets register, and y gets username`(_ line: String) {
        var session = Session.at(.greeting)

        #expect(session.hear(line) == [.say(.register)])
        #expect(session.hear("y") == [.say(.username)])
    }

    // MARK: new

    @Test func `new makes the account and goes straight in`() {
        var session = Session.at(.greeting)

        #expect(session.hear("new ann secret") == [.register(.ann, .secret, thenEnter: true)])
        #expect(session.receive(.enrolment(.registered)) == [.say(.registered)])
        #expect(session.isWaiting)
        #expect(session.receive(.verdict(.welcome)) == [.say(.welcome), .collect])
        #expect(session.receive(.mail([], isLast: true)) == [.say(.done)])
    }

    @Test func `new takes all behind one separator for the password`() {
        var session = Session.at(.greeting)

        #expect(
            session.hear("new ann  a b ")
                == [.register(.ann, Password(wire(" a b "))!, thenEnter: true)])  // a password
    }

    @Test(arguments: [
        (Session.Enrolment.exists, Reply.exists), (.impossible, .username),
        (.badPassword, .username),
        (.busy, .busy), (.unable, .registerStorage),
    ])
    func `new that makes no account is told why, and a name is expected`(
        _ outcome: Session.Enrolment, _ reply: Reply
    ) {
        var session = Session.at(.enrollingAtOnce)

        #expect(session.receive(.enrolment(outcome)) == [.say(reply)])
        #expect(session == Session.at(.greeting))
    }

    @Test(arguments: [
        "new ann", "new ann ", "new DONE secret", "new a:b secret", "new  ", "new ann a\u{0}",
        "new ann " + String(repeating: "x", count: 1_025),
    ])
    func `new with a name or a password that cannot be gets username`(_ line: String) {
        var session = Session.at(.greeting)

        #expect(session.hear(line) == [.say(.username)])
        #expect(session == Session.at(.greeting))
    }

    @Test(arguments: [
        (Session.Verdict.present, [Session.Effect.say(.connected)]), (.unknown, [.say(.username)]),
    ])
    func `an account that is taken away between registered and welcome is no trap`(
        _ verdict: Session.Verdict, _ effects: [Session.Effect]
    ) {
        var session = Session.at(.verifyingNew)

        #expect(session.receive(.verdict(verdict)) == effects)
        #expect(session == Session.at(.greeting))
    }
}
