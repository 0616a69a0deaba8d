// Any line is a command or a fault; what is read can be written, and is read again.
import Protocol

func tryCommand(_ line: [UInt8]) throws(Broken) {
    try holdAnswerable(Command.fault(ofLineBeginning: line))
    let command: Command
    do throws(ProtocolFault) {
        command = try Command(line)
    } catch {
        return try holdAnswerable(error)
    }

    let written = command.text
    try hold(!written.contains(UInt8(ascii: "\n")), "\(command) is written as two lines")
    let again: Command
    do throws(ProtocolFault) {
        again = try Command(written)
    } catch {
        throw Broken("\(command) is written so that it is a fault")
    }
    // What nobody can be called is repeated harmless and short, as which it may be a name.
    try hold(
        again == command || (command.namesNobody && again.said == command.said),
        "\(command) is written so that it reads \(again)")
    try hold(written.starts(with: command.word.rawValue.utf8), "\(command) has another word")
    for words in command.said { try holdHarmless(words, "a name, or a message") }
    if case .search(let words) = command { try holdHarmless(words, "what is searched for") }
}

/// One harmless line that a client understands.
private func holdAnswerable(_ fault: ProtocolFault) throws(Broken) {
    var reply: [UInt8] = []
    fault.reply.append(to: &reply)
    try hold(reply.popLast() == UInt8(ascii: "\n"), "\(fault) has no end")
    try holdHarmless(reply, "\(fault)")
    try hold(Reply(reply, during: .answering) == fault.reply, "\(fault) is not understood")
    if case .unknownCommand(let word) = fault {
        try hold(word.unicodeScalars.count <= 32, "\(word.unicodeScalars.count) are echoed")
    }
}

extension Command {
    private var recipients: [Recipient] {
        switch self {
        case .post(let draft):
            if case .named(let recipients) = draft.to { recipients } else { [] }
        case .kick(_, let whom): [whom]
        case .history(let whose, _): [whose]
        case .talk(let to): [to]
        case .who, .last, .fetch, .logout, .help, .create, .join, .leave, .rooms, .members, .close,
            .inbox, .search, .live, .switch, .passwd:
            []
        }
    }

    fileprivate var namesNobody: Bool {
        recipients.contains { if case .nobody = $0 { true } else { false } }
    }

    /// The names as they are written, and the text.
    fileprivate var said: [[UInt8]] {
        var said = recipients.map { Array($0.text.utf8) }
        if case .post(let draft) = self { said.append(draft.text.bytes) }
        return said
    }
}
