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
        switch meaning {
        case .timeout, .message(_, isAtOnce: true): return
        default: break
        }
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
        case .listed(let line, let isLast):
            try hear(listed: line, isLast: isLast, question, client)
        case .message(let line, let isAtOnce):
            if isAtOnce { tally.count(.mailIsToldAtOnce) }
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
        clients[client].fence = nil
        clients[client].shown = [:]
        clients[client].talksIn = nil
        guard let reader = model.reader(named: name) else { return }
        model.admitted(reader.number, owner: client)
        clients[client].account = reader.number
        clients[client].nextDue = reader.read
        clients[client].readBefore = Set(
            reader.due.indices[reader.read...].filter { reader.due[$0].isRead })
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
            try check(reply, post: post, asked: question?.arrivedAt ?? now, client)
        case .who, .last:
            let names = reply.split(separator: " ", omittingEmptySubsequences: false)
            try check(
                names.map(String.init), to: order, from: client, asked: question?.arrivedAt ?? now)
        case .fetch, .logout, .fault, .live, .passwd:
            break
        case .switch:
            tally.count(.somebodySwitches)
            clients[client].account = nil
            clients[client].connectedAt = question?.arrivedAt ?? now
        case .talkOff:
            clients[client].talksIn = nil
        case .password(let old, let new, let again):
            try check(reply, old: old, new: new, again: again, client)
        default:
            try check(reply, ofRooms: order, question, client)
        }
    }

    private func check(
        _ reply: String, post: Int, asked: Instant, _ client: Int
    ) throws(Violation) {
        let message = model.posted[post]
        if reply.hasPrefix("error:") {
            guard message.number == nil else {
                throw Violation(.answer, "\(reply) to ~\(post)~, which is kept")
            }
            try check(refusal: reply, of: message, asked: asked, client)
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
        let passed = message.kept?.except.compactMap { model[$0]?.name } ?? []
        let rooms = message.to?.filter { $0.hasPrefix("#") } ?? []

        for name in listed {
            let isTrue =
                isFull
                ? !readers.contains(name) : !certain.contains(name) && !readers.contains(name)
            guard isTrue || passed.contains(name),
                passed.contains(name) || message.to?.contains(name) ?? isFull
            else {
                throw Violation(.answer, "\(reply) to ~\(post)~ for \(message.to ?? ["all"])")
            }
        }
        if let name = passed.first(where: { !listed.contains($0) }) {
            throw Violation(.answer, "\(reply) to ~\(post)~, and \(name) is passed by")
        }
        let others =
            (message.to ?? certain.filter { $0 != message.from })
            .filter { !listed.contains($0) && !rooms.contains($0) }
        for name in others where !readers.contains(name) {
            if isFull, !certain.contains(name) { continue }
            throw Violation(.early, "\(reply) to ~\(post)~, not kept for \(name)")
        }
        try check(reply, rooms: rooms, of: message, asked: asked, client)
        // All copies have to fit.
        let copies = max(1, rooms.count + (message.to == nil ? 0 : 1))
        if isFull,
            let name = listed.first(where: {
                certain.contains($0)
                    && model.mostWaiting(for: $0, post) + copies <= model.queueLimit
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
        guard let index = nextDue(of: client, reader) else {
            throw Violation(.invented, "\"\(words)\" to \(reader.name), who has no more mail")
        }
        let due = reader.due[index]
        guard model.isRight(line, due.number, due.matter, in: due.conversation.room) else {
            let expected = String(
                decoding: model.tail(of: due.matter, in: due.conversation.room).prefix(80),
                as: UTF8.self)
            throw Violation(
                .order,
                "\(reader.name) is shown \"\(words)\" in place of \(due.number) \"\(expected)\"")
        }
        if due.number <= reader.shownThrough { tally.count(.messageIsShownAgain) }
        if due.conversation.room != nil {
            tally.count(due.isNews ? .roomTellsNews : .roomIsHeard)
        }
        if clients[client].talksIn != nil { tally.count(.mailIsReadAhead) }
        model[account]?.shownThrough = max(due.number, reader.shownThrough)
        clients[client].shown[index] = clients[client].tap.through
    }

    /// The next that this client has to be shown.
    private func nextDue(of client: Int, _ reader: Model.Reader) -> Int? {
        let me = clients[client]
        while me.nextDue < reader.due.count,
            me.readBefore.contains(me.nextDue) || me.shown[me.nextDue] != nil
        {
            me.nextDue += 1
        }
        return reader.due.indices[me.nextDue...].first { index in
            let due = reader.due[index]
            return !me.readBefore.contains(index) && me.shown[index] == nil
                && (!due.isOfTheMoment || due.number > me.entered)
                && (me.talksIn == nil || me.talksIn == due.conversation)
        }
    }

    /// At `DONE`: all that anybody had been told of when the line was said.
    private func checkCompleteness(
        _ question: Conversation.Said?, _ client: Int
    ) throws(Violation) {
        guard let question, let account = clients[client].account, let reader = model[account],
            question.pagesLost == disk.refusedPages,
            let index = nextDue(of: client, reader)
        else { return }
        let next = reader.due[index]
        guard next.number > question.headKnown else {
            throw Violation(
                .lost, "\(reader.name) sees DONE without message \(next.number), which was sent")
        }
    }

    /// Somebody who wants mail at once is told of it soon.
    func checkLiveness(_ client: Int) throws(Violation) {
        let me = clients[client]
        guard me.talk.isLive || me.talksIn != nil, me.talk.stage == .chatting, me.talk.isSettled,
            !me.isBlocked, me.fence == nil, disk.refusedPages == 0, server.leavingAt == nil, isUp,
            let account = me.account, let reader = model[account], !reader.hasEnded,
            links[client][.server].unacknowledgedBytes == 0,
            !links[client][.server].isReset, !links[client][.server].isClosed,
            !links[client][.server].endHasArrived,
            let index = nextDue(of: client, reader)
        else { return }
        let waits = now - max(reader.due[index].keptAt, me.spokenToAt)
        if waits > conditions.promptness + .seconds(1) {
            throw Violation(
                .stuck, "\(reader.name) listens, and is not told \(reader.due[index].number)")
        }
    }
}
