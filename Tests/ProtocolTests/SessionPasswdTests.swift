import Protocol
import Testing

// Three lines for another password: `Session+Passwd.swift`.

@Suite struct SessionPasswdTests {
    private static let other = Password(wire("other"))!  // a password

    @Test func `three lines are taken before anything is answered`() {
        var session = Session.at(.chatting)

        #expect(session.hear("passwd") == [.say(.password)])
        #expect(session.hear("secret").isEmpty)
        #expect(session.hear("other").isEmpty)
        #expect(session.hear("other") == [.change(old: .secret, new: Self.other)])
        #expect(session.state == .working)
    }

    @Test(arguments: [
        Reply.changed, .denied(.passwd), .badArguments(.passwd), .busy, .storage(.passwd),
    ])
    func `the answer is an exchange`(_ reply: Reply) {
        var session = Session.at(.changingStill)
        _ = session.hear("other")

        #expect(session.receive(.answer(reply)) == [.say(reply), .collect])
        #expect(session.receive(.mail([], isLast: true)) == [.say(.done)])
        #expect(session == Session.at(.chatting))
    }

    @Test func `passwords are taken as they are sent`() {
        for line in [" ", "  two  blanks ", "logout", "--", String(repeating: "x", count: 1_024)] {
            var session = Session.at(.changing)
            for _ in 0..<2 { _ = session.hear(line) }
            let password = Password(wire(line))!  // it is one
            #expect(session.hear(line) == [.change(old: password, new: password)])
        }
    }

    @Test(arguments: [
        ("other", "Other"), ("other", ""), ("", "other"), ("", ""), ("other", "other "),
        ("a\u{0}", "a\u{0}"),
        (String(repeating: "x", count: 1_025), String(repeating: "x", count: 1_025)),
    ])
    func `two that differ or cannot be a password change nothing`(
        _ first: String, _ second: String
    ) {
        var session = Session.at(.changing)
        _ = session.hear("secret")
        #expect(session.hear(first).isEmpty)

        #expect(session.hear(second) == [.say(.badArguments(.passwd)), .collect])
        #expect(session.receive(.mail([], isLast: true)) == [.say(.done)])
        #expect(session == Session.at(.chatting))
    }

    @Test(arguments: [Session.Event.said(""), .said("a\u{0}"), .garbled("secret"), .garbled("")])
    func `an old password that cannot be one is a wrong one`(_ event: Session.Event) {
        var session = Session.at(.changing)

        #expect(session.receive(event).isEmpty)
        _ = session.hear("other")
        #expect(session.hear("other") == [.change(old: nil, new: Self.other)])
    }

    @Test func `a line that cannot be read is one of the three`() {
        var session = Session.at(.changing)
        for event in [Session.Event.said("secret"), .garbled("other")] {
            #expect(session.receive(event).isEmpty)
        }

        #expect(session.receive(.garbled("other")) == [.say(.badArguments(.passwd)), .collect])
    }

    @Test func `each line begins the silence anew`() {
        var session = Session.at(.chatting)
        var now = Instant.start
        for line in ["passwd", "secret", "other"] {
            now = now + .seconds(1_000)
            _ = session.receive(.said(line), at: now)
            #expect(session.deadline == now + .seconds(1_800))
        }
    }

    @Test func `no password is printed with the session`() {
        let printed = String(reflecting: Session.at(.changingStill))

        #expect(!printed.contains("secret") && !printed.contains("other"))
    }
}
