import Protocol
import Testing

// What holds in every state: silence, ends, deadlines.

@Suite struct SessionTests {
    @Test func `the server says nothing first`() {
        let session = Session(at: .start, idleLimit: .seconds(1_800))

        #expect(session.state == .greeting)
        #expect(!session.isWaiting && !session.isOver)
    }

    // MARK: Ends

    @Test(arguments: Phase.allCases.dropLast())
    func `the end of the input ends it in every state`(_ phase: Phase) {
        var session = Session.at(phase)

        #expect(session.receive(.inputEnded) == [.hangUp])
        #expect(session.isOver && session.deadline == nil && !session.isWaiting)
    }

    @Test(arguments: Phase.allCases.dropLast())
    func `an eviction ends it in every state`(_ phase: Phase) {
        var session = Session.at(phase)

        #expect(session.receive(.evicted) == [.hangUp])
        #expect(session.isOver && session.deadline == nil && !session.isWaiting)
    }

    @Test(arguments: [
        Session.Event.said("ann"), .garbled("ann"), .silence, .standing(.known), .verdict(.welcome),
        .enrolment(.registered), .answer(.sent), .lines([]), .mail([], isLast: true), .mailArrived,
        .inputEnded, .evicted,
    ])
    func `over stays over, whatever still comes`(_ event: Session.Event) {
        var session = Session.at(.over)

        #expect(session.receive(event).isEmpty)
        #expect(session == Session.at(.over))
    }

    // MARK: Silence

    @Test(arguments: Phase.guests)
    func `silence before the welcome gets the shorter limit`(_ phase: Phase) {
        for (idle, seconds) in [(1_800, 120), (121, 120), (120, 120), (119, 119), (5, 5)] {
            var session = Session.at(phase, idleLimit: .seconds(idle))

            #expect(
                session.receive(.silence) == [.say(.timeout(seconds: Int64(seconds))), .hangUp])
            #expect(session.isOver)
        }
    }

    @Test(arguments: [1, 5, 119, 120, 121, 1_800, 86_400], Phase.members)
    func `silence after the welcome gets TIME_OUT`(_ idle: Int64, _ phase: Phase) {
        var session = Session.at(phase, idleLimit: .seconds(idle))

        #expect(session.receive(.silence) == [.say(.timeout(seconds: idle)), .hangUp])
        #expect(session.isOver)
    }

    @Test(arguments: Phase.waiting)
    func `it is no silence when it is we who kept the client waiting`(_ phase: Phase) {
        var session = Session.at(phase)

        #expect(session.receive(.silence).isEmpty)
        #expect(session == Session.at(phase))
    }

    // MARK: Deadlines

    @Test(arguments: Phase.listening)
    func `a session that listens has a deadline`(_ phase: Phase) {
        #expect(Session.at(phase).deadline != nil)
        #expect(!Session.at(phase).isWaiting)
    }

    @Test(arguments: Phase.waiting)
    func `a session that waits has none`(_ phase: Phase) {
        #expect(Session.at(phase).deadline == nil)
        #expect(Session.at(phase).isWaiting)
    }

    @Test func `a session that is over has none and waits for nothing`() {
        #expect(Session.at(.over).deadline == nil)
        #expect(!Session.at(.over).isWaiting)
    }

    @Test(arguments: Phase.guests)
    func `nothing that a guest says moves the deadline`(_ phase: Phase) {
        for idle in [Duration.seconds(1_800), .seconds(30)] {
            let end = Instant.start + min(idle, .seconds(120))
            #expect(Session.at(phase, idleLimit: idle).deadline == end)
        }
    }

    @Test func `signing in has one deadline however long it goes on`() {
        var session = Session(at: .start, idleLimit: .seconds(1_800))
        let later = Instant.start + .seconds(100)
        let events: [Session.Event] = [
            .said(""), .said("ann"), .standing(.present), .said("ann"), .standing(.known),
            .said(""),
            .said("guess"), .verdict(.wrong), .said("guess"), .verdict(.busy), .said("ann"),
            .standing(.known), .said("secret"), .verdict(.present), .garbled("x"), .said("eve"),
            .standing(.unknown(mayRegister: true)),
            .said("y"), .said("a"), .said("b"), .said("a"), .said("a"), .enrolment(.registered),
        ]

        for event in events {
            _ = session.receive(event, at: later)
            #expect(session.deadline == (session.isWaiting ? nil : .start + .seconds(120)))
        }
        #expect(session.state == .greeting)
    }

    @Test func `a deadline that passes while we work is still the same`() {
        var session = Session.at(.verifying)

        _ = session.receive(.verdict(.wrong), at: .start + .seconds(500))

        // It has passed: the shell reports silence with the next tick.
        #expect(session.deadline == .start + .seconds(120))
    }

    @Test func `each exchange begins the silence anew`() {
        var session = Session.at(.reading)
        let welcomed = Instant.start + .seconds(100)
        _ = session.receive(.mail([], isLast: true), at: welcomed)
        #expect(session.deadline == welcomed + .seconds(1_800))

        let spoke = welcomed + .seconds(1_799)
        _ = session.receive(.said("nonsense"), at: spoke)
        #expect(session.deadline == nil)
        _ = session.receive(.mail([], isLast: true), at: spoke)
        #expect(session.deadline == spoke + .seconds(1_800))
    }

    @Test func `a deadline is the client's own`() {
        let late = Session(at: .start + .seconds(7), idleLimit: .seconds(60))

        #expect(late.deadline == .start + .seconds(67))
    }

    // MARK: What only we can do wrong

    @Test func `a line while it waits is a bug of the shell`() async {
        await #expect(processExitsWith: .failure) {
            var session = Session.at(.working)
            _ = session.receive(.said("who"))
        }
    }

    @Test func `a verdict that nobody asked for is a bug of the shell`() async {
        await #expect(processExitsWith: .failure) {
            var session = Session.at(.enrolling)
            _ = session.receive(.verdict(.welcome))
        }
    }

    @Test func `mail that nobody asked for is a bug of the shell`() async {
        await #expect(processExitsWith: .failure) {
            var session = Session.at(.chatting)
            _ = session.receive(.mail([], isLast: true))
        }
    }

    @Test func `a list that nobody asked for is a bug of the shell`() async {
        await #expect(processExitsWith: .failure) {
            var session = Session.at(.pushing)
            _ = session.receive(.lines([.indexing]))
        }
    }

    @Test func `a line while mail is told at once is a bug of the shell`() async {
        await #expect(processExitsWith: .failure) {
            var session = Session.at(.pushing)
            _ = session.receive(.said("who"))
        }
    }
}
