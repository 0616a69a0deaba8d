// What the programs at the other end do when they wake: write, read, think, leave, die.

import Protocol

extension World {
    func wake(client: Int, in microseconds: ClosedRange<Int>) {
        guard clients[client].state != .gone else { return }
        let instant = now + clients[client].chance.delay(microseconds)
        if let planned = clients[client].wakesAt, planned <= instant { return }
        clients[client].wakesAt = instant
        agenda.plan(.clientWakes(client), at: instant)
    }

    func wake(_ client: Int) throws(Violation) {
        // Replaced by an earlier time, which has passed.
        guard clients[client].wakesAt == now, clients[client].state != .gone else { return }
        clients[client].wakesAt = nil
        if mayDie(client), clients[client].chance.oneIn(conditions.deathOneIn) {
            return die(client)
        }

        push(client)
        switch links[client][.client].read(atMost: clients[client].habits.reads) {
        case .bytes(let bytes):
            clients[client].readThrough += bytes.count
            if clients[client].waitsSince != nil { clients[client].waitsSince = now }
            windowOpened(client, at: .client)
            note(.reads, client, bytes.count)
            hear(client)
            // There may be more, and there may be something to say.
            wake(client: client, in: clients[client].habits.pause)
            if clients[client].habits.reads < 1_000 { return }
        case .nothing:
            break
        case .end:
            return leave(client)
        case .failed:
            note(.ends, client)
            return gone(client)
        }
        try proceed(client)
    }

    private func mayDie(_ client: Int) -> Bool {
        phase == .busy && !clients[client].isInspector
    }

    /// Lines of the server that have been read to their end.
    private func hear(_ client: Int) {
        let through = clients[client].readThrough
        while clients[client].heardCount < clients[client].talk.heard.count {
            let heard = clients[client].talk.heard[clients[client].heardCount]
            guard heard.end <= through else { break }
            clients[client].heardCount += 1
            if heard.isMessage {
                clients[client].messagesSeen += 1
                clients[client].messagesThisTime += 1
            }
        }
        if clients[client].isAnswered { clients[client].waitsSince = nil }
    }

    /// Gives the kernel what it takes.
    func push(_ client: Int) {
        guard !clients[client].unsent.isEmpty else { return }
        guard let count = links[client][.client].write(clients[client].unsent[...]), count > 0
        else { return }
        clients[client].unsent.removeFirst(count)
        clients[client].sentThrough += count
        let sent = clients[client].sentThrough
        if let last = clients[client].talk.said.last(where: { $0.end <= sent }),
            last.end > sent - count
        {
            clients[client].provenThrough = clients[client].readThrough
        }
        note(.sends, client, count)
        send(client, from: .client)
        if clients[client].state == .listening, clients[client].unsent.isEmpty { shutdown(client) }
    }

    /// Says that it will say no more.
    func shutdown(_ client: Int) {
        clients[client].state = .listening
        guard clients[client].unsent.isEmpty, clients[client].habits.manner == .halfClosing else {
            return
        }
        note(.half, client)
        tally.count(.peerHalfCloses)
        shutdown(client, .client)
    }

    /// One more line. `raw` is what goes over the wire in place of the text.
    func say(
        _ text: [UInt8], raw: [UInt8]? = nil, isReadable: Bool = true, post: Int? = nil,
        order: Order? = nil,
        by client: Int, pushes: Bool = true
    ) {
        if phase == .busy, !clients[client].habits.manner.isExcessive { operations -= 1 }
        guard isToSay(client) else { return }
        var bytes = raw ?? text
        if clients[client].habits.talksTelnet, clients[client].chance.oneIn(3) {
            negotiate(within: &bytes, client)
        }
        if clients[client].habits.endsLinesWithCR { bytes.append(UInt8(ascii: "\r")) }
        bytes.append(UInt8(ascii: "\n"))
        let start = clients[client].saidThrough
        clients[client].saidThrough += bytes.count
        clients[client].talk.say(
            Conversation.Said(
                text: text, isReadable: isReadable, post: post, order: order, start: start,
                end: start + bytes.count, headKnown: model.head))
        note(.says, client, bytes.count, text)
        clients[client].unsent += bytes
        clients[client].waitsSince = clients[client].waitsSince ?? now
        if pushes { push(client) }
    }

    /// Whether the next line is in the script.
    private func isToSay(_ client: Int) -> Bool {
        guard phase == .busy, let person = clients[client].person,
            !clients[client].habits.manner.isExcessive
        else { return true }
        let number = clients[client].lines
        clients[client].lines += 1
        return includes(.lines, person, clients[client].number, number)
    }

    /// Bytes that make no line.
    func mumble(_ bytes: [UInt8], by client: Int) {
        clients[client].unsent += bytes
        clients[client].saidThrough += bytes.count
        push(client)
    }

    private func negotiate(within bytes: inout [UInt8], _ client: Int) {
        let option = UInt8(clients[client].chance.below(6))
        let words: [[UInt8]] = [
            [0xff, 0xfb, option], [0xff, 0xfd, option], [0xff, 0xfc, option], [0xff, 0xf1],
            [0xff, 0xfa, option, 1, 0xff, 0xff, 2, 0xff, 0xf0],
        ]
        bytes.insert(
            contentsOf: clients[client].chance.one(of: words),
            at: clients[client].chance.number(0...bytes.count))
    }

    // MARK: Leaving

    /// In good order.
    func leave(_ client: Int) {
        note(.ends, client)
        if clients[client].hasHeardTheEnd {
            clients[client].provenThrough = clients[client].readThrough
        }
        close(client, .client)
        gone(client)
    }

    /// Any other way.
    private func die(_ client: Int) {
        if conditions.severs, clients[client].chance.oneIn(4) {
            sever(client)
        } else {
            if !clients[client].unsent.isEmpty || clients[client].chance.oneIn(3) {
                mumble(Array("half a li".utf8), by: client)
            }
            close(client, .client)
        }
        gone(client)
    }

    func gone(_ client: Int) {
        clients[client].state = .gone
        if !links[client].isSevered { close(client, .client) }
        present.removeAll { $0 == client }
    }
}
