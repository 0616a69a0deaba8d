// The lines of lists read from text, for the client's end.

extension Reply {
    /// A line of the list that the reply to this command has announced. The lines of `help` are no
    /// replies.
    static func row(_ line: [UInt8], of list: CommandWord) -> Reply? {
        switch list {
        case .rooms: RoomLine(line).map(Reply.room)
        case .members: member(line)
        case .inbox: unread(line)
        case .history: Message(line).map(Reply.message)
        case .search:
            line.elementsEqual("indexing".utf8) ? .indexing : Message(line).map(Reply.message)
        case .who, .last, .send, .broadcast, .fetch, .create, .join, .leave, .kick, .close, .live,
            .talk, .switch, .passwd, .logout, .help:
            nil
        }
    }

    /// `<name>`, ` (admin)` and ` (away)`.
    private static func member(_ line: [UInt8]) -> Reply? {
        var rest = line[...]
        let isAway = rest.removeEnd(" (away)")
        let isAdmin = rest.removeEnd(" (admin)")
        return Username(older: rest.text).map { .member($0, isAdmin: isAdmin, isAway: isAway) }
    }

    /// `<user or #room> <unread> <MM-DD-YYTHH:MM:SS>`
    private static func unread(_ line: [UInt8]) -> Reply? {
        let words = line[...].parts(between: UInt8(ascii: " "))
        guard words.count == 3, let whose = Recipient(words[0]).somebody,
            let count = words[1].plainNumber, let newest = WallTime(dateAndTime: words[2])
        else { return nil }
        return .unread(of: whose, count: Int(count), newest: newest)
    }
}

extension RoomLine {
    /// `#room <number> <members>/<limit or -> <admin> <lifetime>`
    fileprivate init?(_ line: [UInt8]) {
        let words = line[...].parts(between: UInt8(ascii: " "))
        guard words.count == 5, let name = RoomName(words[0].text),
            let number = RoomNumber(words[1]), let admin = words[3].admin,
            let lifetime = Lifetime(rawValue: words[4].text)
        else { return nil }

        let sizes = words[2].parts(between: UInt8(ascii: "/"))
        guard sizes.count == 2, let members = sizes[0].plainNumber else { return nil }
        let limit = sizes[1].plainNumber
        guard limit != nil || sizes[1].elementsEqual("-".utf8) else { return nil }
        self.init(
            name: name, number: number, members: Int(members), limit: limit.map { Int($0) },
            admin: admin, lifetime: lifetime)
    }
}

extension ArraySlice<UInt8> {
    /// Whether it was there.
    fileprivate mutating func removeEnd(_ end: String) -> Bool {
        guard suffix(end.utf8.count).elementsEqual(end.utf8) else { return false }
        removeLast(end.utf8.count)
        return true
    }
}
