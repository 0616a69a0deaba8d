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
            return expect(.help, line, ifNone: nil)
        case .names(let names):
            return tell(names.isEmpty ? "Nobody." : names.map(\.text).joined(separator: " "))
        case .sent:
            // In talk mode the next prompt says as much.
            return partner == nil ? tell("Sent.") : expect(.mail(ifNone: nil))

        case .created(let room, let number):
            return tell("\(room.text) is open. Its number is \(number.value).")
        case .joined(let room, let number, let admin, let members):
            let admin = admin.map { ", its admin \($0.text)" } ?? ""
            return tell(
                "In \(room.text), number \(number.value)\(admin): "
                    + members.map(\.text).joined(separator: " "))
        case .left(let room):
            return tell("You have left \(room.text).")
        case .kicked(let room, let user):
            return tell("\(user.text) is out of \(room.text).")
        case .closed(let room):
            return tell("\(room.text) is closed.")
        case .rooms:
            return expect(.rooms, line, ifNone: "No rooms.")
        case .members:
            return expect(.members, line, ifNone: "Nobody.")

        case .history:
            return expect(.history, line, ifNone: "Nothing was said.")
        case .inbox:
            return expect(.inbox, line, ifNone: "Nothing is unread.")
        case .search:
            return expect(.search, line, ifNone: "Nothing was found.")
        case .live(let isOn):
            return tell(isOn ? "Mail is shown at once." : "Mail is shown with the next command.")
        case .talk(let to):
            partner = to
            return tell("Every line is a message to \(to.text), up to the line --")
        case .talkOff:
            partner = nil
            return tell("Lines are commands again.")

        case .username:
            partner = nil
            return ask(.name, after: "Signed out.")
        case .password:
            return ask(.oldPassword)
        case .changed:
            return tell("The password is changed.")
        default:
            return complain(reply.whyNot)
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
            return askOn(after: ifNone)
        case .timeout(let seconds):
            return finish(.silence(seconds: seconds))
        default:
            preconditionFailure("\(reply) was read among the mail")
        }
    }

    /// The list that this line has announced.
    private mutating func expect(
        _ list: CommandWord, _ line: [UInt8], ifNone: String?
    ) -> [Effect] {
        let lines = Reply.listLength(announcedBy: line) ?? 0
        return lines > 0
            ? expect(.list(of: list, rest: lines)) : expect(.mail(ifNone: nil), after: ifNone)
    }

    private mutating func tell(_ words: String) -> [Effect] {
        expect(.mail(ifNone: nil), after: words)
    }

    private mutating func complain(_ words: String) -> [Effect] {
        note(undone: true)
        return tell(words)
    }
}

extension Reply {
    /// What a person is told who was refused something.
    fileprivate var whyNot: String {
        switch self {
        case .nobody(let names):
            "Nobody is called \(names.listed(with: "or"))."
        case .full(let names):
            "The mailbox of \(names.map(\.text).listed(with: "and")) is full."
        case .roomExists(let room):
            "There is a room \(room.text) already."
        case .roomIsFull(let room):
            "\(room.text) is full."
        case .noSuchRoom(let room):
            "There is no room \(room)."
        case .tooManyRooms:
            "You have as many rooms as one person may have."
        case .tooManyBroadcasts:
            "Everybody has enough to read. Try again in a minute."
        case .denied(.passwd):
            "Wrong password. Nothing was changed."
        case .denied(.kick), .denied(.close):
            "Only the admin of a room may do that."
        case .denied:
            "You are not in that room."
        case .unknownCommand(let word):
            "There is no command \"\(word)\"; help lists those there are."
        case .badArguments(.passwd):
            "The two differ, or the server does not take such a password."
        case .badArguments(.kick):
            "It is: kick #room <user>, and the user has to be inside."
        case .badArguments(let word):
            "It is: " + word.explanations.map(\.usage).joined(separator: " or: ")
        case .busy:
            "The server is busy. Try again in a moment."
        case .storage:
            "The server cannot keep anything now. Nothing was done."
        default:
            preconditionFailure("\(self) was read as the reply to a command")
        }
    }
}
