package import Delivery
package import Protocol
package import Store

/// Joins the two cores: every conversation with the one post office.
///
/// Still no socket, no thread and no clock. A shell feeds it what came in and carries out what it
/// asks for: bytes to write, connections to close, orders for the store, passwords to look at. The
/// server's loop is one such shell; the simulation under a seed is another.
package struct Switchboard: Sendable {
    /// For the store, in this order.
    package var orders: [StoreOrder] = []
    /// For the hashing threads.
    package var jobs: [HashJob] = []
    /// For the search thread.
    package var searches: [SearchOrder] = []
    /// For the log.
    package var notes: [Note] = []
    /// Connections with something to write, or to close.
    package var dirty: [SessionID] = []
    /// Connections to be closed now; `gone` is to be told when they are.
    package var finished: [SessionID] = []

    var office: PostOffice
    private let idleLimit: Duration
    let passwordRule: PasswordRule
    private let capacity: Int

    private(set) var connections: [Connection?] = []
    private var generations: [UInt32] = []
    private(set) var free: [Int32] = []
    private var guests: [String: Int] = [:]
    private var guestCount = 0
    /// Connections that may go on with lines they have already received.
    private var ready: [SessionID] = []
    private(set) var isClosing = false

    package init(
        _ kept: Recovered, _ lines: [AccountLine], rules: PostOffice.Rules, idleLimit: Duration,
        passwordRule: PasswordRule, capacity: Int, at now: Moment
    ) {
        var effects: [PostOffice.Effect] = []
        office = PostOffice(kept, lines, rules: rules, at: now, effects: &effects)
        self.idleLimit = idleLimit
        self.passwordRule = passwordRule
        self.capacity = capacity
        perform(effects, at: now)
    }

    // MARK: What the shell tells

    /// Somebody has connected. Nil when there is no room for more of those who have not signed in.
    package mutating func connected(from caller: Caller, at now: Moment) -> SessionID? {
        // A quarter of all connections is kept for those who are signed in.
        guard !isClosing, guestCount < max(1, capacity - capacity / 4),
            caller.isLocal || guests[caller.address, default: 0] < Limits.strangersPerAddress
        else { return nil }

        let slot = free.popLast() ?? Int32(connections.count)
        if Int(slot) == connections.count {
            connections.append(nil)
            generations.append(0)
        }
        generations[Int(slot)] += 1
        let id = SessionID(slot: slot, generation: generations[Int(slot)])
        connections[Int(slot)] = Connection(
            id: id, caller: caller, at: now.instant, idleLimit: idleLimit)
        guests[caller.address, default: 0] += 1
        guestCount += 1
        office.arrived(id, from: caller)
        return id
    }

    /// Bytes have come in. `allAcknowledged`: the kernel has nothing left that the peer's has not
    /// taken, asked after these bytes were read.
    package mutating func received(
        _ bytes: Span<UInt8>, by id: SessionID, allAcknowledged: Bool, at now: Moment
    ) {
        guard exists(id) else { return }
        // After the goodbye everything is swallowed.
        guard self[id].ending == .open else { return }
        self[id].take(bytes)
        self[id].allAcknowledged = allAcknowledged
        goOn(id, at: now)
    }

    /// The peer sends no more.
    package mutating func inputEnded(
        _ id: SessionID, allAcknowledged: Bool, at now: Moment
    ) {
        guard exists(id) else { return }
        self[id].inputHasEnded = true
        if case .farewell = self[id].ending {
            perform(office.closedOrderly(id, allAcknowledged: allAcknowledged), at: now)
            finished.append(id)
        } else {
            goOn(id, at: now)
        }
    }

    /// So much of what `withNextOutput` gave was written; 0 when the kernel takes nothing now.
    package mutating func wrote(
        _ count: Int, for id: SessionID, inputWasWaiting: Bool, at now: Moment
    ) {
        guard exists(id) else { return }
        if self[id].outbox.wrote(count) {
            office.doneWritten(id, inputWaiting: inputWasWaiting)
        }
        if self[id].outbox.isEmpty {
            self[id].stalledSince = nil
        } else if count > 0 || self[id].stalledSince == nil {
            self[id].stalledSince = now.instant
        }
        if self[id].wantsPage, self[id].outbox.count <= Limits.outboxLowWater {
            self[id].wantsPage = false
            perform(office.collect(id), at: now)
        }
        // Not while the peer takes nothing: the loop would never sleep.
        if count > 0, self[id].hasInput || self[id].inputHasEnded { markReady(id) }
    }

    /// The shell has half-closed what was written to its end.
    package mutating func halfClosed(_ id: SessionID, peerHadClosed: Bool, at now: Moment) {
        guard exists(id) else { return }
        if self[id].departs { office.goodbyeWritten(id, peerHadClosed: peerHadClosed) }
        guard !self[id].inputHasEnded else {
            finished.append(id)
            return
        }
        self[id].ending = .farewell(until: now.instant + Limits.farewell)
    }

    /// The connection was reset, or cannot be written to.
    package mutating func broke(_ id: SessionID, at now: Moment) {
        guard exists(id) else { return }
        finished.append(id)
        perform(office.left(id, at: now), at: now)
    }

    /// The deadline of the connection may have passed.
    package mutating func timePassed(for id: SessionID, at now: Moment) {
        guard exists(id), let deadline = self[id].deadline, deadline <= now.instant else { return }
        if case .farewell = self[id].ending {
            finished.append(id)
        } else if let stalled = self[id].stalledSince,
            stalled + Limits.stalledOutput <= now.instant
        {
            broke(id, at: now)
        } else {
            tell(id, .silence, at: now)
        }
    }

    /// The connection is closed, and its slot may be used again.
    package mutating func gone(_ id: SessionID, at now: Moment) {
        guard exists(id) else { return }
        if isGuest(id) { becameMember(id) }
        perform(office.gone(id, at: now), at: now)
        connections[Int(id.slot)] = nil
        free.append(id.slot)
    }

    package mutating func receive(_ report: StoreReport, at now: Moment) {
        switch report {
        case .kept(let entry, let number, let session):
            perform(office.kept(entry, number, for: session, at: now), at: now)
        case .refused(let entry, let session):
            perform(office.refused(entry, for: session), at: now)
        case .mail(let page, let session):
            perform(
                office.mailRead(
                    page.letters, news: page.news, lost: page.lost, isLast: page.isLast,
                    for: session), at: now)
        case .inbox(let counts, let session):
            perform(office.unreadCounted(counts, for: session), at: now)
        case .history(let page, let session):
            perform(
                office.historyFound(page.numbers, next: page.next, cut: page.cut, for: session),
                at: now)
        case .unreadable(let session):
            perform(office.unreadable(for: session), at: now)
        case .trouble:
            break
        }
    }

    package mutating func receive(_ report: SearchReport, at now: Moment) {
        switch report {
        case .found(let found, let session):
            perform(
                office.found(found.numbers, isBehind: found.isBehind, for: session), at: now)
        case .failed(_, let session):
            if let session { perform(office.unreadable(for: session), at: now) }
        }
    }

    package mutating func receive(_ outcome: HashOutcome, at now: Moment) {
        switch outcome {
        case .verified(let session, let name, let isRight):
            perform(office.verified(session, name, isRight: isRight, at: now), at: now)
        case .enrolled(let session, let name, let secret):
            perform(office.enrolled(session, name, secret, at: now), at: now)
        case .notEnrolled(let session, let name, _):
            perform(office.notEnrolled(session, name, isTaken: false), at: now)
        case .taken(let session, let name):
            perform(office.notEnrolled(session, name, isTaken: true), at: now)
        case .changed(let session, let name, let secret):
            perform(office.changed(session, name, secret), at: now)
        case .notChanged(let session, let reason):
            perform(office.notChanged(session, reason, at: now), at: now)
        case .reread(.success(let reading)):
            perform(office.reread(reading.lines, at: now), at: now)
        case .reread(.failure):
            break
        }
    }

    /// Whether there is something to do at once, whatever the kernel has to say: what was written
    /// may have made room for lines that came in long ago.
    package var isBusy: Bool { !ready.isEmpty || !dirty.isEmpty || office.isRinging }

    /// When something is to be done that no connection waits for.
    package var deadline: Instant? { office.deadline }

    /// It may have passed.
    package mutating func timePassed(at now: Moment) {
        perform(office.timePassed(at: now), at: now)
    }

    /// The end of the log.
    package var head: MessageNumber { office.head }

    /// Lets those go on who were kept from it by the others' turn. True when some still wait.
    @discardableResult
    package mutating func goOn(at now: Moment) -> Bool {
        let batch = ready
        ready = []
        for id in batch where exists(id) {
            self[id].isReady = false
            goOn(id, at: now)
        }
        perform(office.ringOn(), at: now)
        return !ready.isEmpty
    }

    /// No new connections and no new lines; what was begun is finished.
    package mutating func close(at now: Moment) {
        isClosing = true
        office.close()
        for case let connection? in connections { goOn(connection.id, at: now) }
    }

    // MARK: Joining

    /// Takes the lines that have come in, as far as the conversation goes now.
    private mutating func goOn(_ id: SessionID, at now: Moment) {
        var lines = 0
        while exists(id), self[id].mayTakeLine, !isClosing {
            guard lines < Limits.linesPerTurn else {
                markReady(id)
                break
            }
            guard let line = self[id].nextLine() else { break }
            lines += 1
            if !isGuest(id) {
                let acknowledged = self[id].allAcknowledged && self[id].outbox.isEmpty
                perform(
                    office.lineArrived(id, allAcknowledged: acknowledged, at: now), at: now)
            }
            tell(id, .line(line), at: now)
        }
        guard exists(id) else { return }
        if self[id].hasMissedMail, self[id].mayTakeLine, !self[id].hasUnseenInput {
            // What had come in was not a whole line.
            self[id].hasMissedMail = false
            tell(id, .mailArrived, at: now)
        }
        let connection = self[id]
        if connection.mayTakeLine, isClosing {
            tell(id, .evicted, at: now)
        } else if connection.mayTakeLine, connection.inputHasEnded, lines < Limits.linesPerTurn {
            tell(id, .inputEnded, at: now)
        }
        if !self[id].outbox.isEmpty { markDirty(id) }
    }

    mutating func markDirty(_ id: SessionID) {
        guard !self[id].isDirty else { return }
        self[id].isDirty = true
        dirty.append(id)
    }

    mutating func markReady(_ id: SessionID) {
        guard !self[id].isReady else { return }
        self[id].isReady = true
        ready.append(id)
    }

    // MARK: Connections by number

    func exists(_ id: SessionID) -> Bool {
        Int(id.slot) < connections.count && connections[Int(id.slot)]?.id == id
    }

    subscript(id: SessionID) -> Connection {
        _read { yield connections[Int(id.slot)]! }  // asked of `exists` by every way in
        _modify { yield &connections[Int(id.slot)]! }  // the same
    }

    func isGuest(_ id: SessionID) -> Bool {
        !self[id].hasSignedIn
    }

    /// Signed out, and still connected.
    mutating func becameGuest(_ id: SessionID) {
        guard !isGuest(id) else { return }
        self[id].hasSignedIn = false
        guestCount += 1
        guests[self[id].caller.address, default: 0] += 1
    }

    /// Makes room for another stranger.
    mutating func becameMember(_ id: SessionID) {
        guard isGuest(id) else { return }
        self[id].hasSignedIn = true
        guestCount -= 1
        let address = self[id].caller.address
        let others = guests[address, default: 1] - 1
        guests[address] = others == 0 ? nil : others
    }
}
