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
///     └── registered ── enrolling ◀── choosing (two equal lines)          └─▶ reading ─┘
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
        /// A command is expected. Left by a line, or by silence.
        case chatting
        /// Waits for the reply to a command. Left by it.
        case working
        /// Mail is read out. Left by its last page.
        case reading
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
    let greetingEnd: Instant

    package init(at now: Instant, idleLimit: Duration) {
        self.idleLimit = idleLimit
        greetingLimit = min(idleLimit, Limits.greeting)
        greetingEnd = now + greetingLimit
        deadline = greetingEnd
    }

    /// Whether the session would not take a line now.
    package var isWaiting: Bool {
        switch state {
        case .inquiring, .enrolling, .verifying, .working, .reading: true
        case .greeting, .offering, .choosing, .proving, .chatting, .over: false
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
        case (.chatting, .silence):
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
            return obey(line)
        case (.working, .answer(let reply)):
            return answer(reply)
        case (.reading, .mail(let messages, let isLast)):
            return readOut(messages, isLast: isLast, at: now)

        case (.greeting, _), (.inquiring, _), (.offering, _), (.choosing, _), (.enrolling, _),
            (.proving, _), (.verifying, _), (.chatting, _), (.working, _), (.reading, _):
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

    mutating func becomeChatting(_ effects: [Effect], at now: Instant) -> [Effect] {
        state = .chatting
        deadline = now + idleLimit
        return effects
    }

    mutating func leave(_ effects: [Effect]) -> [Effect] {
        state = .over
        deadline = nil
        return effects
    }
}
