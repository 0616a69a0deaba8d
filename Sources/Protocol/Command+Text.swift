// Commands as text. What `Command+Parsing.swift` reads is the same command again.

extension Command {
    /// The word it begins with.
    package var word: CommandWord {
        switch self {
        case .who: .who
        case .last: .last
        case .post(let draft): draft.word
        case .fetch: .fetch
        case .logout: .logout
        case .help: .help
        case .create: .create
        case .join: .join
        case .leave: .leave
        case .rooms: .rooms
        case .members: .members
        case .kick: .kick
        case .close: .close
        case .history: .history
        case .inbox: .inbox
        case .search: .search
        case .live: .live
        case .talk: .talk
        case .switch: .switch
        case .passwd: .passwd
        }
    }

    /// The line that says it.
    package var text: [UInt8] {
        switch self {
        case .post(let draft): draft.line
        default: Array(([word.rawValue] + arguments).joined(separator: " ").utf8)
        }
    }

    /// Of every command but a message.
    private var arguments: [String] {
        switch self {
        case .who, .fetch, .logout, .help, .rooms, .inbox, .switch, .passwd: []
        case .last(let minutes): ["\(minutes)"]
        case .create(let room, let limit, let lifetime):
            [room.text, limit.map { "\($0)" }, lifetime.rawValue].compactMap(\.self)
        case .join(let room): [room.text]
        case .leave(let room), .members(let room), .close(let room): [room.text]
        case .kick(let room, let whom): [room.text, whom.text]
        case .history(let whose, let count): [whose.text, "\(count)"]
        case .search(let words): [words]
        case .live(let isOn): isOn ? [] : ["off"]
        case .talk(let to): [to.text]
        case .post: preconditionFailure("a message is more than words")
        }
    }
}

extension Draft {
    fileprivate var line: [UInt8] {
        switch to {
        case .everyone:
            Array("broadcast ".utf8) + text.bytes
        // What nobody is called may begin like a list of names.
        case .named(let recipients)
        where recipients.count == 1 && recipients[0].text.utf8.first != UInt8(ascii: "("):
            Array("send \(recipients[0].text) ".utf8) + text.bytes
        case .named(let recipients):
            Array("send (\(recipients.map(\.text).joined(separator: " "))) ".utf8) + text.bytes
        }
    }
}

extension Recipient {
    /// As it is written in a line.
    package var text: String {
        switch self {
        case .user(let name): name.text
        case .room(let name): name.text
        case .nobody(let text): text
        }
    }
}

extension RoomReference {
    /// As it is written in a line.
    package var text: String {
        switch self {
        case .name(let name): name.text
        case .number(let number): "\(number.value)"
        case .nothing(let digits): digits
        }
    }
}
