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
        /// The answer to `.ask`, `.post`, `.act` and `.change`.
        case answer(Reply)
        /// The answer to `.collect`, as long as what the reply has announced is not all said.
        case lines([Reply])
        /// The answer to `.collect`.
        case mail([Message], isLast: Bool)
        /// Mail has come for somebody who wants it at once. Comes at any time, and is of use only
        /// while a command is expected.
        case mailArrived
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
        /// Answered when it is on disk.
        case act(Action)
        /// Nil is a line that cannot be a password. Answered when the account file has it.
        case change(old: Password?, new: Password)
        /// From now on mail is told at once, or no more.
        case live(Bool)
        /// `--`: what was told of one conversation alone is told of all again.
        case endTalk
        /// Signed out; a name is expected, and the connection stays.
        case signOut
        /// The next page of what waits. Postponed by the shell until there is room for it.
        case collect
        /// The mail that was told at once ends here; the next line shows that it arrived.
        case endOfPush
        /// `goodbye` was said in good order: an orderly close by the peer may count as reading.
        case depart
        /// Close when all has been sent.
        case hangUp
    }

    package enum Question: Hashable, Sendable {
        case online
        case active(minutes: Int)
        case rooms
        case members(RoomName)
        case history(Recipient, count: Int)
        case inbox
        case search(String)
        /// Whether there is such a conversation. Answered `.talk` when from now on only its mail is
        /// to be told, at once.
        case talk(Recipient)
    }

    /// What is to be kept before it is answered.
    package enum Action: Hashable, Sendable {
        case create(RoomName, limit: Int?, Lifetime)
        case join(RoomReference)
        case leave(RoomName)
        case kick(RoomName, Recipient)
        case close(RoomName)
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
