// What a server said to one connection, held against the order that every conversation has: signing
// in; then a reply, its list, what waits, and `DONE`, over and over, with mail that is told at once
// between them; and nothing behind the last word.
import Protocol

struct Hearing {
    private enum State {
        case signingIn
        /// A reply may come, or the last word.
        case idle
        /// So many more lines of a list.
        case list(of: CommandWord, rest: Int)
        /// Mail may come, or `DONE`.
        case mail
        case over
    }

    private var state = State.signingIn
    private(set) var flushes = 0

    /// All of it, in the order in which it was heard. It may break off anywhere.
    static func hold(_ life: FuzzedServer.Life) throws(Broken) {
        var hearing = Hearing()
        var rest = life.heard[...]
        while let first = rest.first {
            if first == 255 {
                try holdRefusal(rest.prefix(3))
                rest = rest.dropFirst(3)
            } else {
                guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { break }
                try hearing.hear(Array(rest[..<end]))
                rest = rest[(end + 1)...]
            }
        }
        let lines = life.said.count { $0 == UInt8(ascii: "\n") }
        try Fuzzing.hold(
            hearing.flushes <= lines, "\(hearing.flushes) flushes for \(lines) lines")
    }

    /// Telnet's, between two lines.
    private static func holdRefusal(_ bytes: ArraySlice<UInt8>) throws(Broken) {
        let verb = bytes.dropFirst().first
        try Fuzzing.hold(
            verb == nil || verb == 252 || verb == 254, "telnet hears \(Array(bytes))")
    }

    private mutating func hear(_ line: [UInt8]) throws(Broken) {
        try holdHarmless(line, "a line")
        if case .list(let word, let rest) = state {
            try Fuzzing.hold(
                word == .help || Reply(line, during: .listed(by: word)) != nil,
                "\(String(decoding: line, as: UTF8.self)) is a line of \(word)")
            state = rest > 1 ? .list(of: word, rest: rest - 1) : .mail
            return
        }
        // Mail that is told at once.
        if case .idle = state, case .message = Reply(line, during: .reading) { return }
        guard let phase, let reply = Reply(line, during: phase) else {
            throw Broken("\(String(decoding: line, as: UTF8.self)) is said in \(state)")
        }
        state = try state(after: reply, line)
    }

    private var phase: Reply.Phase? {
        switch state {
        case .signingIn: .signingIn
        case .idle: .listing
        case .mail: .reading
        case .list, .over: nil
        }
    }

    private mutating func state(after reply: Reply, _ line: [UInt8]) throws(Broken) -> State {
        switch reply {
        case .timeout:
            if case .mail = state { throw Broken("a timeout among the mail") }
            return .over
        case .goodbye, .blocked, .blockLength:
            return .over
        case .help: return list(of: .help, line)
        case .rooms: return list(of: .rooms, line)
        case .members: return list(of: .members, line)
        case .history: return list(of: .history, line)
        case .inbox: return list(of: .inbox, line)
        case .search: return list(of: .search, line)
        case .done:
            flushes += 1
            return .idle
        case .welcome, .message:
            return .mail
        case .password, .busy:
            // To `passwd`: three lines that have no answer of their own, and then theirs.
            guard case .idle = state else { return .signingIn }
            return reply == .password ? .idle : .mail
        case .names, .sent, .nobody, .full, .fetching, .created, .roomExists, .joined, .roomIsFull,
            .left, .kicked, .closed, .live, .talk, .talkOff, .changed, .unknownCommand,
            .badArguments, .noSuchRoom, .denied, .tooManyRooms,
            .tooManyBroadcasts, .storage:
            return .mail
        case .register, .username, .registered, .exists, .connected, .insecure, .registerStorage:
            return .signingIn
        case .room, .member, .unread, .indexing:
            throw Broken("\(reply) outside of its list")
        }
    }

    private func list(of word: CommandWord, _ line: [UInt8]) -> State {
        let length = Reply.listLength(announcedBy: line) ?? 0
        return length > 0 ? .list(of: word, rest: length) : .mail
    }
}
