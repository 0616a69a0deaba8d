import Delivery
import Protocol
import Server
import Store

/// The whole server without a socket, a thread or a clock: the switchboard, a store in memory, and
/// this shell around them, which does what the loop does and nothing else.
struct MemoryServer {
    private var switchboard: Switchboard
    private var writer: StoreWriter<DiskStandIn>
    private let disk = DiskStandIn.Disk()
    private let hasher = PasswordHasher()
    private let configuration: Configuration
    /// What the account file holds.
    private var accounts: [AccountLine]
    /// By slot.
    private var wires: [SessionID: Wire] = [:]
    private var order: [SessionID] = []

    private(set) var now = Moment(
        instant: Instant(nanoseconds: 1_000_000_000_000),
        wall: WallTime(seconds: 1_795_000_000, offset: 3_600))

    /// What lies between a client and its connection.
    private struct Wire {
        /// Sent and not yet taken.
        var incoming: [UInt8] = []
        var hasStopped = false
        var stopIsTold = false
        var outgoing: [UInt8] = []
        var hasEnded = false
    }

    init(_ configuration: Configuration, accounts text: String) throws {
        self.configuration = configuration
        accounts = try Accounts(Array(text.utf8)).lines
        writer = StoreWriter(DiskStandIn(disk))
        switchboard = try Self.opened(&writer, accounts, configuration, at: now)
        settle()
    }

    private static func opened(
        _ writer: inout StoreWriter<DiskStandIn>, _ accounts: [AccountLine],
        _ configuration: Configuration, at now: Moment
    ) throws -> Switchboard {
        let rules = PostOffice.Rules(configuration)
        return Switchboard(
            try writer.recover(findsSenders: rules.limitsSenders), accounts, rules: rules,
            idleLimit: configuration.idle, passwordRule: PasswordRule(isExposed: false),
            capacity: 1_000, at: now)
    }

    // MARK: What clients do

    /// Nil when there is no room.
    mutating func connect(from address: String) -> SessionID? {
        let caller = Caller(address: address, isLocal: true, mayUsePassword: true)
        guard let id = switchboard.connected(from: caller, at: now) else { return nil }
        wires[id] = Wire()
        order.append(id)
        settle()
        return id
    }

    mutating func send(_ bytes: [UInt8], from id: SessionID) {
        wires[id]?.incoming += bytes
        settle()
    }

    /// Also what a client does that closes in good order.
    mutating func stopSending(_ id: SessionID) {
        wires[id]?.hasStopped = true
        settle()
    }

    mutating func reset(_ id: SessionID) {
        switchboard.broke(id, at: now)
        settle()
    }

    /// What has come for it since it was last asked, and whether that was all.
    mutating func take(for id: SessionID) -> (bytes: [UInt8], hasEnded: Bool) {
        guard let wire = wires[id] else { return ([], true) }
        wires[id]?.outgoing = []
        return (wire.outgoing, wire.hasEnded)
    }

    // MARK: What the world does

    mutating func wait(_ time: Duration) {
        let seconds = time.nanoseconds / 1_000_000_000
        now = Moment(
            instant: now.instant + time,
            wall: WallTime(seconds: now.wall.seconds + seconds, offset: now.wall.offset))
        for id in order { switchboard.timePassed(for: id, at: now) }
        if let deadline = switchboard.deadline, deadline <= now.instant {
            switchboard.timePassed(at: now)
        }
        settle()
    }

    mutating func fillDisk(_ isFull: Bool) {
        disk.isFull = isFull
        settle()
    }

    /// In good order: everything is committed, and everybody hears the end.
    mutating func restart() throws {
        switchboard.close(at: now)
        settle()
        for id in order { switchboard.gone(id, at: now) }
        settle()
        try kill()
    }

    /// What was not committed is lost.
    mutating func kill() throws {
        for id in order { wires[id]?.hasEnded = true }
        order = []
        switchboard = try Self.opened(&writer, accounts, configuration, at: now)
        settle()
    }

    // MARK: The loop

    /// Runs until nothing moves any more.
    private mutating func settle() {
        var isBusy = true
        while isBusy {
            isBusy = read()
            isBusy = switchboard.goOn(at: now) || isBusy
            isBusy = keep() || isBusy
            isBusy = hash() || isBusy
            isBusy = search() || isBusy
            isBusy = write() || isBusy
            isBusy = closeFinished() || isBusy
        }
    }

