// The server's turn: it has said a line. What it says up to the welcome is understood here, the
// rest in `ClientSession+Exchange.swift`.

extension ClientSession {
    mutating func hear(_ line: Line, as answer: Answer) -> [Effect] {
        if case .list(let rest) = answer {
            return expect(rest > 1 ? .list(rest: rest - 1) : .mail(ifNone: nil)) + show(line)
        }
        guard case .text(let bytes) = line, let reply = Reply(bytes, during: answer.phase) else {
            return hearUnknown(line, as: answer)
        }

        switch answer {
        case .toName, .toRegistration, .toRegistering, .toPassword:
            return signIn(reply, answering: answer)
        case .toCommand:
            return conclude(reply, from: bytes)
        case .mail(let ifNone):
            return read(reply, ifNone: ifNone)
        case .list:
            preconditionFailure("the lines of a list are no replies")
        }
    }

    /// From a server of another age. Every exchange ends the same way there.
    private mutating func hearUnknown(_ line: Line, as answer: Answer) -> [Effect] {
        switch answer {
        case .toName, .toRegistration, .toRegistering, .toPassword:
            return show(line)
        case .toCommand, .list, .mail:
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
        case .names, .sent, .nobody, .full, .fetching, .help, .message, .done, .goodbye,
            .unknownCommand, .badArguments, .noSuchRoom, .storage:
            preconditionFailure("\(reply) was read before the welcome")
        }
    }

    private mutating func askPassword(answering answer: Answer) -> [Effect] {
        switch answer {
        case .toRegistration:
            ask(.newPassword)
        case .toRegistering:
            ask(.newPassword, after: "The two differ, or the server does not take such a password.")
        case .toPassword:
            ask(.password, after: "Wrong password.")
        case .toName, .toCommand, .list, .mail:
            ask(.password)
        }
    }
}

extension ClientSession.Answer {
    fileprivate var phase: Reply.Phase {
        switch self {
        case .toName, .toRegistration, .toRegistering, .toPassword: .signingIn
        case .toCommand(let listsNames): listsNames ? .listing : .answering
        case .list, .mail: .reading
        }
    }

    /// Why a name is asked for again, when it is not that the person wanted it so.
    fileprivate var whyNoName: String? {
        switch self {
        case .toName: "That cannot be a user name."
        case .toRegistration(let isWanted): isWanted ? "This name cannot be registered." : nil
        case .toRegistering: "Somebody else has just registered this name."
        case .toPassword: "This name is gone."
        case .toCommand, .list, .mail: nil
        }
    }
}
