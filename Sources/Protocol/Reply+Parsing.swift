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
        /// What follows the first line, up to `DONE`.
        case reading
    }

    /// Reads one line, without its end. Of `help` it is the first; `listLength` says how many
    /// follow.
    package init?(_ line: [UInt8], during phase: Phase) {
        guard line.isUTF8 else { return nil }
        let reply =
            switch phase {
            case .signingIn: Self.signingIn(line)
            case .answering: Self.answer(line)
            case .listing: Self.names(line).map(Reply.names) ?? Self.answer(line)
            case .reading: Self.mail(line)
            }
        guard let reply = reply ?? line.number(after: "timeout:").map(Reply.timeout) else {
            return nil
        }
        self = reply
    }

    /// How many lines a reply announces that come before the mail.
    package static func listLength(announcedBy line: [UInt8]) -> Int? {
        line.number(after: "help:").map { Int($0) }
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
        case _ where listLength(announcedBy: line) != nil: return .help
        default: break
        }
        if let names = line.rest(after: "send:") {
            return .nobody(names.parts(between: UInt8(ascii: ",")).map(\.text))
        }
        if let names = line.rest(after: "full:") {
            return Self.names(names, separator: UInt8(ascii: ",")).map(Reply.full)
        }
        if let word = line.rest(after: "error:command:") { return .unknownCommand(word.text) }
        if let word = line.rest(after: "error:args:") {
            return CommandWord(word).map(Reply.badArguments)
        }
        if let room = line.rest(after: "error:room:") {
            return RoomName(room.text).map(Reply.noSuchRoom)
        }
        if let word = line.rest(after: "error:storage:") {
            return CommandWord(word).map(Reply.storage)
        }
        return nil
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

    /// A number as the server writes it: digits, and none too many.
    fileprivate func number(after beginning: String) -> Int64? {
        guard let digits = rest(after: beginning), (1...18).contains(digits.count),
            digits.count == 1 || digits.first != UInt8(ascii: "0")
        else { return nil }
        return digits.number
    }
}

extension ArraySlice<UInt8> {
    var text: String { String(decoding: self, as: UTF8.self) }

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
