// The server's loop over the simulated kernel: the same steps as in `ChatServer`, in the same
// order, and a crash possible between any two of them.

import Delivery
import Protocol
import Server

extension World {
    func wakeServer(at instant: Instant? = nil) {
        guard isUp else { return }
        let wanted = max(instant ?? now + chance.delay(1...60), pausedUntil)
        if let planned = server.turnsAt, planned <= wanted { return }
        server.turnsAt = wanted
        agenda.plan(.turn(life: life), at: wanted)
    }

    /// The kernel tells only what the loop has asked to be told.
    func wakeServer(for client: Int) {
        let isAwaited = server.lines.contains { line in
            line.map { $0.client == client && isReady($0) } ?? false
        }
        if isAwaited { wakeServer() }
    }

    func turn() throws(Fatal) {
        // An earlier one was planned in its place, and is over.
        guard server.turnsAt == now else { return }
        server.turnsAt = nil
        let done = server.deeds

        accept()
        for slot in readySlots() {
            try step()
            try handle(slot)
        }
        try takeBatches()
        try takeTime()
        server.switchboard.goOn(at: serverMoment)
        try passOn()
        try flush()
        try passOn()
        try closeFinished()
        planNextTurn(isBusy: tampered(server.switchboard.isBusy))
        try notice(idleness: server.deeds == done)
        try leaveIfDone()
    }

    /// A loop that turns at once again and again has to get somewhere.
    private func notice(idleness: Bool) throws(Fatal) {
        let turnsAtOnce = server.turnsAt.map { $0 - now < .milliseconds(1) } ?? false
        guard idleness, turnsAtOnce else {
            server.idleTurns = 0
            return
        }
        // Lines that came in long ago may be answered while nothing can be written.
        let unwritten = server.unwritten
        server.idleTurns = unwritten == server.unwrittenBefore ? server.idleTurns + 1 : 0
        server.unwrittenBefore = unwritten
        if server.idleTurns > 100 {
            throw .violation(Violation(.spins, "nothing is done in a hundred turns"))
        }
    }

    /// One thing has been done and the next has not: here a server may crash.
    func step() throws(Fatal) {
        guard let left = stepsLeft else { return }
        stepsLeft = left - 1
        if left <= 0 { throw .crash }
    }

    private func kernel(_ line: ServerProcess.Line) -> Kernel { links[line.client][.server] }

    private func isReady(_ line: ServerProcess.Line) -> Bool {
        let kernel = kernel(line)
        return (line.wantsReading && kernel.isReadable)
            || (line.wantsWriting && kernel.isWritable) || kernel.isOver
    }

    /// In any order, and sometimes not all of them: that is the kernel's to decide.
    private func readySlots() -> [Int] {
        var slots: [Int] = []
        for slot in server.lines.indices {
            guard let line = server.lines[slot], isReady(line), !chance.oneIn(12) else { continue }
            slots.insert(slot, at: chance.oneIn(3) ? chance.number(0...slots.count) : slots.count)
        }
        return slots
    }

    private func planNextTurn(isBusy: Bool) {
        var isBusy = isBusy
        var deadline = server.leavingAt
        if let next = server.switchboard.deadline, sabotage != .nobodyIsAwaited {
            deadline = min(deadline ?? next, next)
        }
        for case let line? in server.lines {
            if isReady(line) { isBusy = true }
            if let next = server.switchboard.deadline(of: line.id) {
                deadline = min(deadline ?? next, next)
            }
        }
        if isBusy {
            wakeServer(at: now + chance.delay(5...200))
        } else if let deadline {
            // The wheel turns by quarters of a second.
            let ahead = sabotage == nil ? deadline : now + .seconds(1)
            wakeServer(at: max(now, ahead) + chance.delay(0...250_000))
        }
    }

    // MARK: In

