// An exchange as the client follows it: the reply, what waits, `DONE`.

extension ClientSession {
    /// The first line after a command.
    mutating func conclude(_ reply: Reply, from line: [UInt8]) -> [Effect] {
        switch reply {
        case .goodbye:
            return finish(.loggedOut)
        case .timeout(let seconds):
            return finish(.silence(seconds: seconds))
        case .fetching:
            return expect(.mail(ifNone: "No mail."))
        case .help:
            let lines = Reply.listLength(announcedBy: line) ?? 0
            return expect(lines > 0 ? .list(rest: lines) : .mail(ifNone: nil))
        case .names(let names):
            return tell(names.isEmpty ? "Nobody." : names.map(\.text).joined(separator: " "))
        case .sent:
            return tell("Sent.")
        case .nobody(let names):
            return complain("Nobody is called \(names.listed(with: "or")).")
        case .full(let names):
            return complain("The mailbox of \(names.map(\.text).listed(with: "and")) is full.")
        case .unknownCommand(let word):
            return complain("There is no command \"\(word)\"; help lists those there are.")
        case .badArguments(let word):
            return complain("It is: " + word.explanations.map(\.usage).joined(separator: " or: "))
        case .noSuchRoom(let room):
            return complain("There is no room \(room.text).")
        case .storage:
            return complain("The server cannot keep anything now. Nothing was done.")
        case .password, .register, .username, .registered, .exists, .welcome, .connected, .blocked,
            .blockLength, .busy, .insecure, .registerStorage, .message, .done:
            preconditionFailure("\(reply) was read as the reply to a command")
        }
    }

    /// What follows it.
    mutating func read(_ reply: Reply, ifNone: String?) -> [Effect] {
        switch reply {
        case .message(let message):
            var line: [UInt8] = []
            message.append(to: &line)
            return tell(String(decoding: line, as: UTF8.self))
        case .done:
            return ask(.command, after: ifNone)
        case .timeout(let seconds):
            return finish(.silence(seconds: seconds))
        case .password, .register, .username, .registered, .exists, .welcome, .connected, .blocked,
            .blockLength, .busy, .insecure, .registerStorage, .names, .sent, .nobody, .full,
            .fetching, .help, .goodbye, .unknownCommand, .badArguments, .noSuchRoom, .storage:
            preconditionFailure("\(reply) was read among the mail")
        }
    }

    private mutating func tell(_ words: String) -> [Effect] {
        expect(.mail(ifNone: nil), after: words)
    }

    private mutating func complain(_ words: String) -> [Effect] {
        note(undone: true)
        return tell(words)
    }
}
