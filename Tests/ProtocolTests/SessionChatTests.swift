import Protocol
import Testing

// From the welcome to the goodbye: `Session+Chat.swift`.

@Suite struct SessionChatTests {
    private static func letter(_ number: Int64) -> Message {
        Message(
            number: MessageNumber(number), at: WallTime(seconds: number), from: .ann,
            text: MessageText(kept: wire("hello")))
    }

    private static let draft = Draft(
        to: .named([.user(.ann)]), text: MessageText(kept: wire("hello")))

    // MARK: Commands

    @Test(arguments: [
        ("who", Session.Effect.ask(.online)), ("last 0", .ask(.active(minutes: 0))),
        ("last 999999999", .ask(.active(minutes: 999_999_999))), ("send ann hello", .post(draft)),
        (" who ", .ask(.online)),
    ])
    func `what others must answer is asked for`(_ line: String, _ effect: Session.Effect) {
        var session = Session.at(.chatting)

        #expect(session.hear(line) == [effect])
        #expect(session.state == .working)
    }

    @Test(arguments: [
        ("fetch", Reply.fetching), ("", .fetching), ("  ", .fetching), ("help", .help),
        ("foo", .unknownCommand("foo")), ("last x", .badArguments(.last)),
        ("send ann", .badArguments(.send)), ("who x", .badArguments(.who)),
        ("ann", .unknownCommand("ann")),
    ])
    func `what needs nobody is answered at once`(_ line: String, _ reply: Reply) {
        var session = Session.at(.chatting)

        #expect(session.hear(line) == [.say(reply), .collect])
        #expect(session.state == .reading)
    }

    @Test(arguments: [
        ("send ann \u{ff}", Reply.badArguments(.send)), ("who", .badArguments(.who)),
        ("\u{ff}", .unknownCommand("")), ("foo", .unknownCommand("")), ("", .unknownCommand("")),
    ])
    func `a line that cannot be read is answered by its word and the session goes on`(
        _ beginning: String, _ reply: Reply
    ) {
        var session = Session.at(.chatting)

        #expect(session.receive(.garbled(beginning)) == [.say(reply), .collect])
        #expect(session.receive(.mail([], isLast: true)) == [.say(.done)])
        #expect(session == Session.at(.chatting))
    }

    @Test func `logout gets goodbye and a close in good order, without DONE`() {
        var session = Session.at(.chatting)

        #expect(session.hear("logout") == [.say(.goodbye), .depart, .hangUp])
        #expect(session.isOver && session.deadline == nil)
    }

    @Test func `only logout departs`() {
        for event in [Session.Event.silence, .inputEnded, .evicted] {
            var session = Session.at(.chatting)
            #expect(!session.receive(event).contains(.depart))
        }
    }

    // MARK: Exchanges

    @Test(arguments: [
        Reply.sent, .nobody(["x"]), .full([.ann]), .names([.ann]), .storage(.send),
        .noSuchRoom("#tea"), .left(.lobby), .denied(.kick), .changed,
    ])
    func `an exchange is the reply, what waits, DONE`(_ reply: Reply) {
        var session = Session.at(.working)

        #expect(session.receive(.answer(reply)) == [.say(reply), .collect])
        #expect(
            session.receive(.mail([Self.letter(1), Self.letter(2)], isLast: true))
                == [
                    .say(.message(Self.letter(1))), .say(.message(Self.letter(2))), .say(.done),
                ])
        #expect(session == Session.at(.chatting))
    }

    @Test func `mail comes in pages, and DONE stands behind the last`() {
        var session = Session.at(.reading)

        for page in 0..<3 {
            #expect(
                session.receive(.mail([Self.letter(Int64(page))], isLast: false))
                    == [.say(.message(Self.letter(Int64(page)))), .collect])
            #expect(session.isWaiting && session.deadline == nil)
        }
        #expect(session.receive(.mail([], isLast: true)) == [.say(.done)])
        #expect(!session.isWaiting)
    }

    @Test func `an empty page that is not the last is asked for again`() {
        var session = Session.at(.reading)

        #expect(session.receive(.mail([], isLast: false)) == [.collect])
        #expect(session == Session.at(.reading))
    }
}
