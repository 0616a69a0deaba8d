// What `help` explains: one line for each way to say something.

extension CommandWord {
    /// How it is written, and what it does.
    package var explanations: [(usage: String, meaning: String)] {
        switch self {
        case .who:
            [("who", "who is online")]
        case .last:
            [("last <minutes>", "who is online, or was within so many minutes")]
        case .send:
            [
                ("send <to> <message>", "a message to a user, here or away, or a room"),
                ("send (<to> … <to>) <message>", "the same message to several"),
            ]
        case .broadcast:
            [("broadcast <message>", "a message to everybody who has an account")]
        case .fetch:
            [("fetch", "what waits for you; an empty line does too")]

        case .create:
            [
                ("create #room [limit]", "a room for so many; it ends when you leave"),
                ("create #room [limit] empty", "it ends when the last one leaves"),
                ("create #room [limit] forever", "it ends when it is closed"),
            ]
        case .join:
            [("join <#room or number>", "go inside")]
        case .leave:
            [("leave #room", "go out")]
        case .rooms:
            [("rooms", "all rooms: number, members, admin, lifetime")]
        case .members:
            [("members #room", "who is inside")]
        case .kick:
            [("kick #room <user>", "put somebody out, as its admin")]
        case .close:
            [("close #room", "end it, as its admin")]

        case .history:
            [("history <user or #room> [count]", "what was said last; 20 lines, or so many")]
        case .inbox:
            [("inbox", "how much waits for you, and from whom")]
        case .search:
            [("search <words>", "messages with all these words")]
        case .live:
            [
                ("live", "messages come at once"),
                ("live off", "messages come with the next command"),
            ]
        case .talk:
            [("talk <user or #room>", "every line is a message, up to the line --")]

        case .switch:
            [("switch", "sign in with another name")]
        case .passwd:
            [("passwd", "three lines: the old password, twice the new")]
        case .logout:
            [("logout", "goodbye; what you were shown counts as read")]
        case .help:
            [("help", "these lines")]
        }
    }

    /// The lines of the answer to `help`, in columns.
    package static let helpLines: [String] = {
        let rows = allCases.flatMap(\.explanations)
        let width = rows.map(\.usage.count).max() ?? 0
        return rows.map { row in
            row.usage + String(repeating: " ", count: width - row.usage.count + 2) + row.meaning
        }
    }()
}
