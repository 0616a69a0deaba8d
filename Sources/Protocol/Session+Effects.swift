// The whole conversation between a session and its shell.

extension Session {
    /// What happened.
    package enum Event: Hashable, Sendable {
        /// Only while the session is not waiting.
        case line(Line)
        /// The deadline has passed.
        case silence
        /// The answer to `.inquire`.
        case standing(Standing)
        /// The answer to `.prove`; after `.register` with `thenEnter`, what follows `registered`.
        case verdict(Verdict)
        /// The answer to `.register`.
        case enrolment(Enrolment)
        /// The answer to `.ask` and `.post`.
        case answer(Reply)
        /// The answer to `.collect`.
        case mail([Message], isLast: Bool)
        /// The peer sends no more, and all its lines have their answers.
        case inputEnded
        /// The account is gone, or the server is closing.
        case evicted
    }

    /// What to do.
    package enum Effect: Hashable, Sendable {
        case say(Reply)
        case inquire(Username)
        /// Nil is a line that cannot be anybody's password: it counts as a wrong one.
        case prove(Username, Password?)
        case register(Username, Password, thenEnter: Bool)
        case ask(Question)
        case post(Draft)
        /// The next page of what waits. Postponed by the shell until there is room for it.
        case collect
        /// `goodbye` was said in good order: an orderly close by the peer may count as reading.
        case depart
        /// Close when all has been sent.
        case hangUp
    }

    package enum Question: Hashable, Sendable {
        case online
        case active(minutes: Int)
    }

    /// What a name is to the post office.
    package enum Standing: Hashable, Sendable {
        case known
        case unknown(mayRegister: Bool)
        case present
        case blocked(seconds: Int64)
        case busy
        case insecure
    }

    package enum Verdict: Hashable, Sendable {
        case welcome
        /// The account signed in elsewhere in the meantime.
        case present
        case wrong
        /// The last wrong one.
        case lockedOut(seconds: Int64)
        case blocked(seconds: Int64)
        case busy
        /// The account is gone.
        case unknown
    }

    package enum Enrolment: Hashable, Sendable {
        case registered
        /// Somebody has the name.
        case exists
        /// The name cannot be registered.
        case impossible
        /// The password is against the rule.
        case badPassword
        case busy
        /// The account file cannot take it.
        case unable
    }
}
