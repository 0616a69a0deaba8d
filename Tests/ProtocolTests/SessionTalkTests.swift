import Protocol
import Testing

// Mail at once, and lines that are messages: `Session+Talk.swift`.

@Suite struct SessionTalkTests {
    private static func letter(_ number: Int64) -> Message {
        Message(
            number: MessageNumber(number), at: WallTime(seconds: number), from: .ann,
            text: MessageText(kept: wire("hello")))
    }

    private static func message(_ text: String) -> Session.Effect {
        .post(Draft(to: .named([.user(.ann)]), text: MessageText(kept: wire(text))))
    }

    // MARK: Live mode

    @Test func `live is told and answered, and the mail that waits comes first`() {
        var session = Session.at(.chatting)

        #expect(session.hear("live") == [.say(.live(true)), .live(true), .collect])
        #expect(
            session.receive(.mail([Self.letter(1)], isLast: true))
                == [.say(.message(Self.letter(1))), .say(.done)])
        #expect(session == Session.at(.live))
    }

    @Test func `live off ends it`() {
        var session = Session.at(.live)

        #expect(session.hear("live off") == [.say(.live(false)), .live(false), .collect])
        #expect(session.receive(.mail([], isLast: true)) == [.say(.done)])
        #expect(session == Session.at(.chatting))
    }

    @Test(arguments: [Phase.live, .talking])
    func `mail is told between two exchanges, in pages, and its end is marked`(_ phase: Phase) {
        var session = Session.at(phase)

        #expect(session.receive(.mailArrived) == [.collect])
        #expect(session.isWaiting)
        #expect(
            session.receive(.mail([Self.letter(1)], isLast: false))
                == [.say(.message(Self.letter(1))), .collect])
        #expect(
            session.receive(.mail([Self.letter(2)], isLast: true))
                == [.say(.message(Self.letter(2))), .endOfPush])
        #expect(session == Session.at(phase))
    }

    @Test func `mail that has been read meanwhile is an empty push`() {
        var session = Session.at(.pushing)

        #expect(session.receive(.mail([], isLast: true)) == [.endOfPush])
        #expect(session == Session.at(.live))
    }

    @Test(arguments: [Phase.live, .talking])
    func `a push is no sign of life`(_ phase: Phase) {
        var session = Session.at(phase)
        let later = Instant.start + .seconds(1_700)

        _ = session.receive(.mailArrived, at: later)
        #expect(session.deadline == nil)
        #expect(session.receive(.silence, at: later + .seconds(200)).isEmpty)
        _ = session.receive(.mail([Self.letter(1)], isLast: true), at: later + .seconds(200))

        // It has passed: the shell reports silence with the next tick.
        #expect(session.deadline == .start + .seconds(1_800))
    }

    @Test(arguments: Phase.allCases.filter { ![.live, .talking].contains($0) })
    func `mail at once is of no use anywhere else`(_ phase: Phase) {
        var session = Session.at(phase)

        #expect(session.receive(.mailArrived).isEmpty)
        #expect(session == Session.at(phase))
    }

    // MARK: Talk mode

    @Test func `talk begins when it is answered so`() {
        var session = Session.at(.chatting)
        #expect(session.hear("talk ann") == [.ask(.talk(.user(.ann)))])
        #expect(
            session.receive(.answer(.talk(.user(.ann)))) == [.say(.talk(.user(.ann))), .collect])
        #expect(session.receive(.mail([], isLast: true)) == [.say(.done)])

        #expect(session == Session.at(.talking))
        #expect(session.hear("hello") == [Self.message("hello")])
    }

    @Test(arguments: [Reply.nobody(["ann"]), .noSuchRoom("#tea"), .denied(.talk)])
    func `talk that is refused is none`(_ reply: Reply) {
        var session = Session.at(.chatting)
        _ = session.hear("talk ann")
        #expect(session.receive(.answer(reply)) == [.say(reply), .collect])
        _ = session.receive(.mail([], isLast: true))

        #expect(session == Session.at(.chatting))
        #expect(session.hear("who") == [.ask(.online)])
    }

    @Test(arguments: [
        "who", "logout", "switch", "passwd", "talk bob", "send bob hi", " --", "-- ", "---", "-",
        "  two  blanks ", "DONE", "live off", "help",
    ])
    func `every line is a message, exactly`(_ line: String) {
        var session = Session.at(.talking)

        #expect(session.hear(line) == [Self.message(line)])
        #expect(session.state == .working)
    }

    @Test(arguments: [
        Reply.sent, .full([.ann]), .nobody(["ann"]), .noSuchRoom("#tea"), .denied(.send),
        .storage(.send),
    ])
    func `a line is an exchange, and talk goes on whatever is answered`(_ reply: Reply) {
        var session = Session.at(.talking)
        _ = session.hear("hello")

        #expect(session.receive(.answer(reply)) == [.say(reply), .collect])
        #expect(
            session.receive(.mail([Self.letter(1)], isLast: true))
                == [.say(.message(Self.letter(1))), .say(.done)])
        #expect(session == Session.at(.talking))
    }

    @Test(arguments: ["", " ", "\t \t"])
    func `a blank line is a fetch`(_ line: String) {
        var session = Session.at(.talking)

        #expect(session.hear(line) == [.say(.fetching), .collect])
        #expect(session.receive(.mail([], isLast: true)) == [.say(.done)])
        #expect(session == Session.at(.talking))
    }

    @Test(arguments: [
        Session.Event.garbled("who"), .garbled("--"), .garbled(""), .said("\u{200d}"),
        .said("\u{3000}"),
    ])
    func `what is no text is no message, and talk goes on`(_ event: Session.Event) {
        var session = Session.at(.talking)

        #expect(session.receive(event) == [.say(.badArguments(.talk)), .collect])
        #expect(session.receive(.mail([], isLast: true)) == [.say(.done)])
        #expect(session == Session.at(.talking))
    }

    @Test func `two dashes end it, and the rest of the mail comes`() {
        var session = Session.at(.talking)

        #expect(session.hear("--") == [.say(.talkOff), .endTalk, .collect])
        #expect(
            session.receive(.mail([Self.letter(1)], isLast: true))
                == [.say(.message(Self.letter(1))), .say(.done)])
        #expect(session == Session.at(.chatting))
        #expect(session.hear("who") == [.ask(.online)])
    }

    @Test func `after talk the live mode is as it was before`() {
        for phase in [Phase.chatting, .live] {
            var session = Session.at(phase)
            for event in [
                Session.Event.said("talk ann"), .answer(.talk(.user(.ann))),
                .mail([], isLast: true), .said("--"), .mail([], isLast: true),
            ] {
                _ = session.receive(event)
            }
            #expect(session == Session.at(phase))
        }
    }
}
