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
                ("send <user> <message>", "a message to one person, who may be away"),
                ("send (<user> … <user>) <message>", "the same message to several"),
            ]
        case .broadcast:
            [("broadcast <message>", "a message to everybody who has an account")]
        case .fetch:
            [("fetch", "what waits for you; an empty line does too")]
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
