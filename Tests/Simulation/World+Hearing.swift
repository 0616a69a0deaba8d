// Every line that leaves the server is held against what is true.

import Delivery
import Protocol

extension World {
    /// These bytes have just left the server on the connection of this client.
    func overhear(_ bytes: ArraySlice<UInt8>, to client: Int) throws(Violation) {
        for byte in bytes {
            guard
                let line = try clients[client].tap.take(
                    byte, isTelnet: clients[client].habits.talksTelnet)
            else { continue }
            note(.hears, client, line.count, line)
            let question = clients[client].talk.question
            let meaning = try clients[client].talk.hear(
                line, end: clients[client].tap.through,
                input: links[client][.server].arrived)
            try checkPromptness(of: meaning, question, client)
            try check(meaning, question, client)
        }
    }

    /// Nobody who reads waits for longer than the disk and the hashing take.
    private func checkPromptness(
        of meaning: Conversation.Meaning, _ question: Conversation.Said?, _ client: Int
    ) throws(Violation) {
        if case .timeout = meaning { return }
        let arrived = question?.arrivedAt ?? now
        let free = max(arrived, clients[client].spokenToAt, clients[client].blockedAt)
        clients[client].spokenToAt = now
        if question?.end ?? 0 > clients[client].askedThrough, now - free > conditions.promptness {
            throw Violation(.stuck, "client \(client) is answered after \(now - free)")
        }
        clients[client].askedThrough = question?.end ?? 0
    }

    private func check(
        _ meaning: Conversation.Meaning, _ question: Conversation.Said?, _ client: Int
    ) throws(Violation) {
        let asked = question?.arrivedAt ?? now
        let address = clients[client].address
        switch meaning {
        case .nothing:
            break
        case .busy:
            tally.count(.tooManyNamesAreAsked)
        case .taken:
            tally.count(.nameIsTaken)
        case .prompted(let name):
            try model.door.letsTry(name, from: address, asked: asked, at: now)
            guard !server.secrets(of: name).isEmpty else {
                throw Violation(.door, "\(name) is asked for a password and does not exist")
            }
        case .unknown(let name):
            if let name, model.existed(name, before: asked) {
                throw Violation(.door, "\(name) exists and is offered to register")
            }
        case .present(let name):
            tally.count(.somebodyIsAlreadyHere)
            try model.door.letsTry(name, from: address, asked: asked, at: now)
        case .refused(let name):
            tally.count(.passwordIsWrong)
            try model.door.refuses(name, from: address, asked: asked, at: now)
        case .lockedOut(_, let seconds):
            tally.count(.blockBegins)
            try model.door.locksOut(seconds)
        case .blocked(let name, let seconds):
            tally.count(.blockHolds)
            if model.door.isOlder(than: startedAt, name, address) {
                tally.count(.blockOutlivesServer)
            }
            try model.door.saysBlocked(
                name, from: address, seconds: seconds, asked: asked, at: now)
        case .welcome(let name, let password, let isNew):
            // Who has made an account has proven nothing against the one that had its name before.
            if !isNew { try model.door.letsTry(name, from: address, asked: asked, at: now) }
            try welcome(name, password, client)
        case .registered(let name, let password):
            guard !model.registered.contains(name), file.hasHeld(name, password) else {
                throw Violation(.door, "\(name) is registered twice, or not in the file")
            }
            tally.count(.nameIsRegistered)
            if file.holds(name) {
                model.isRegistered(name)
                certify()
            }
        case .reply(let order, let line):
            try check(String(decoding: line, as: UTF8.self), order, question, client)
        case .message(let line):
            try check(message: line, client)
        case .done:
            try checkCompleteness(question, client)
        case .timeout(let seconds):
            try check(timeout: seconds, client)
        }
    }

    // MARK: Coming and going

    private func welcome(
        _ name: String, _ password: [UInt8], _ client: Int
    ) throws(Violation) {
        guard server.secrets(of: name).contains(Secret(simulated: password)) else {
            throw Violation(.door, "\(name) is let in with a wrong password")
        }
        for other in clients.indices where other != client && clients[other].talk.name == name {
            clients[other].fence = clients[other].fence ?? links[other][.server].arrived
        }
        clients[client].welcomedAt = now
        guard let reader = model.reader(named: name) else { return }
        model.admitted(reader.number, owner: client)
        clients[client].account = reader.number
        clients[client].nextDue = reader.read
    }

    private func check(timeout seconds: Int, _ client: Int) throws(Violation) {
        let idle = conditions.idleSeconds
        let hasEntered = clients[client].talk.name != nil
        let limit = hasEntered ? idle : min(idle, 120)
        let kernel = links[client][.server]
        let (taken, waiting) = clients[client].lines(kernel)
        let since = hasEntered ? taken?.arrivedAt ?? now : clients[client].connectedAt
        guard seconds == limit, now - since >= .seconds(limit) else {
            throw Violation(.door, "timeout:\(seconds) after \(now - since)")
        }
        // A loop that was held up reads what is there before it looks at the clock; but nothing is
        // read as long as the peer takes nothing, or asks for more than it reads.
        if kernel.isWritable, !clients[client].habits.manner.isExcessive,
            let arrived = waiting?.arrivedAt,
            case let waiting = max(arrived, clients[client].blockedAt), now - waiting > .seconds(5)
        {
            throw Violation(.stuck, "timeout while a line waits for \(now - waiting)")
        }
        tally.count(hasEntered ? .silenceEndsSession : .silenceEndsGreeting)
    }

