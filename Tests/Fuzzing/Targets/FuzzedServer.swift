import Delivery
import Protocol
import Server
import Store

/// The whole server without a socket, a thread or a clock. It differs from `MemoryServer`, which
/// holds the conversations that are written down, in what can go wrong: reports and passwords may
/// be held up, peers may take nothing, the disk may fail, and all of it may die.
///
/// What has come in is read before anything is written, so that it makes no difference whether it
/// came in one piece or in many.
struct FuzzedServer {
    var switchboard: Switchboard
    let disk = Disk()
    private(set) var wires: [Wire?] = Step.connections.map { _ in nil }
    /// Everything that was ever said to each connection.
    private(set) var lives: [[Life]] = Step.connections.map { _ in [] }
    private(set) var accounts: [AccountLine]
    private(set) var faults: Set<Step.Fault> = []

    private let conditions: Conditions
    private let cut: Cut
    private var writer: StoreWriter<DiskStandIn>
    private var heldReports: [StoreReport] = []
    private var heldJobs: [HashJob] = []
    private var now = Moment(
        instant: Instant(nanoseconds: 1_000_000_000_000),
        wall: WallTime(seconds: 1_795_000_000, offset: 3_600))

    /// What lies between a client and its connection.
    struct Wire {
        let id: SessionID
        /// In pieces, not yet read.
        var incoming: ArraySlice<[UInt8]> = []
        var hasStopped = false
        var stopIsTold = false
        /// So many bytes the peer still takes; nil: as many as there are.
        var window: Int?
        /// The kernel took nothing the last time.
        var isBlocked = false
        /// And now it would.
        var isWritable = false
        /// Nothing more will be said.
        var isHalfClosed = false
    }

    /// One connection, from its beginning to its end.
    struct Life: Hashable {
        var said: [UInt8] = []
        var heard: [UInt8] = []
    }

    init(_ conditions: Conditions, _ cut: Cut) throws(Broken) {
        self.conditions = conditions
        self.cut = cut
        accounts = Self.people
        writer = StoreWriter(DiskStandIn(disk))
        switchboard = Self.opened(disk, accounts, conditions, at: now)
        try settle()
    }

    /// Short names, since they have to be guessed. The last is of an older rule.
    private static let people = ["ann a", "bob b", "cid c", "jörg j"].map {
        try! AccountLine.read($0.utf8.span)!  // complete lines
    }

    private static func opened(
        _ disk: Disk, _ accounts: [AccountLine], _ conditions: Conditions, at now: Moment
    ) -> Switchboard {
        Switchboard(
            disk.log.recover(), accounts,
            rules: PostOffice.Rules(
                registrationIsOpen: !conditions.contains(.registrationIsClosed),
                hidesNames: conditions.contains(.namesAreHidden), queueLimit: 6,
                roomLimit: 3, blockLength: .seconds(60)),
            idleLimit: .seconds(1_800),
            passwordRule: PasswordRule(isExposed: conditions.contains(.isExposed)),
            capacity: 64, at: now)
    }

    // MARK: What happens

    mutating func take(_ step: Step) throws(Broken) {
        switch step {
        case .say(let place, let bytes): try say(bytes, at: place)
        case .stopSending(let place): wires[place]?.hasStopped = true
        case .reset(let place):
            if let id = wires[place]?.id { switchboard.broke(id, at: now) }
        case .take(let place, let count):
            wires[place]?.window = count
            wires[place]?.isWritable = true
        case .wait(let seconds): wait(seconds)
        case .setClock(let seconds): setWall(now.wall.seconds + Int64(seconds))
        case .fault(let fault): strike(fault)
        case .edit(let name, let secret): edit(name, secret)
        case .restart: try restart()
        case .kill: kill()
        case .terminate: switchboard.close(at: now)
        }
        try settle()
    }

    private mutating func say(_ bytes: [UInt8], at place: Int) throws(Broken) {
        if wires[place]?.isHalfClosed == true || wires[place]?.hasStopped == true {
            wires[place]?.hasStopped = true
            try settle()
            if let id = wires[place]?.id { switchboard.broke(id, at: now) }
            try settle()
        }
        if wires[place] == nil { connect(at: place) }
        guard let wire = wires[place] else { return }
        wires[place]?.incoming = wire.incoming + cut.pieces(of: bytes)
        lives[place][lives[place].count - 1].said += bytes
    }

