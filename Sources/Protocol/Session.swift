/// One client's conversation over the doors of lines, from the first byte to the last.
///
/// Knows nothing of sockets, clocks, accounts or other clients. What happened goes in, what the
/// shell should do comes out. While it waits for an answer it takes no line: the shell stops
/// reading, and that is all the back-pressure there is.
///
/// ```
///            name                     exists            right
///  greeting ──────▶ inquiring ──────────────▶ proving ─────────▶ verifying ──▶ reading
///     ▲                 │ does not exist         ▲                    │           │ DONE
///     │◀── not y ── offering                     └─── wrong ──────────┘           ▼
///     │                 │ y                                            working ◀─ chatting
///     │── registered ── enrolling ◀── choosing (two equal lines)          └─▶ reading ─┘
///     └── switch ── chatting
///
///  chatting ── passwd ─▶ changing (three lines) ─▶ working
///  chatting ── mail has come, and is wanted at once ─▶ pushing ─▶ chatting
/// ```
package struct Session: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// A name is expected. Left by a line, or by silence.
        case greeting
        /// Waits for what is known of the name. Left by a standing.
        case inquiring(Username, Intent)
        /// `register` was said; `y` is expected. Left by a line. A name that cannot be is nil.
        case offering(Username?)
        /// Two equal lines are expected. Left by the second of them.
        case choosing(Username, first: Password?)
        /// Waits for the account to be made. Left by an enrolment.
        case enrolling(Username, Intent)
        /// The password of the account is expected. Left by a line.
        case proving(Username)
        /// Waits for the verdict. Left by it.
        case verifying(Username)
        /// A command is expected, or in talk mode a message. Left by a line, by mail that is wanted
        /// at once, or by silence.
        case chatting
        /// Three lines are expected: the old password, and twice another. Left by the last of
        /// them, or by silence. A line that cannot be a password is nil.
        case changing([Password?])
        /// Waits for the reply to a command. Left by it.
        case working
        /// A list and mail are read out. Left by the last page of mail.
        case reading
        /// Mail is told at once. Left by its last page. The silence is the client's, and lasts on.
        case pushing(silenceEnd: Instant)
        /// Nothing more is said. Never left.
        case over
    }

    /// How somebody goes about signing in.
    package enum Intent: Hashable, Sendable {
        /// One step at a time.
        case steps
        /// `login <name> <password>`
        case login(Password?)
        /// `new <name> <password>`
        case new
    }

    package private(set) var state = State.greeting {
        didSet { if isWaiting { deadline = nil } }
    }
    /// When the silence becomes too long. Nil while it is not the client who is awaited.
    package private(set) var deadline: Instant?

    let idleLimit: Duration
    let greetingLimit: Duration
    /// Signing in has to be done by then, whatever is said in between.
    var greetingEnd: Instant
    /// Whether mail is told at once.
    var isLive = false
    /// Set in talk mode: every line is a message to it, and its mail is told at once.
    var partner: Recipient?

    package init(at now: Instant, idleLimit: Duration) {
        self.idleLimit = idleLimit
        greetingLimit = min(idleLimit, Limits.greeting)
        greetingEnd = now + greetingLimit
        deadline = greetingEnd
    }

    /// Whether the session would not take a line now.
    package var isWaiting: Bool {
        switch state {
        case .inquiring, .enrolling, .verifying, .working, .reading, .pushing: true
        case .greeting, .offering, .choosing, .proving, .chatting, .changing, .over: false
        }
    }

    package var isOver: Bool { state == .over }

    /// What the shell should do now, in this order.
    package mutating func receive(_ event: Event, at now: Instant) -> [Effect] {
        switch (state, event) {
        case (.over, _):
            return []
        case (_, .inputEnded), (_, .evicted):
            return leave([.hangUp])
        case (.greeting, .silence), (.offering, .silence), (.choosing, .silence),
            (.proving, .silence):
            return leave([.say(.timeout(seconds: greetingLimit.secondsRoundedUp)), .hangUp])
        case (.chatting, .silence), (.changing, .silence):
            return leave([.say(.timeout(seconds: idleLimit.secondsRoundedUp)), .hangUp])
        case (_, .silence):
            // It is we who kept the client waiting.
            return []

        case (.greeting, .line(let line)):
            return greet(line)
        case (.inquiring(let name, let intent), .standing(let standing)):
            return consider(name, intent, standing)
        case (.offering(let name), .line(let line)):
            return decide(name, line)
        case (.choosing(let name, let first), .line(let line)):
            return choose(name, first, line)
        case (.enrolling(let name, let intent), .enrolment(let outcome)):
            return conclude(name, intent, outcome)
        case (.proving(let name), .line(let line)):
            return prove(name, line)
        case (.verifying(let name), .verdict(let verdict)):
            return conclude(name, verdict)

        case (.chatting, .line(let line)):
            return partner.map { talk(line, to: $0) } ?? obey(line, at: now)
        case (.changing(let lines), .line(let line)):
            return change(lines, line, at: now)
        case (.working, .answer(let reply)):
            return answer(reply)
        case (.reading, .lines(let replies)):
            return readOut(replies)
        case (.reading, .mail(let messages, let isLast)):
            return readOut(messages, isLast: isLast, at: now)
        case (.pushing(let silenceEnd), .mail(let messages, let isLast)):
            return push(messages, isLast: isLast, silenceEnd: silenceEnd)
        case (.chatting, .mailArrived):
            return beginPush()
        case (_, .mailArrived):
            // What is asked of the client next is asked behind it, or it is not for this session.
            return []

        case (.greeting, _), (.inquiring, _), (.offering, _), (.choosing, _), (.enrolling, _),
            (.proving, _), (.verifying, _), (.chatting, _), (.changing, _), (.working, _),
            (.reading, _), (.pushing, _):
            preconditionFailure("\(event) came to a session in \(state)")
        }
    }

    // MARK: For the transitions, which stand by phase in their own files

    mutating func become(_ next: State, _ effects: [Effect]) -> [Effect] {
        state = next
        return effects
    }

    /// A step of signing in: the clock that started with the connection goes on.
    mutating func becomeGuest(_ next: State, _ effects: [Effect]) -> [Effect] {
        state = next
        if !isWaiting { deadline = greetingEnd }
        return effects
    }

    /// The client is to say something: its silence begins.
    mutating func becomeListener(
        _ next: State, _ effects: [Effect], silenceEnd: Instant
    ) -> [Effect] {
        state = next
        deadline = silenceEnd
        return effects
    }

    mutating func leave(_ effects: [Effect]) -> [Effect] {
        state = .over
        deadline = nil
        return effects
    }
}