    private mutating func read() -> Bool {
        var hasMoved = false
        for id in order where switchboard.wantsInput(id) {
            guard let wire = wires[id] else { continue }
            if !wire.incoming.isEmpty {
                wires[id]?.incoming = []
                switchboard.received(wire.incoming.span, by: id, allAcknowledged: true, at: now)
                hasMoved = true
            } else if wire.hasStopped, !wire.stopIsTold {
                wires[id]?.stopIsTold = true
                switchboard.inputEnded(id, allAcknowledged: true, at: now)
                hasMoved = true
            }
        }
        return hasMoved
    }

    private mutating func keep() -> Bool {
        let orders = switchboard.orders
        switchboard.orders = []
        do throws(StoreError) {
            let reports = try writer.turn(orders)
            for report in reports { switchboard.receive(report, at: now) }
            while try writer.rest() {}
            return !orders.isEmpty || !reports.isEmpty
        } catch {
            preconditionFailure("nothing here is fatal, but: \(error)")
        }
    }

    private mutating func hash() -> Bool {
        let jobs = switchboard.jobs
        switchboard.jobs = []
        for job in jobs {
            switch job {
            case .verify(let id, let name, let secret, let password):
                let isRight = hasher.verify(password, secret)
                switchboard.receive(.verified(id, name, isRight), at: now)
            case .enroll(let id, let name, let password):
                accounts.append(AccountLine(name: name, secret: .word(password)))
                switchboard.receive(.enrolled(id, name, .word(password)), at: now)
            case .change(let id, let name, let secret, let old, let new):
                guard hasher.verify(old, secret) else {
                    switchboard.receive(.notChanged(id, .wrong), at: now)
                    continue
                }
                guard !disk.isFull else {
                    switchboard.receive(.notChanged(id, .unable), at: now)
                    continue
                }
                accounts.removeAll { $0.name == name }
                accounts.append(AccountLine(name: name, secret: .word(new)))
                switchboard.receive(.changed(id, name, .word(new)), at: now)
            case .reread:
                preconditionFailure("nobody asked for it")
            }
        }
        return !jobs.isEmpty
    }

    private mutating func search() -> Bool {
        let searches = switchboard.searches
        switchboard.searches = []
        for case .find(let query, let id) in searches {
            switchboard.receive(.found(disk.log.find(query), for: id), at: now)
        }
        return !searches.isEmpty
    }

    private mutating func write() -> Bool {
        var hasMoved = false
        for id in switchboard.takeDirty() {
            while switchboard.hasOutput(id) {
                let inputWasWaiting =
                    switchboard.isAboutToWriteDone(id)
                    && (switchboard.hasInput(id) || wires[id]?.incoming.isEmpty == false)
                let bytes = switchboard.withNextOutput(of: id) { bytes in
                    bytes.indices.map { bytes[$0] }
                }
                wires[id]?.outgoing += bytes
                switchboard.wrote(bytes.count, for: id, inputWasWaiting: inputWasWaiting, at: now)
            }
            if switchboard.wantsHalfClose(id) {
                let wire = wires[id]
                let peerHadClosed = wire?.hasStopped == true || wire?.incoming.isEmpty == false
                wires[id]?.hasEnded = true
                switchboard.halfClosed(id, peerHadClosed: peerHadClosed, at: now)
            }
            hasMoved = true
        }
        return hasMoved
    }

    private mutating func closeFinished() -> Bool {
        let finished = switchboard.finished
        switchboard.finished = []
        for id in finished {
            wires[id]?.hasEnded = true
            order.removeAll { $0 == id }
            switchboard.gone(id, at: now)
        }
        return !finished.isEmpty
    }
}

/// A store in memory on a disk that can be full, and outlives its server.
struct DiskStandIn: MessageStore {
    final class Disk {
        fileprivate(set) var log = MemoryStore()
        var isFull = false
    }

    private let disk: Disk

    init(_ disk: Disk) {
        self.disk = disk
    }

    func recover() -> Recovered { disk.log.recover() }

    func commit(_ group: [Entry]) throws(StoreError) -> MessageNumber {
        if disk.isFull, !group.isEmpty { throw .unable("the disk is full") }
        return disk.log.commit(group)
    }

    func mail(_ query: MailQuery, bytes: Int) -> MailPage { disk.log.mail(query, bytes: bytes) }

    func inbox(_ query: MailQuery) -> [Unread] { disk.log.inbox(query) }

    func history(_ query: HistoryQuery) -> HistoryPage { disk.log.history(query) }

    func entries(_ numbers: [MessageNumber], bytes: Int) -> MailPage {
        disk.log.entries(numbers, bytes: bytes)
    }

    func forget(before: WallTime) { disk.log.forget(before: before) }

    func tidy() -> Bool { false }

    func close() {}
}
