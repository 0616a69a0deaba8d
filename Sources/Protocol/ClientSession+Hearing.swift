// The server's turn: it has said a line. What it says up to the welcome is understood here, the
// rest in `ClientSession+Exchange.swift`.

extension ClientSession {
    mutating func hear(_ line: Line, as answer: Answer) -> [Effect] {
        if case .list(let word, let rest) = answer {
            return hearRow(line, of: word, rest: rest)
        }
        if answer.mayFollowMail, case .text(let bytes) = line, Message(bytes) != nil {
            // It was told at once, when what it seems to answer had not arrived.
            return show(line)
        }
        guard case .text(let bytes) = line, let reply = Reply(bytes, during: answer.phase) else {
            return hearUnknown(line, as: answer)
        }

        switch answer {
        case .toName, .toRegistration, .toRegistering, .toPassword:
            return signIn(reply, answering: answer)
        case .toCommand, .toLine, .toChange:
            return conclude(reply, from: bytes)
        case .mail(let ifNone):
            return read(reply, ifNone: ifNone)
        case .list:
            preconditionFailure("the lines of a list are no replies")
        }
    }

    private mutating func hearRow(
        _ line: Line, of word: CommandWord, rest: Int
    ) -> [Effect] {
        let next = rest > 1 ? Answer.list(of: word, rest: rest - 1) : .mail(ifNone: nil)
        if case .text(let bytes) = line, Reply(bytes, during: .listed(by: word)) == .indexing {
            return expect(next, after: "Not everything has been looked through yet.")
        }
        return expect(next) + show(line)
    }

    /// From a server of another age. Every exchange ends the same way there.
    private mutating func hearUnknown(_ line: Line, as answer: Answer) -> [Effect] {
        switch answer {
        case .toName, .toRegistration, .toRegistering, .toPassword:
            return show(line)
        case .toCommand, .toLine, .toChange, .list, .mail:
            if case .text(let bytes) = line, bytes.starts(with: "error:".utf8) {
                note(undone: true)
            }
            return expect(.mail(ifNone: nil)) + show(line)
        }
    }

    private mutating func signIn(_ reply: Reply, answering answer: Answer) -> [Effect] {
        switch reply {
        case .welcome:
            note(undone: false)
            return expect(.mail(ifNone: nil), after: "Welcome.")
        case .registered where answer == .toName:
            // To `new`: the welcome comes without being asked for.
            return expect(.toName, after: "Registered.")
        case .registered:
            note(undone: false)
            return ask(.name, after: "Registered. Now sign in.")
        case .password:
            return askPassword(answering: answer)
        case .register:
            return ask(.registration, after: "Nobody has this name.")
        case .username:
            return ask(.name, after: answer.whyNoName)
        case .exists:
            return ask(.name, after: "Somebody has this name.")
        case .connected:
            return ask(.name, after: "This name is signed in elsewhere.")
        case .busy:
            return ask(.name, after: "The server is busy. Try again in a moment.")
        case .registerStorage:
            return ask(.name, after: "The server cannot take new names now.")
        case .blocked(let seconds):
            return finish(.blocked(seconds: seconds))
        case .blockLength(let seconds):
            return finish(.lockedOut(seconds: seconds))
        case .insecure:
            return finish(.insecure)
        case .timeout(let seconds):
            return finish(.signInTooSlow(seconds: seconds))
        default:
            preconditionFailure("\(reply) was read before the welcome")
        }
    }

    private mutating func askPassword(answering answer: Answer) -> [Effect] {
        switch answer {
        case .toRegistration:
            ask(.newPassword(.registering))
        case .toRegistering:
            ask(
                .newPassword(.registering),
                after: "The two differ, or the server does not take such a password.")
        case .toPassword:
            ask(.password, after: "Wrong password.")
        case .toName, .toCommand, .toLine, .toChange, .list, .mail:
            ask(.password)
        }
    }
}

extension ClientSession.Answer {
    fileprivate var phase: Reply.Phase {
        switch self {
        case .toName, .toRegistration, .toRegistering, .toPassword: .signingIn
        // A name may look like any other reply without a colon.
        case .toCommand(.who), .toCommand(.last): .listing
        case .toCommand, .toChange: .answering
        case .toLine: .talking
        case .list(let word, _): .listed(by: word)
        case .mail: .reading
        }
    }

    /// Whether the server may tell mail at once before it has read what this answers.
    fileprivate var mayFollowMail: Bool {
        switch self {
        case .toCommand, .toLine: true
        case .toName, .toRegistration, .toRegistering, .toPassword, .toChange, .list, .mail: false
        }
    }

    /// Why a name is asked for again, when it is not that the person wanted it so.
    fileprivate var whyNoName: String? {
        switch self {
        case .toName: "That cannot be a user name."
        case .toRegistration(let isWanted): isWanted ? "This name cannot be registered." : nil
        case .toRegistering: "Somebody else has just registered this name."
        case .toPassword: "This name is gone."
        case .toCommand, .toLine, .toChange, .list, .mail: nil
        }
    }
}
