// Sessions in each of their states, brought there by what really happens.

import Protocol

extension Instant {
    /// When the sessions of the tests begin.
    static let start = Instant(nanoseconds: 1_000_000_000_000)
}

extension Username {
    static let ann = Username("ann")!  // a name
}

extension Password {
    static let secret = Password(wire("secret"))!  // a password
}

/// Every state of a session that differs from the others in what may happen next.
enum Phase: CaseIterable {
    case greeting
    case inquiring
    case offering
    case offeringNothing
    case choosing
    case choosingAgain
    case enrolling
    case enrollingAtOnce
    case proving
    case verifying
    case verifyingNew
    case chatting
    case working
    case reading
    /// Mail is told at once.
    case live
    case pushing
    case talking
    case pushingTalk
    /// No line so far, or two of the three.
    case changing
    case changingStill
    case over

    /// Those in which it is the client who is awaited.
    static let listening: [Phase] = guests + members

    /// Those in which the shell has been asked for something.
    static let waiting: [Phase] = [
        .inquiring, .enrolling, .enrollingAtOnce, .verifying, .verifyingNew, .working, .reading,
        .pushing, .pushingTalk,
    ]

    /// Those that are left by signing in.
    static let guests: [Phase] = [
        .greeting, .offering, .offeringNothing, .choosing, .choosingAgain, .proving,
    ]

    /// Those in which a signed-in client is awaited.
    static let members: [Phase] = [.chatting, .live, .talking, .changing, .changingStill]

    fileprivate var events: [Session.Event] {
        switch self {
        case .greeting: []
        case .inquiring: Self.greeting.events + [.said("ann")]
        case .offering: Self.inquiring.events + [.standing(.unknown(mayRegister: true))]
        case .offeringNothing: Self.inquiring.events + [.standing(.unknown(mayRegister: false))]
        case .choosing: Self.offering.events + [.said("y")]
        case .choosingAgain: Self.choosing.events + [.said("secret")]
        case .enrolling: Self.choosingAgain.events + [.said("secret")]
        case .enrollingAtOnce: Self.greeting.events + [.said("new ann secret")]
        case .proving: Self.inquiring.events + [.standing(.known)]
        case .verifying: Self.proving.events + [.said("secret")]
        case .verifyingNew: Self.enrollingAtOnce.events + [.enrolment(.registered)]
        case .chatting: Self.reading.events + [.mail([], isLast: true)]
        case .working: Self.chatting.events + [.said("who")]
        case .reading: Self.verifying.events + [.verdict(.welcome)]
        case .live:
            Self.chatting.events + [.said("live"), .mail([], isLast: true)]
        case .pushing: Self.live.events + [.mailArrived]
        case .talking:
            Self.chatting.events + [
                .said("talk ann"), .answer(.talk(.user(.ann))), .mail([], isLast: true),
            ]
        case .pushingTalk: Self.talking.events + [.mailArrived]
        case .changing: Self.chatting.events + [.said("passwd")]
        case .changingStill: Self.changing.events + [.said("secret"), .said("other")]
        case .over: Self.greeting.events + [.inputEnded]
        }
    }
}

extension Session.Event {
    static func said(_ text: String) -> Session.Event {
        .line(.text(Array(text.utf8)))
    }

    /// A line that is too long, or no UTF-8.
    static func garbled(_ beginning: String) -> Session.Event {
        .line(.unreadable(beginning: wire(beginning)))
    }
}

extension Session {
    static func at(_ phase: Phase, idleLimit: Duration = .seconds(1_800)) -> Session {
        var session = Session(at: .start, idleLimit: idleLimit)
        for event in phase.events { _ = session.receive(event, at: .start) }
        return session
    }

    mutating func receive(_ event: Event) -> [Effect] {
        receive(event, at: .start)
    }

    mutating func hear(_ line: String) -> [Effect] {
        receive(.said(line))
    }
}
