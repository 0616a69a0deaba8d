// Replies as text. No text of a person stands at the beginning of a line.

extension Reply {
    /// Appends the line, or the lines of `help`, each with its LF.
    package func append(to bytes: inout [UInt8]) {
        switch self {
        case .message(let message):
            message.append(to: &bytes)
        case .help:
            bytes.append(contentsOf: "help:\(CommandWord.helpLines.count)\n".utf8)
            for line in CommandWord.helpLines {
                bytes.append(contentsOf: line.utf8)
                bytes.append(UInt8(ascii: "\n"))
            }
            return
        default:
            bytes.append(contentsOf: line.utf8)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The line of every reply but a message and `help`, which are made of more.
    private var line: String {
        switch self {
        case .password: "password"
        case .register: "register"
        case .username: "username"
        case .registered: "registered"
        case .exists: "exists"
        case .welcome: "welcome"
        case .connected: "connected"
        case .blocked(let seconds): "blocked:\(seconds)"
        case .blockLength(let seconds): "\(seconds)"
        case .busy: "error:busy"
        case .insecure: "error:denied:login"
        case .names(let names): names.map(\.text).joined(separator: " ")
        case .sent: "sent:"
        case .nobody(let names): "send:" + names.joined(separator: ",")
        case .full(let names): "full:" + names.map(\.text).joined(separator: ",")
        case .fetching: "fetching"
        case .done: "DONE"
        case .goodbye: "goodbye"
        case .timeout(let seconds): "timeout:\(seconds)"

        case .created(let room, let number): "created:\(room.text):\(number.value)"
        case .roomExists(let room): "exists:\(room.text)"
        case .joined(let room, let number, let admin, let members):
            "joined:\(room.text):\(number.value):\(admin.orDash):"
                + members.map(\.text).joined(separator: ",")
        case .roomIsFull(let room): "full:\(room.text)"
        case .left(let room): "left:\(room.text)"
        case .kicked(let room, let user): "kicked:\(room.text):\(user.text)"
        case .closed(let room): "closed:\(room.text)"
        case .rooms(let count): "rooms:\(count)"
        case .room(let room): room.text
        case .members(let count): "members:\(count)"
        case .member(let name, let isAdmin, let isAway):
            name.text + (isAdmin ? " (admin)" : "") + (isAway ? " (away)" : "")

        case .history(let count): "history:\(count)"
        case .inbox(let count): "inbox:\(count)"
        case .unread(let whose, let count, let newest):
            "\(whose.text) \(count) \(newest.dateAndTime)"
        case .search(let count): "search:\(count)"
        case .indexing: "indexing"
        case .live(let isOn): isOn ? "live:on" : "live:off"
        case .talk(let to): "talk:\(to.text)"
        case .talkOff: "talk:off"
        case .changed: "changed"

        case .unknownCommand(let word): "error:command:\(word)"
        case .badArguments(let word): "error:args:\(word.rawValue)"
        case .noSuchRoom(let room): "error:room:\(room)"
        case .denied(let word): "error:denied:\(word.rawValue)"
        case .tooManyRooms: "error:limit:create"
        case .tooManyBroadcasts: "error:limit:broadcast"
        case .storage(let word): "error:storage:\(word.rawValue)"
        case .registerStorage: "error:storage:register"
        case .help, .message: preconditionFailure("\(self) is more than a line")
        }
    }
}

extension RoomLine {
    /// `#room <number> <members>/<limit or -> <admin> <lifetime>`
    fileprivate var text: String {
        "\(name.text) \(number.value) \(members)/\(limit.map { "\($0)" } ?? "-")"
            + " \(admin.orDash) \(lifetime.rawValue)"
    }
}

extension Username? {
    fileprivate var orDash: String { self?.text ?? "-" }
}

extension Message {
    /// `[MM-DD-YYTHH:MM:SS] <from>: <text>`, with the room behind the name when there is one. Made
    /// of stored fields alone, so that it is the same whenever it is shown.
    package func append(to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + text.bytes.count + 64)
        at.appendStamp(to: &bytes)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: from.text.utf8)
        if let room {
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: room.text.utf8)
        }
        bytes.append(contentsOf: ": ".utf8)
        bytes.append(contentsOf: text.bytes)
    }
}