    private func accept() {
        for client in server.callers {
            let address = clients[client].address
            let caller = Caller(
                address: address, isLocal: address.hasPrefix("127."), mayUsePassword: true)
            guard let id = server.switchboard.connected(from: caller, at: serverMoment) else {
                note(.turnedAway, client)
                tally.count(.strangerIsTurnedAway)
                abort(client, .server)
                continue
            }
            while server.lines.count <= Int(id.slot) { server.lines.append(nil) }
            server.lines[Int(id.slot)] = ServerProcess.Line(id: id, client: client)
            note(.accepted, client, Int(id.slot))
            server.deeds += 1
        }
        server.callers = []
    }

    private func handle(_ slot: Int) throws(Fatal) {
        guard let line = server.lines[slot] else { return }
        let kernel = kernel(line)
        if (line.wantsReading && kernel.isReadable) || kernel.isOver {
            read(line, isOver: kernel.isOver)
        }
        if line.wantsWriting, kernel.isWritable { try flush(line.id) }
    }

    private func read(_ line: ServerProcess.Line, isOver: Bool) {
        let (id, now) = (line.id, serverMoment)
        guard server.switchboard.wantsInput(id) else {
            if isOver { server.switchboard.broke(id, at: now) } else { mute(id) }
            return
        }
        switch links[line.client][.server].read(atMost: Limits.receiveBytes) {
        case .bytes(let bytes):
            let acknowledged =
                server.switchboard.awaitsProof(id)
                && (links[line.client][.server].unacknowledgedBytes == 0
                    || sabotage == .everythingCountsAsAcknowledged)
            server.switchboard.received(
                bytes.span, by: id, allAcknowledged: acknowledged, at: now)
            windowOpened(line.client, at: .server)
            server.deeds += 1
            if bytes.count(where: { $0 == 0x0a }) > 1 { tally.count(.severalLinesInOne) }
        case .end:
            if sabotage == .halfLinesCount {
                server.switchboard.received([0x0a].span, by: id, allAcknowledged: true, at: now)
            }
            let acknowledged =
                links[line.client][.server].unacknowledgedBytes == 0
                || sabotage == .everyCloseIsOrderly
            server.switchboard.inputEnded(id, allAcknowledged: acknowledged, at: now)
            mute(id)
        case .nothing:
            break
        case .failed:
            server.switchboard.broke(id, at: now)
        }
    }

    private func takeBatches() throws(Fatal) {
        while !server.reports.isEmpty {
            let reports = server.reports
            server.reports = []
            for report in reports {
                try step()
                server.deeds += 1
                server.hall.heard(report, at: now)
                server.switchboard.receive(report, at: serverMoment)
            }
        }
        while !server.outcomes.isEmpty {
            let outcomes = server.outcomes
            server.outcomes = []
            for outcome in outcomes {
                try step()
                server.deeds += 1
                noteEntrance(outcome)
                server.switchboard.receive(outcome, at: serverMoment)
                learn(from: outcome)
            }
        }
        let findings = server.findings
        server.findings = []
        for report in findings {
            try step()
            server.deeds += 1
            server.switchboard.receive(report, at: serverMoment)
        }
        if server.hasHangUp {
            server.hasHangUp = false
            server.switchboard.jobs.append(.reread)
        }
    }

    /// Who is let in now is told what happens in the lobby from here on.
    private func noteEntrance(_ outcome: HashOutcome) {
        let id: SessionID
        switch outcome {
        case .verified(let session, _, _), .enrolled(let session, _, _): id = session
        case .notEnrolled, .taken, .changed, .notChanged, .reread: return
        }
        guard let client = server.line(id)?.client else { return }
        clients[client].entered = server.switchboard.head.value
    }

    private func takeTime() throws(Fatal) {
        if sabotage == .deadlinesAreForgotten { return }
        if let deadline = server.switchboard.deadline, deadline <= serverMoment.instant,
            sabotage != .nobodyIsAwaited
        {
            try step()
            server.deeds += 1
            server.switchboard.timePassed(at: serverMoment)
        }
        for case let line? in server.lines {
            guard let deadline = server.switchboard.deadline(of: line.id),
                deadline <= serverMoment.instant
            else { continue }
            try step()
            server.switchboard.timePassed(for: line.id, at: serverMoment)
        }
    }

    // MARK: Out

    private func flush() throws(Fatal) {
        for _ in 0..<2 {
            for id in server.switchboard.takeDirty() { try flush(id) }
        }
    }

