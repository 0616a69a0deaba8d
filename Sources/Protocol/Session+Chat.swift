// The transitions of a session from the welcome to the goodbye.
//
// Every exchange has one order: the reply, what waits, `DONE`.

extension Session {
    mutating func obey(_ line: Line) -> [Effect] {
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
        case .who: return become(.working, [.ask(.online)])
        case .last(let minutes): return become(.working, [.ask(.active(minutes: minutes))])
        case .post(let draft): return become(.working, [.post(draft)])
        case .fetch: return reply(.fetching)
        case .help: return reply(.help)
        case .logout: return leave([.say(.goodbye), .depart, .hangUp])
        }
    }

    mutating func answer(_ reply: Reply) -> [Effect] {
        self.reply(reply)
    }

    mutating func readOut(_ messages: [Message], isLast: Bool, at now: Instant) -> [Effect] {
        let shown = messages.map { Effect.say(.message($0)) }
        guard isLast else { return become(.reading, shown + [.collect]) }
        return becomeChatting(shown + [.say(.done)], at: now)
    }

    private mutating func reply(_ reply: Reply) -> [Effect] {
        become(.reading, [.say(reply), .collect])
    }
}