    private mutating func connect(at place: Int) {
        // Two of the three come from one address.
        let caller = Caller(
            address: place == 2 ? "192.0.2.3" : "192.0.2.1",
            isLocal: !conditions.contains(.isExposed),
            mayUsePassword: !conditions.contains(.passwordsAreRefused))
        guard let id = switchboard.connected(from: caller, at: now) else { return }
        wires[place] = Wire(id: id)
        lives[place].append(Life())
    }

    private mutating func wait(_ seconds: Int) {
        now = Moment(
            instant: now.instant + .seconds(seconds),
            wall: WallTime(seconds: now.wall.seconds + Int64(seconds), offset: now.wall.offset))
        for case let wire? in wires {
            if let deadline = switchboard.deadline(of: wire.id), deadline <= now.instant {
                switchboard.timePassed(for: wire.id, at: now)
            }
        }
        if let deadline = switchboard.deadline, deadline <= now.instant {
            switchboard.timePassed(at: now)
        }
    }

    private mutating func setWall(_ seconds: Int64) {
        now = Moment(
            instant: now.instant, wall: WallTime(seconds: seconds, offset: now.wall.offset))
    }

    private mutating func strike(_ fault: Step.Fault) {
        if faults.remove(fault) == nil { faults.insert(fault) }
        disk.isFull = faults.contains(.diskIsFull)
        disk.isUnreadable = faults.contains(.diskIsUnreadable)
    }

    /// And SIGHUP.
    private mutating func edit(_ text: String, _ secret: [UInt8]?) {
        guard let name = Username(older: text) else { return }
        accounts.removeAll { $0.name.folded == name.folded }
        if let password = secret.flatMap(Password.init) {
            accounts.append(AccountLine(name: name, secret: .word(password)))
        }
        switchboard.jobs.append(.reread)
    }

    // MARK: Ends and beginnings

    private mutating func restart() throws(Broken) {
        faults = []
        strikeNothing()
        switchboard.close(at: now)
        try settle()
        for case let wire? in wires { switchboard.gone(wire.id, at: now) }
        try settle()
        writer.close()
        kill()
    }

    /// What was not committed is lost.
    private mutating func kill() {
        wires = Step.connections.map { _ in nil }
        heldReports = []
        heldJobs = []
        writer = StoreWriter(DiskStandIn(disk))
        switchboard = Self.opened(disk, accounts, conditions, at: now)
    }

    private mutating func strikeNothing() {
        disk.isFull = false
        disk.isUnreadable = false
    }

    /// Everything that was held up goes on.
    mutating func calm() throws(Broken) {
        faults = []
        strikeNothing()
        try settle()
    }

    // MARK: The loop

    /// Runs until nothing moves any more.
    private mutating func settle() throws(Broken) {
        var turns = 0
        var quietTurns = 0
        while quietTurns < 2 {
            var hasMoved = read()
            hasMoved = switchboard.goOn(at: now) || hasMoved
            hasMoved = keep() || hasMoved
            hasMoved = hash() || hasMoved
            hasMoved = search() || hasMoved
            quietTurns = hasMoved ? 0 : quietTurns + 1
            if quietTurns == 2 {
                if write() { quietTurns = 0 }
                if closeFinished() { quietTurns = 0 }
            }
            turns += 1
            try hold(turns < Self.turnsMax, "it never stops")
        }
        try holdSettled()
    }

    /// Far more than a script has bytes.
    private static let turnsMax = 100_000

    private func holdSettled() throws(Broken) {
        for case let wire? in wires where !wire.isBlocked {
            try hold(!switchboard.hasOutput(wire.id), "what is to be said is not said")
        }
        try hold(!switchboard.isBusy, "it says that there is something to do")
    }

    private mutating func read() -> Bool {
        var hasMoved = false
        for place in wires.indices {
            while let wire = wires[place], switchboard.wantsInput(wire.id) {
                if let piece = wire.incoming.first {
                    wires[place]?.incoming.removeFirst()
                    switchboard.received(
                        piece.span, by: wire.id, allAcknowledged: isAcknowledged, at: now)
                } else if wire.hasStopped, !wire.stopIsTold {
                    wires[place]?.stopIsTold = true
                    switchboard.inputEnded(wire.id, allAcknowledged: isAcknowledged, at: now)
                } else {
                    break
                }
                hasMoved = true
            }
        }
        return hasMoved
    }