    private func flush(_ id: SessionID) throws(Fatal) {
        guard let client = server.line(id)?.client else { return }
        var isBlocked = false
        while !isBlocked, server.switchboard.hasOutput(id) {
            try step()
            let inputWasWaiting =
                sabotage != .inputIsNeverWaiting && server.switchboard.isAboutToWriteDone(id)
                && (server.switchboard.hasInput(id) || links[client][.server].waitingBytes > 0)
            guard let count = try write(id, client) else {
                server.switchboard.broke(id, at: serverMoment)
                return
            }
            server.switchboard.wrote(
                count, for: id, inputWasWaiting: count > 0 && inputWasWaiting, at: serverMoment)
            isBlocked = count == 0
            if isBlocked { tally.count(.kernelTakesNothing) }
            if inputWasWaiting { tally.count(.inputWaitsAtDone) }
        }
        try step()
        if server.switchboard.wantsHalfClose(id) { halfClose(id, client) }
        settle(id, isBlocked: isBlocked)
    }

    /// How much the kernel took; nil when the connection is broken.
    private func write(_ id: SessionID, _ client: Int) throws(Fatal) -> Int? {
        let kernel = links[client][.server]
        if kernel.isReset { return nil }
        var limit = kernel.room
        if phase == .busy, chance.oneIn(conditions.shortWriteOneIn) {
            limit = min(limit, chance.number(1...chance.one(of: [6, 100, 2_000])))
        }
        let (bytes, waiting) = server.switchboard.withNextOutput(of: id) { span in
            let part = span.extracting(0..<min(limit, span.count))
            // Copied within the call.
            return (unsafe part.withUnsafeBufferPointer { unsafe Array($0) }, span.count)
        }
        if waiting >= Limits.outboxBytes { tally.count(.outputIsAtItsCeiling) }
        guard waiting <= Limits.outboxBytes + 2 * Limits.mailPageBytes else {
            throw .violation(Violation(.memory, "\(waiting) bytes wait for client \(client)"))
        }
        guard let count = links[client][.server].write(bytes[...]) else { return nil }
        if count < waiting || clients[client].isBlocked { clients[client].blockedAt = now }
        clients[client].isBlocked = count < waiting
        if count > 0 {
            note(.writes, client, count)
            server.deeds += 1
            try objecting { () throws(Violation) in
                try overhear(leaving(bytes[..<count]), to: client)
            }
            send(client, from: .server)
        }
        return count
    }

    private func halfClose(_ id: SessionID, _ client: Int) {
        let kernel = links[client][.server]
        let peerHadClosed = kernel.peerHasClosed || kernel.waitingBytes > 0
        note(.halfCloses, client, peerHadClosed ? 1 : 0)
        if peerHadClosed { tally.count(.peerHadClosedAtGoodbye) }
        clients[client].saidGoodbyeFirst = !peerHadClosed
        shutdown(client, .server)
        server.switchboard.halfClosed(
            id, peerHadClosed: peerHadClosed && sabotage != .peerHasNeverClosed, at: serverMoment)
    }

    private func closeFinished() throws(Fatal) {
        let finished = server.switchboard.finished
        server.switchboard.finished = []
        for id in finished {
            guard let client = server.line(id)?.client else { continue }
            try step()
            note(.finishes, client)
            server.deeds += 1
            server.switchboard.gone(id, at: serverMoment)
            server.lines[Int(id.slot)] = nil
            clients[client].leftAt = now
            close(client, .server)
        }
        if !finished.isEmpty { try passOn() }
    }

    // MARK: What the kernel watches

    private func settle(_ id: SessionID, isBlocked: Bool) {
        guard server.line(id) != nil else { return }
        if server.switchboard.wantsInput(id), sabotage != .readingIsNotResumed {
            server.lines[Int(id.slot)]?.wantsReading = true
        }
        server.lines[Int(id.slot)]?.wantsWriting = isBlocked
    }

    private func mute(_ id: SessionID) {
        server.lines[Int(id.slot)]?.wantsReading = false
    }
}
