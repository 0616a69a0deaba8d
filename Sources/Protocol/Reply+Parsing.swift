// Replies read from text, for the client's end. What `Reply+Text.swift` writes is the same again
// here; a line that no reply is written as is nil, and whoever reads shows it as it is.

extension Reply {
    /// What a line of the server is read as. The same bytes say different things at different
    /// times: `60` is the length of a block to somebody who signs in, and may be a person in the
    /// answer to `who`.
    package enum Phase: Hashable, Sendable {
        /// Up to the welcome.
        case signingIn
        /// The first line after a command.
        case answering
        /// The first line after `who` or `last`.
        case listing
        /// The first line after a line that was said in talk mode.
        case talking
        /// A line of the list that the reply to this command has announced.
        case listed(by: CommandWord)
        /// What follows the first line and its list, up to `DONE`.
        case reading
    }

    /// Reads one line, without its end. Of a list it is the first; `listLength` says how many
    /// follow.
    package init?(_ line: [UInt8], during phase: Phase) {
        guard line.isUTF8 else { return nil }
        let reply =
            switch phase {
            case .signingIn: Self.signingIn(line)
            case .answering: Self.answer(line)
            case .listing: Self.names(line).map(Reply.names) ?? Self.answer(line)
            case .talking: line.elementsEqual("talk:off".utf8) ? .talkOff : Self.answer(line)
            case .listed(let word): Self.row(line, of: word)
            case .reading: Self.mail(line)
            }
        guard let reply = reply ?? line.number(after: "timeout:").map(Reply.timeout) else {
            return nil
        }
        self = reply
    }

    /// How many lines a reply announces that come before the mail.
    package static func listLength(announcedBy line: [UInt8]) -> Int? {
        let lists: [CommandWord] = [.help, .rooms, .members, .history, .inbox, .search]
        return lists.lazy.compactMap { line.number(after: $0.rawValue + ":") }.first.map { Int($0) }
    }

    private static func signingIn(_ line: [UInt8]) -> Reply? {
        switch String(decoding: line, as: UTF8.self) {
        case "password": .password
        case "register": .register
        case "username": .username
        case "registered": .registered
        case "exists": .exists
        case "welcome": .welcome
        case "connected": .connected
        case "error:busy": .busy
        case "error:denied:login": .insecure
        case "error:storage:register": .registerStorage
        default:
            line.number(after: "blocked:").map(Reply.blocked)
                ?? line.number(after: "").map(Reply.blockLength)
        }
    }

    private static func answer(_ line: [UInt8]) -> Reply? {
        switch String(decoding: line, as: UTF8.self) {
        case "sent:": return .sent
        case "fetching": return .fetching
        case "goodbye": return .goodbye
        case "username": return .username
        case "password": return .password
        case "changed": return .changed
        case "live:on": return .live(true)
        case "live:off": return .live(false)
        case "error:busy": return .busy
        case "error:limit:create": return .tooManyRooms
        case "error:limit:broadcast": return .tooManyBroadcasts
        default: break
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let rest = line[(colon + 1)...]
        switch line[..<colon].text {
        case "send": return .nobody(rest.parts(between: UInt8(ascii: ",")).map(\.text))
        case "full":
            return RoomName(rest.text).map(Reply.roomIsFull)
                ?? names(rest, separator: UInt8(ascii: ",")).map(Reply.full)
        case "talk": return Recipient(rest).somebody.map(Reply.talk)
        case "help": return rest.plainNumber.map { _ in .help }
        case "rooms": return rest.plainNumber.map { .rooms(count: Int($0)) }
        case "members": return rest.plainNumber.map { .members(count: Int($0)) }
        case "history": return rest.plainNumber.map { .history(count: Int($0)) }
        case "inbox": return rest.plainNumber.map { .inbox(count: Int($0)) }
        case "search": return rest.plainNumber.map { .search(count: Int($0)) }
        default: return refusal(line) ?? aboutRoom(line)
        }
    }

    private static func refusal(_ line: [UInt8]) -> Reply? {
        if let word = line.rest(after: "error:command:") { return .unknownCommand(word.text) }
        if let word = line.rest(after: "error:args:") {
            return CommandWord(word).map(Reply.badArguments)
        }
        if let room = line.rest(after: "error:room:") {
            return RoomReference(room).map { _ in .noSuchRoom(room.text) }
        }
        if let word = line.rest(after: "error:denied:") {
            return CommandWord(word).map(Reply.denied)
        }
        if let word = line.rest(after: "error:storage:") {
            return CommandWord(word).map(Reply.storage)
        }
        return nil
    }

    /// `<what happened>:#room`, and what there is to say of it.
    private static func aboutRoom(_ line: [UInt8]) -> Reply? {
        let parts = line[...].parts(between: UInt8(ascii: ":"))
        guard parts.count > 1, let room = RoomName(parts[1].text) else { return nil }
        switch (parts[0].text, parts.count) {
        case ("exists", 2): return .roomExists(room)
        case ("left", 2): return .left(room)
        case ("closed", 2): return .closed(room)
        case ("kicked", 3): return Username(older: parts[2].text).map { .kicked(room, $0) }
        case ("created", 3): return RoomNumber(parts[2]).map { .created(room, $0) }
        case ("joined", 5):
            guard let number = RoomNumber(parts[2]), let admin = parts[3].admin,
                let members = names(parts[4], separator: UInt8(ascii: ","))
            else { return nil }
            return .joined(room, number, admin: admin, members: members)
        default: return nil
        }
    }

    private static func mail(_ line: [UInt8]) -> Reply? {
        line == Array("DONE".utf8) ? .done : Message(line).map(Reply.message)
    }

    private static func names(_ line: [UInt8]) -> [Username]? {
        line.isEmpty ? [] : names(line[...], separator: UInt8(ascii: " "))
    }

    /// At least one. Nil when one of them is no name.
    private static func names(_ list: ArraySlice<UInt8>, separator: UInt8) -> [Username]? {
        var names: [Username] = []
        for part in list.parts(between: separator) {
            guard let name = Username(older: part.text) else { return nil }
            names.append(name)
        }
        return names
    }
}

extension [UInt8] {
    fileprivate func rest(after beginning: String) -> ArraySlice<UInt8>? {
        starts(with: beginning.utf8) ? dropFirst(beginning.utf8.count) : nil
    }

    fileprivate func number(after beginning: String) -> Int64? {
        rest(after: beginning)?.plainNumber
    }
}

extension Recipient {
    /// Nil when nobody can be called so.
    var somebody: Recipient? {
        if case .nobody = self { nil } else { self }
    }
}

extension RoomNumber {
    init?(_ digits: ArraySlice<UInt8>) {
        guard let number = digits.plainNumber, let value = UInt32(exactly: number) else {
            return nil
        }
        self.init(value)
    }
}

extension ArraySlice<UInt8> {
    var text: String { String(decoding: self, as: UTF8.self) }

    /// `-` is a room without one. Nil when it is nobody's name either.
    var admin: Username?? {
        elementsEqual("-".utf8) ? .some(nil) : Username(older: text).map { .some($0) }
    }

    /// A number as the server writes it: digits, and none too many.
    var plainNumber: Int64? {
        guard (1...18).contains(count), count == 1 || first != UInt8(ascii: "0") else {
            return nil
        }
        return number
    }

    /// At most 18 digits and nothing else.
    var number: Int64? {
        guard !isEmpty, allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// All of them, empty ones too.
    func parts(between separator: UInt8) -> [ArraySlice<UInt8>] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
