// The transitions of a session from the welcome to the goodbye.
//
// Every exchange has one order: the reply, what waits, `DONE`.

extension Session {
    mutating func obey(_ line: Line, at now: Instant) -> [Effect] {
        let command: Command
        switch line {
        case .unreadable(let beginning):
            return reply(Command.fault(ofLineBeginning: beginning).reply)
        case .text(let bytes):
            do throws(ProtocolFault) {
                command = try Command(bytes)
            } catch {
                return reply(error.reply)
            }
        }

        switch command {
        case .who: return work(.ask(.online))
        case .last(let minutes): return work(.ask(.active(minutes: minutes)))
        case .post(let draft): return work(.post(draft))
        case .fetch: return reply(.fetching)
        case .help: return reply(.help)
        case .logout: return leave([.say(.goodbye), .depart, .hangUp])

        case .create(let room, let limit, let lifetime):
            return work(.act(.create(room, limit: limit, lifetime)))
        case .join(let room): return work(.act(.join(room)))
        case .leave(let room): return work(.act(.leave(room)))
        case .kick(let room, let whom): return work(.act(.kick(room, whom)))
        case .close(let room): return work(.act(.close(room)))
        case .rooms: return work(.ask(.rooms))
        case .members(let room): return work(.ask(.members(room)))

        case .history(let whose, let count): return work(.ask(.history(whose, count: count)))
        case .inbox: return work(.ask(.inbox))
        case .search(let words): return work(.ask(.search(words)))
        case .live(let isOn): return setLive(isOn)
        case .talk(let to): return work(.ask(.talk(to)))

        case .switch: return signOut(at: now)
        case .passwd: return beginChange(at: now)
        }
    }

    mutating func answer(_ reply: Reply) -> [Effect] {
        if case .talk(let to) = reply { partner = to }
        return self.reply(reply)
    }

    /// What the reply has announced.
    mutating func readOut(_ list: [Reply]) -> [Effect] {
        list.map(Effect.say) + [.collect]
    }

    mutating func readOut(_ messages: [Message], isLast: Bool, at now: Instant) -> [Effect] {
        let shown = messages.map { Effect.say(.message($0)) }
        guard isLast else { return become(.reading, shown + [.collect]) }
        return becomeListener(.chatting, shown + [.say(.done)], silenceEnd: now + idleLimit)
    }

    mutating func work(_ effect: Effect) -> [Effect] {
        become(.working, [effect])
    }

    /// The beginning of the end of every exchange; what else the reply means comes between.
    mutating func reply(_ reply: Reply, _ effects: Effect...) -> [Effect] {
        become(.reading, [.say(reply)] + effects + [.collect])
    }

    /// As after the goodbye, but the connection stays and has the time of a new one.
    private mutating func signOut(at now: Instant) -> [Effect] {
        isLive = false
        greetingEnd = now + greetingLimit
        return becomeGuest(.greeting, [.say(.username), .signOut])
    }
}