    private var isAcknowledged: Bool { !faults.contains(.nothingIsAcknowledged) }

    private mutating func keep() -> Bool {
        let orders = switchboard.orders
        switchboard.orders = []
        do throws(StoreError) {
            heldReports += try writer.turn(orders)
            while try writer.rest() {}
        } catch {
            preconditionFailure("nothing here is fatal, but: \(error)")
        }
        guard !faults.contains(.reportsAreHeld) else { return !orders.isEmpty }
        let reports = heldReports
        heldReports = []
        for report in reports { switchboard.receive(report, at: now) }
        return !orders.isEmpty || !reports.isEmpty
    }

    private mutating func hash() -> Bool {
        heldJobs += switchboard.jobs
        switchboard.jobs = []
        guard !faults.contains(.passwordsAreHeld) else { return false }
        let jobs = heldJobs
        heldJobs = []
        for job in jobs { switchboard.receive(outcome(of: job), at: now) }
        return !jobs.isEmpty
    }

    /// At once, since all secrets here are plain words.
    private mutating func outcome(of job: HashJob) -> HashOutcome {
        switch job {
        case .verify(let id, let name, let secret, let password):
            return .verified(id, name, secret == .word(password))
        case .enroll(let id, let name, let password):
            guard !accounts.contains(where: { $0.name.folded == name.folded }) else {
                return .taken(id, name)
            }
            guard !disk.isFull else { return .notEnrolled(id, name, "the disk is full") }
            let secret = Secret.word(password)
            accounts.append(AccountLine(name: name, secret: secret))
            return .enrolled(id, name, secret)
        case .change(let id, let name, let secret, let old, let new):
            guard secret == .word(old) else { return .notChanged(id, .wrong) }
            let line = AccountLine(name: name, secret: secret)
            guard !disk.isFull, let place = accounts.firstIndex(of: line) else {
                return .notChanged(id, .unable)
            }
            accounts[place] = AccountLine(name: name, secret: .word(new))
            return .changed(id, name, .word(new))
        case .reread:
            return .reread(.success(AccountBook.Reading(lines: accounts, notes: [])))
        }
    }

    private mutating func search() -> Bool {
        let searches = switchboard.searches
        switchboard.searches = []
        for case .find(let query, let id) in searches {
            let report: SearchReport =
                disk.isUnreadable
                ? .failed(.unable("the disk does not answer"), for: id)
                : .found(disk.log.find(query), for: id)
            switchboard.receive(report, at: now)
        }
        return !searches.isEmpty
    }

    private mutating func write() -> Bool {
        let dirty = switchboard.takeDirty()
        var hasWritten = false
        for (place, wire) in wires.enumerated() {
            guard let wire, wire.isWritable || dirty.contains(wire.id) else { continue }
            wires[place]?.isWritable = false
            write(at: place)
            hasWritten = true
        }
        return hasWritten
    }

    private mutating func write(at place: Int) {
        guard let id = wires[place]?.id else { return }
        wires[place]?.isBlocked = false
        while let wire = wires[place], !wire.isBlocked, switchboard.hasOutput(id) {
            let inputWasWaiting =
                switchboard.isAboutToWriteDone(id)
                && (switchboard.hasInput(id) || !wire.incoming.isEmpty)
            let part = switchboard.withNextOutput(of: id) { bytes in
                (0..<min(bytes.count, wire.window ?? bytes.count)).map { bytes[$0] }
            }
            wires[place]?.window = wire.window.map { $0 - part.count }
            wires[place]?.isBlocked = part.isEmpty
            lives[place][lives[place].count - 1].heard += part
            switchboard.wrote(
                part.count, for: id, inputWasWaiting: !part.isEmpty && inputWasWaiting, at: now)
        }
        guard let wire = wires[place], switchboard.wantsHalfClose(id) else { return }
        wires[place]?.isHalfClosed = true
        switchboard.halfClosed(
            id, peerHadClosed: wire.hasStopped || !wire.incoming.isEmpty, at: now)
    }

    private mutating func closeFinished() -> Bool {
        let finished = switchboard.finished
        switchboard.finished = []
        for id in finished {
            for place in wires.indices where wires[place]?.id == id { wires[place] = nil }
            switchboard.gone(id, at: now)
        }
        return !finished.isEmpty
    }
}
