// What a line asks for, as the reference reads it: before the welcome, and after.

import Protocol

/// A line of somebody who is signed in.
enum Order: Hashable, Sendable {
    case who
    case last
    case post(Int)
    case fetch
    case help
    case logout

    case create(String, limit: Int?, Lifetime)
    /// By its name or its number.
    case join(String)
    case leave(String)
    case kick(String, String)
    case close(String)
    case rooms
    case members(String)

    case history(String, count: Int)
    case inbox
    case search(String)
    case live(Bool)
    case talk(String)
    case talkOff
    case `switch`
    case passwd
    /// The lines that follow `passwd`.
    case password(old: [UInt8], new: [UInt8], again: [UInt8])

    /// Has this answer, whatever else is the case.
    case fault(String)

    private static let words = [
        "who", "last", "send", "broadcast", "fetch", "logout", "help", "create", "join", "leave",
        "kick", "close", "rooms", "members", "history", "inbox", "search", "live", "talk", "switch",
        "passwd",
    ]

    init(_ line: Conversation.Said) {
        let start = line.text.drop(while: \.isBlank)
        let wordBytes = start.prefix { !$0.isBlank }
        let word = String(decoding: wordBytes, as: UTF8.self)
        let rest = start.dropFirst(wordBytes.count).drop(while: \.isBlank)

        guard line.isReadable else {
            self =
                line.order
                ?? (Self.words.contains(word)
                    ? .fault("error:args:\(word)") : .fault("error:command:"))
            return
        }
        if let order = line.post.map(Order.post) ?? line.order {
            self = order
            return
        }
        switch word {
        case "" where rest.isEmpty: self = .fetch
        case "who" where rest.isEmpty: self = .who
        case "fetch" where rest.isEmpty: self = .fetch
        case "help" where rest.isEmpty: self = .help
        case "logout" where rest.isEmpty: self = .logout
        case "last" where Self.isMinutes(rest): self = .last
        case _ where Self.words.contains(word): self = .fault("error:args:\(word)")
        default: self = .fault("error:command:" + word.prefix(32))
        }
    }

    private static func isMinutes(_ text: ArraySlice<UInt8>) -> Bool {
        let digits = text.prefix { !$0.isBlank }
        return (1...9).contains(digits.count)
            && digits.allSatisfy { (0x30...0x39).contains($0) }
            && text.dropFirst(digits.count).allSatisfy(\.isBlank)
    }

    /// By its form; what stands in it is looked at by whoever knows what is true.
    func mayBeAnswered(_ text: String) -> Bool {
        switch self {
        case .fault(let answer): text == answer
        case .fetch: text == "fetching"
        case .logout: text == "goodbye"
        case .help: text.hasPrefix("help:")
        case .who, .last: !text.contains(":")
        case .post:
            text == "sent:" || text == "error:denied:send"
                || ["send:", "full:", "error:storage:", "error:room:"].contains {
                    text.hasPrefix($0)
                }
        case .create: isAnswer(text, "created:", "exists:", "create")
        case .join: isAnswer(text, "joined:", "full:", "join")
        case .leave: isAnswer(text, "left:", nil, "leave")
        case .kick: isAnswer(text, "kicked:", "error:args:kick", "kick")
        case .close: isAnswer(text, "closed:", nil, "close")
        case .rooms: text.hasPrefix("rooms:")
        case .members: isAnswer(text, "members:", nil, "members")
        case .history: isAnswer(text, "history:", "send:", "history")
        case .inbox: isAnswer(text, "inbox:", nil, "inbox")
        case .search: isAnswer(text, "search:", nil, "search")
        case .live(let isOn): text == (isOn ? "live:on" : "live:off")
        case .talk(let to): text == "talk:\(to)" || isAnswer(text, "send:", nil, "talk")
        case .talkOff: text == "talk:off"
        case .switch: text == "username"
        case .passwd: text == "password"
        case .password: isAnswer(text, "changed", "error:busy", "passwd")
        }
    }

    /// Yes, a refusal of its own, or one that every word has.
    private func isAnswer(_ text: String, _ yes: String, _ no: String?, _ word: String) -> Bool {
        text.hasPrefix(yes) || no.map(text.hasPrefix) == true || text.hasPrefix("error:room:")
            || ["denied", "limit", "storage", "args"].contains { text == "error:\($0):\(word)" }
    }

    /// The word under which it is told how many lines follow.
    var list: String? {
        switch self {
        case .help: "help"
        case .rooms: "rooms"
        case .members: "members"
        case .history: "history"
        case .inbox: "inbox"
        case .search: "search"
        default: nil
        }
    }
}

/// A line of somebody who is not.
enum Entrance: Sendable {
    case name(String)
    case impossibleName
    case login(String, password: [UInt8])
    case new(String, password: [UInt8])
    case impossibleNew
    case unreadable

    init(_ line: Conversation.Said) {
        guard line.isReadable else {
            self = .unreadable
            return
        }
        let start = line.text.drop(while: \.isBlank)
        let word = start.prefix { !$0.isBlank }
        let rest = start.dropFirst(word.count).drop(while: \.isBlank)
        let verb = String(decoding: word, as: UTF8.self)
        guard word.count < start.count, verb == "login" || verb == "new" else {
            let name = String(decoding: line.text, as: UTF8.self)
            self = Self.isPossible(name) ? .name(name) : .impossibleName
            return
        }
        let name = String(decoding: rest.prefix { !$0.isBlank }, as: UTF8.self)
        let password = Array(rest.dropFirst(name.utf8.count + 1))
        switch verb {
        case "login":
            self = Self.isPossible(name) ? .login(name, password: password) : .impossibleName
        default:
            self =
                Self.isPossible(name) && !password.isEmpty
                ? .new(name, password: password) : .impossibleNew
        }
    }

    /// Anything that can be mistaken for nothing else in a line; whether it may be registered the
    /// server says.
    private static func isPossible(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count)
            && name.utf8.allSatisfy { (0x21...0x7e).contains($0) && !separators.contains($0) }
            && !reserved.contains(name.lowercased())
    }

    private static let separators = Array(",:()#".utf8)
    private static let reserved = [
        "done", "password", "username", "register", "registered", "connected", "blocked",
        "timeout", "welcome", "goodbye", "server", "admin", "all", "everyone", "new", "login",
    ]
}