    // MARK: Answers

    private func check(
        _ reply: String, _ order: Order, _ question: Conversation.Said?, _ client: Int
    ) throws(Violation) {
        if let fence = clients[client].fence, let question, question.end > fence {
            throw Violation(.twice, "client \(client) is answered after somebody else was let in")
        }
        switch order {
        case .post(let post):
            try check(reply, post: post)
        case .who, .last:
            let names = reply.split(separator: " ", omittingEmptySubsequences: false)
            try check(
                names.map(String.init), to: order, from: client, asked: question?.arrivedAt ?? now)
        case .fetch, .help, .logout, .fault:
            break
        }
    }

    private func check(_ reply: String, post: Int) throws(Violation) {
        let message = model.posted[post]
        if reply.hasPrefix("error:storage:") {
            guard message.number == nil else {
                throw Violation(.answer, "\(reply) to ~\(post)~, which is kept")
            }
            tally.count(.storeRefuses)
            model.posted[post].isRefused = true
            return
        }
        let listed =
            reply == "sent:"
            ? [] : reply.dropFirst("send:".count).split(separator: ",").map(String.init)
        let isFull = reply.hasPrefix("full:")
        if isFull { tally.count(.mailboxIsFull) }
        let readers = message.readers.compactMap { model[$0]?.name }
        let certain = message.certain.filter(model.certain.contains).map(\.name)

        for name in listed {
            let isTrue =
                isFull
                ? !readers.contains(name) : !certain.contains(name) && !readers.contains(name)
            guard isTrue, message.to?.contains(name) ?? isFull else {
                throw Violation(.answer, "\(reply) to ~\(post)~ for \(message.to ?? ["all"])")
            }
        }
        let others =
            (message.to ?? certain.filter { $0 != message.from }).filter { !listed.contains($0) }
        for name in others where !readers.contains(name) {
            if isFull, !certain.contains(name) { continue }
            throw Violation(.early, "\(reply) to ~\(post)~, not kept for \(name)")
        }
        if isFull,
            let name = listed.first(where: {
                certain.contains($0) && model.mostWaiting(for: $0, post) < model.queueLimit
            })
        {
            throw Violation(
                .full, "\(reply), but \(model.mostWaiting(for: name, post)) wait for \(name)")
        }
        model.answered(post)
    }

    // MARK: Mail

    private func check(message line: [UInt8], _ client: Int) throws(Violation) {
        let words = String(decoding: line.prefix(80), as: UTF8.self)
        guard let account = clients[client].account, let reader = model[account] else {
            throw Violation(.invented, "\"\(words)\" to somebody without mail")
        }
        guard clients[client].nextDue < reader.due.count else {
            throw Violation(.invented, "\"\(words)\" to \(reader.name), who has no more mail")
        }
        let due = reader.due[clients[client].nextDue]
        let message = model.posted[due.post]
        let isFirst = message.line == nil
        guard isFirst ? isRight(line, message) : line == message.line else {
            let expected = String(decoding: message.shown.prefix(80), as: UTF8.self)
            throw Violation(
                .order,
                "\(reader.name) is shown \"\(words)\" in place of \(due.number) \"\(expected)\"")
        }
        if isFirst { model.posted[due.post].line = line }
        if due.number <= reader.shownThrough { tally.count(.messageIsShownAgain) }
        model[account]?.shownThrough = max(due.number, reader.shownThrough)
        clients[client].nextDue += 1
        clients[client].shown.append((due.number, clients[client].tap.through))
    }

    /// `[MM-DD-YYTHH:MM:SS] <from>: <text>`
    private func isRight(_ line: [UInt8], _ message: Model.Posted) -> Bool {
        let stamp = String(decoding: line.prefix(20), as: UTF8.self)
        let form = stamp.map { $0.isNumber ? "0" : $0 }
        return String(form) == "[00-00-00T00:00:00] "
            && Array(line.dropFirst(20)) == Array("\(message.from): ".utf8) + message.shown
    }

    /// At `DONE`: all that anybody had been told of when the line was said.
    private func checkCompleteness(
        _ question: Conversation.Said?, _ client: Int
    ) throws(Violation) {
        guard let question, let account = clients[client].account, let reader = model[account],
            question.pagesLost == disk.refusedPages,
            clients[client].nextDue < reader.due.count
        else { return }
        let next = reader.due[clients[client].nextDue]
        guard next.number > question.headKnown else {
            throw Violation(
                .lost, "\(reader.name) sees DONE without message \(next.number), which was sent")
        }
    }
}
