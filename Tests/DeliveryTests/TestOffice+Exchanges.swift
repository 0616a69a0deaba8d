import Protocol

@testable import Delivery

// Whole exchanges, in the words of the wire.

extension TestOffice {
    /// What somebody types, and all they are told up to `DONE`, messages without their time. In
    /// talk mode `--` ends it; all else is typed as if there were no such mode.
    mutating func exchange(_ session: SessionID, _ text: String) -> [String] {
        line(session)
        let reply = reply(session, to: text)
        return [reply] + flush(session)
    }

    /// The same, of which only the reply is of interest.
    @discardableResult
    mutating func reply(_ session: SessionID, to text: String) -> String {
        _ = heard(session)
        hand(session, text)
        var events = heard(session).filter { $0 != .mailArrived }
        while events.isEmpty {
            precondition(!orders.isEmpty || hasReads, "nothing came of \(text)")
            commit()
            giveMail()
            events = heard(session).filter { $0 != .mailArrived }
        }
        guard case .answer(let reply) = events[0], events.count == 1 else {
            preconditionFailure("\(events) for \(text)")
        }
        return reply.text
    }

    /// Typed; what becomes of it is not awaited.
    mutating func hand(_ session: SessionID, _ text: String) {
        perform { office, now in
            if text == "--" {
                office.endTalk(session)
                return [.tell(session, .answer(.talkOff))]
            }
            guard let command = try? Command(Array(text.utf8)) else {
                preconditionFailure("\(text) is no command")
            }
            switch command {
            case .who: return office.ask(session, .online, at: now)
            case .last(let minutes):
                return office.ask(session, .active(minutes: minutes), at: now)
            case .post(let draft): return office.post(session, draft, at: now)
            case .fetch: return [.tell(session, .answer(.fetching))]
            case .create(let room, let limit, let lifetime):
                return office.act(session, .create(room, limit: limit, lifetime), at: now)
            case .join(let room): return office.act(session, .join(room), at: now)
            case .leave(let room): return office.act(session, .leave(room), at: now)
            case .kick(let room, let whom): return office.act(session, .kick(room, whom), at: now)
            case .close(let room): return office.act(session, .close(room), at: now)
            case .rooms: return office.ask(session, .rooms, at: now)
            case .members(let room): return office.ask(session, .members(room), at: now)
            case .history(let whose, let count):
                return office.ask(session, .history(whose, count: count), at: now)
            case .inbox: return office.ask(session, .inbox, at: now)
            case .search(let words): return office.ask(session, .search(words), at: now)
            case .talk(let to): return office.ask(session, .talk(to), at: now)
            case .live(let isOn):
                office.live(session, isOn)
                return [.tell(session, .answer(.live(isOn)))]
            case .switch, .passwd, .logout, .help:
                preconditionFailure("\(text) is no exchange")
            }
        }
    }

    /// Signed in, with all that waited told.
    mutating func enter(_ name: String) -> SessionID {
        let session = signIn(name)
        _ = flush(session)
        return session
    }

    /// Mail that is told at once, if any was announced. Nil when none was.
    mutating func push(_ session: SessionID, inputWaiting: Bool = false) -> [String]? {
        ring()
        guard heard(session).contains(.mailArrived) else { return nil }
        return flush(session, inputWaiting: inputWaiting)
    }

    /// Whether nothing is on its way but who has read what, and who is there.
    var changesNothing: Bool {
        orders.allSatisfy {
            switch $0.entry {
            case .read, .readApart, .active: true
            case .letter, .opened, .ended, .roomOpened, .roomChanged, .refusals: false
            }
        }
    }

    /// The word that an entry was handed in with.
    func word(_ entry: Entry) -> String {
        switch entry {
        case .letter(let letter):
            if case .everyone = letter.to { "broadcast" } else { "send" }
        case .roomOpened: "create"
        case .roomChanged(let change):
            switch change.kind {
            case .joined: "join"
            case .left: "leave"
            case .kicked: "kick"
            case .closed: "close"
            case .leads: "nothing"
            }
        case .read, .readApart, .active, .opened, .ended, .refusals: "nothing"
        }
    }

    /// The open rooms, each as `rooms` shows it, with those inside as they came.
    var houses: [String] {
        office.rooms.allOpen.map { room in
            let inside = office.everybody(in: room).map { office[$0].name.text }
            return Reply.room(office.line(for: room)).text + " " + inside.joined(separator: ",")
        }
    }

    /// What was kept of rooms since the log was so long.
    func changes(since count: Int) -> [String] {
        log.dropFirst(count).compactMap { entry in
            guard case .roomChanged(let change) = entry else { return nil }
            let name = office[change.account].name.text
            return "\(change.kind.rawValue) \(name) \(office.rooms[change.room].name.text)"
        }
    }
}

extension Reply {
    /// As it is said, but for the time of a message.
    var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        let line = String(decoding: bytes.dropLast(), as: UTF8.self)
        if case .message = self { return String(line.drop { $0 != "]" }.dropFirst(2)) }
        return line
    }
}
