// What the programs say, and when.

import Protocol

extension World {
    /// Nobody waits for longer than this for an answer, whatever happens to server and network.
    private static let longestWait = Duration.seconds(7_200)

    /// What comes next, if anything does.
    func proceed(_ client: Int) throws(Violation) {
        defer { wake(client: client, in: 60_000_000...60_000_000) }
        try checkLiveness(client)
        if let since = clients[client].waitsSince, now - since > Self.longestWait,
            clients[client].state == .alive, !links[client].isSevered
        {
            throw Violation(.stuck, "client \(client) waits for an answer")
        }
        guard clients[client].state == .alive, clients[client].unsent.isEmpty,
            clients[client].isAnswered, hasThought(client)
        else { return }

        switch clients[client].habits.manner {
        case .lockstep: converse(client)
        case .guessing: converse(client)
        case .pipelining: hurry(client)
        case .halfClosing: sayEverything(client)
        case .waiting: sayEverything(client)
        case .babbling: babble(client)
        case .flooding: flood(client)
        case .pestering: pester(client)
        case .silent: fallSilent(client)
        }
    }

    private func hasThought(_ client: Int) -> Bool {
        if let until = clients[client].thinksUntil {
            if until > now { return false }
            clients[client].thinksUntil = nil
            return true
        }
        let thinking = clients[client].isInspector ? 10...1_000 : conditions.thinking
        let until = now + clients[client].chance.delay(thinking)
        clients[client].thinksUntil = until
        clients[client].wakesAt = until
        agenda.plan(.clientWakes(client), at: until)
        return false
    }

    // MARK: One line at a time

    private func converse(_ client: Int) {
        let name = clients[client].name
        switch clients[client].talk.stage {
        case .greeting:
            clients[client].tries += 1
            if clients[client].tries > 6, !clients[client].isInspector { return leave(client) }
            if clients[client].chance.oneIn(10) { say([], by: client) }
            enter(client)
        case .offering(let offered):
            let wants = offered == name && clients[client].habits.manner == .lockstep
            say(wants ? [UInt8(ascii: "y")] : Array("no".utf8), by: client)
        case .choosing, .confirming:
            say(password(client), by: client)
        case .proving:
            if clients[client].chance.oneIn(10) { say([], by: client) }
            say(password(client), by: client)
        case .chatting where clients[client].talk.partner != nil:
            talk(client)
        case .changing:
            say(clients[client].passwordLines.popLast() ?? [], by: client)
        case .chatting:
            clients[client].isInspector ? lookInside(client) : chat(client)
        case .entering, .over:
            break
        }
        clients[client].messagesThisTime = 0
    }

    private func enter(_ client: Int) {
        let name = clients[client].name
        if clients[client].chance.oneIn(2) {
            say(Array(name.utf8), by: client)
        } else {
            let verb = file.holds(name) ? "login" : "new"
            say(Array("\(verb) \(name) ".utf8) + password(client), by: client)
        }
    }

    private func password(_ client: Int) -> [UInt8] {
        let isWrong =
            clients[client].habits.manner == .guessing
            || (!clients[client].isInspector
                && clients[client].chance.oneIn(conditions.wrongPasswordOneIn))
        return isWrong
            ? Array("guess \(clients[client].chance.below(1_000))".utf8) : clients[client].password
    }

    private func chat(_ client: Int) {
        clients[client].patience -= 1
        if clients[client].patience < 0 || phase != .busy {
            if clients[client].chance.oneIn(10) { return leave(client) }
            return say(Array("logout".utf8), by: client)
        }
        order(client)
    }

    /// Until nothing comes any more.
    private func lookInside(_ client: Int) {
        let word = clients[client].messagesThisTime > 0 ? "fetch" : "logout"
        say(Array(word.utf8), by: client)
    }

    // MARK: Several at once

    private func hurry(_ client: Int) {
        if phase != .busy || clients[client].patience < 0 || clients[client].tries > 4 {
            return leave(client)
        }
        if clients[client].talk.stage != .chatting {
            clients[client].tries += 1
            enterAtOnce(client)
        }
        for _ in 0..<clients[client].chance.number(1...4) { order(client) }
        clients[client].patience -= 4
        if clients[client].patience < 0, clients[client].chance.oneIn(2) {
            say(Array("logout".utf8), by: client)
        }
    }

    private func sayEverything(_ client: Int) {
        enterAtOnce(client)
        for _ in 0..<clients[client].chance.number(0...5) { order(client) }
        if clients[client].habits.manner == .waiting || clients[client].chance.oneIn(2) {
            say(Array("logout".utf8), by: client)
        }
        shutdown(client)
    }

    private func enterAtOnce(_ client: Int) {
        if clients[client].chance.oneIn(2) {
            say(Array(clients[client].name.utf8), by: client)
            say(password(client), by: client)
        } else {
            enter(client)
        }
    }

    /// Far more is answered than a kernel holds, or the server.
    private func flood(_ client: Int) {
        guard clients[client].talk.said.isEmpty else { return leave(client) }
        enterAtOnce(client)
        for _ in 0..<300 { say(Array("help".utf8), by: client) }
    }

    // MARK: Strangers

    private func babble(_ client: Int) {
        clients[client].patience -= 1
        if clients[client].patience < 0 || phase != .busy { return leave(client) }
        for _ in 0..<clients[client].chance.number(1...3) { nonsense(client) }
    }

    /// More answers than the server will hold; and what it has not read by then it reads later.
    private func pester(_ client: Int) {
        guard clients[client].talk.said.isEmpty else { return leave(client) }
        for _ in 0..<31_000 { say([UInt8(ascii: "%")], by: client, pushes: false) }
        push(client)
    }

    private func fallSilent(_ client: Int) {
        // Once; the server ends it.
        guard clients[client].saidThrough == 0 else { return }
        switch clients[client].chance.below(3) {
        case 0 where clients[client].person.map { people[$0].isStranger } ?? true: break
        case 0: enterAtOnce(client)
        case 1: mumble(Array("ali".utf8), by: client)
        default: break
        }
    }
}
