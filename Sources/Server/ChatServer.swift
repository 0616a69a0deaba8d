import Delivery
import Protocol
import Sockets
import Store

/// The server's loop: it owns every connection and everything that is known across them.
///
/// One turn: what the kernel, the store and the hashing threads have to say goes into the
/// switchboard; what comes out of it goes to them, each batch and each connection's output once.
/// Nothing on this way takes a lock for long, or waits.
package struct ChatServer: ~Copyable {
    private var switchboard: Switchboard
    private let store: StoreThread
    private let hashing: HashingThreads
    private let log: Log
    private let signals: SwapBox<Signal>
    private let listeners: [Listener]
    private var poller: Poller
    private let allowsPlaintext: Bool

    private var clock: ServerClock
    private var wheel: TimingWheel
    /// By slot, with the number that tells tenants apart.
    private var lines: [Line?] = []
    private var listenersPausedUntil: Int64?
    private var leavingAt: Int64?
    /// Another thread has something to say.
    private var bellRang = false
    private var failed = false

    /// A connection's own end.
    private struct Line {
        let id: SessionID
        let socket: Socket
        var interest: Interest = .reading
    }

    init(_ parts: consuming Parts) throws(StartError) {
        poller = try Self.watch(
            parts.listeners,
            [parts.store.reports.waker, parts.hashing.outcomes.waker, parts.signals.waker])
        clock = ServerClock()
        switchboard = parts.switchboard
        store = parts.store
        hashing = parts.hashing
        log = parts.log
        signals = parts.signals
        listeners = parts.listeners
        allowsPlaintext = parts.allowsPlaintext
        wheel = TimingWheel(now: MonotonicClock.nanoseconds)
    }

    private static func watch(
        _ listeners: [Listener], _ wakers: [Waker]
    ) throws(StartError) -> Poller {
        do throws(SystemError) {
            let poller = try Poller()
            for (index, listener) in listeners.enumerated() {
                try poller.watch(
                    listener.number, for: .reading, token: Token.listener(index).value)
            }
            for waker in wakers {
                try poller.watch(waker.number, for: .reading, token: Token.bell.value)
            }
            return poller
        } catch {
            throw .system(error)
        }
    }

    // MARK: Turns

    /// Runs until somebody ends it. The exit code.
    mutating func run() -> Int32 {
        var events: [PollerEvent] = []
        var buffer = [UInt8](repeating: 0, count: Limits.receiveBytes)
        var inbox = Inbox()
        var isBusy = false
        takeBatches(into: &inbox)

        while !failed, leavingAt == nil || switchboard.count > 0 {
            do throws(SystemError) {
                try poller.wait(timeoutNanoseconds: patience(isBusy), into: &events)
            } catch {
                log.write("cannot-wait", ["reason": "\(error)"], at: clock.now.wall)
                return 1
            }
            clock.tick()
            for event in events { handle(event, &buffer) }
            if bellRang { takeBatches(into: &inbox) }
            takeTime()
            isBusy = switchboard.goOn(at: clock.now)
            passOn()
            flush()
            passOn()
            closeFinished()
            if let end = leavingAt, end <= clock.now.instant.nanoseconds { break }
        }
        return leave()
    }

    private func patience(_ isBusy: Bool) -> Int64? {
        if isBusy { return 0 }
        let now = MonotonicClock.nanoseconds
        let next = [wheel.nextTick, listenersPausedUntil, leavingAt].compactMap(\.self).min()
        return next.map { max(0, $0 - now) }
    }

    private mutating func handle(_ event: PollerEvent, _ buffer: inout [UInt8]) {
        switch Token(event.token) {
        case .listener(let index):
            accept(listeners[index])
        case .bell:
            bellRang = true
        case .session(let id):
            guard line(id) != nil else { return }
            if event.readiness.contains(.reading) || event.readiness.contains(.over) {
                read(id, &buffer, isOver: event.readiness.contains(.over))
            }
            if event.readiness.contains(.writing) { flush(id) }
        }
    }

    // MARK: In

    private mutating func accept(_ listener: Listener) {
        for _ in 0..<Self.acceptsPerTurn {
            switch listener.accept() {
            case .none:
                return
            case .starved(let error):
                log.write("no-descriptor", ["reason": "\(error)"], at: clock.now.wall)
                pauseListeners()
                return
            case .connection(let socket, let address):
                welcome(socket, from: address)
            }
        }
    }

    private mutating func welcome(_ socket: Socket, from address: SocketAddress) {
        let caller = Caller(
            address: address.household, isLocal: address.isLoopback,
            mayUsePassword: address.isLoopback || allowsPlaintext)
        guard let id = switchboard.connected(from: caller, at: clock.now) else {
            log.write("turned-away", ["from": caller.address], at: clock.now.wall)
            socket.abort()
            return
        }
        do throws(SystemError) {
            try poller.watch(socket.number, for: .reading, token: Token.session(id).value)
        } catch {
            switchboard.gone(id, at: clock.now)
            socket.abort()
            return
        }
        while lines.count <= Int(id.slot) { lines.append(nil) }
        lines[Int(id.slot)] = Line(id: id, socket: socket)
        fileDeadline(id)
    }

    private mutating func read(_ id: SessionID, _ buffer: inout [UInt8], isOver: Bool) {
        guard let socket = line(id)?.socket else { return }
        guard switchboard.wantsInput(id) else {
            // Reset, or closed by both sides: nothing will come of it.
            if isOver { switchboard.broke(id, at: clock.now) } else { mute(id) }
            return
        }
        switch socket.receive(into: &buffer) {
        case .bytes(let count):
            // Asked after the bytes were taken: they may have carried the acknowledgement.
            let acknowledged =
                switchboard.awaitsProof(id) && socket.unacknowledgedBytes == 0
            switchboard.received(
                buffer.span.extracting(0..<count), by: id, allAcknowledged: acknowledged,
                at: clock.now)
        case .endOfStream:
            switchboard.inputEnded(
                id, allAcknowledged: socket.unacknowledgedBytes == 0, at: clock.now)
            mute(id)
        case .wouldBlock:
            break
        case .failed:
            switchboard.broke(id, at: clock.now)
        }
    }

    /// What the other threads have to say.
    private struct Inbox {
        var reports: [StoreReport] = []
        var outcomes: [HashOutcome] = []
        var signals: [Signal] = []
    }

    /// Every box is emptied until it says so: only then will it ring again.
    private mutating func takeBatches(into inbox: inout Inbox) {
        bellRang = false
        for waker in [store.reports.waker, hashing.outcomes.waker, signals.waker] { waker.clear() }
        repeat {
            store.reports.take(into: &inbox.reports)
            for report in inbox.reports {
                if case .trouble(let error) = report { note(error) }
                switchboard.receive(report, at: clock.now)
            }
        } while !inbox.reports.isEmpty
        repeat {
            hashing.outcomes.take(into: &inbox.outcomes)
            for outcome in inbox.outcomes {
                note(outcome)
                switchboard.receive(outcome, at: clock.now)
            }
        } while !inbox.outcomes.isEmpty
        repeat {
            signals.take(into: &inbox.signals)
            for signal in inbox.signals { obey(signal) }
        } while !inbox.signals.isEmpty
    }

    private mutating func obey(_ signal: Signal) {
        switch signal {
        case .hangUp:
            switchboard.jobs.append(.reread)
        case .terminate, .interrupt:
            log.write("stopping", ["sessions": "\(switchboard.count)"], at: clock.now.wall)
            for listener in listeners { listener.close() }
            // The second one is meant.
            let patience = leavingAt == nil ? Self.leavingPatience : .zero
            leavingAt = (clock.now.instant + patience).nanoseconds
            switchboard.close(at: clock.now)
        }
    }

    private mutating func takeTime() {
        let now = clock.now
        var due: [Int32] = []
        wheel.advance(
            to: now.instant.nanoseconds, limit: Self.deadlinesPerTurn, due: &due)
        for slot in due {
            guard let id = lines[Int(slot)]?.id else { continue }
            switchboard.timePassed(for: id, at: now)
            fileDeadline(id)
        }
        if let end = listenersPausedUntil, end <= now.instant.nanoseconds, leavingAt == nil {
            listenersPausedUntil = nil
            watchListeners(for: .reading)
        }
    }

    // MARK: Out

    /// Hands over what was gathered for the other threads.
    private mutating func passOn() {
        store.put(&switchboard.orders)
        hashing.put(&switchboard.jobs)
        log.write(&switchboard.notes, at: clock.now.wall)
    }

    private mutating func flush() {
        // What was written may have made room for more.
        for _ in 0..<2 {
            for id in switchboard.takeDirty() { flush(id) }
        }
    }

    private mutating func flush(_ id: SessionID) {
        guard let socket = line(id)?.socket else { return }
        var isBlocked = false
        while !isBlocked, switchboard.hasOutput(id) {
            let inputWasWaiting =
                switchboard.isAboutToWriteDone(id)
                && (switchboard.hasInput(id) || socket.waitingBytes > 0)
            switch switchboard.withNextOutput(of: id, { socket.send($0) }) {
            case .sent(let count):
                switchboard.wrote(
                    count, for: id, inputWasWaiting: inputWasWaiting, at: clock.now)
            case .wouldBlock:
                switchboard.wrote(0, for: id, inputWasWaiting: false, at: clock.now)
                isBlocked = true
            case .failed:
                switchboard.broke(id, at: clock.now)
                return
            }
        }
        if switchboard.wantsHalfClose(id) {
            let peerHadClosed = socket.peerHasClosed || socket.waitingBytes > 0
            socket.shutdownWriting()
            switchboard.halfClosed(id, peerHadClosed: peerHadClosed, at: clock.now)
        }
        settle(id, isBlocked: isBlocked)
        fileDeadline(id)
    }

    private mutating func closeFinished() {
        let finished = switchboard.finished
        switchboard.finished = []
        for id in finished {
            guard let socket = line(id)?.socket else { continue }
            switchboard.gone(id, at: clock.now)
            wheel.remove(id.slot)
            lines[Int(id.slot)] = nil
            socket.close()
        }
        if !finished.isEmpty { passOn() }
    }

    /// Commits what was accepted, and goes.
    private mutating func leave() -> Int32 {
        for case let line? in lines {
            switchboard.gone(line.id, at: clock.now)
            line.socket.close()
        }
        passOn()
        if !failed { store.finish() }
        log.write("stopped", [:], at: clock.now.wall)
        log.finish()
        return failed ? 1 : 0
    }

    /// The last of it.
    consuming func close() {
        poller.close()
    }

    // MARK: What the kernel watches

    private func line(_ id: SessionID) -> Line? {
        guard Int(id.slot) < lines.count, let line = lines[Int(id.slot)], line.id == id else {
            return nil
        }
        return line
    }

    /// After output: watched for writing while the kernel takes nothing, and for reading when the
    /// session takes lines. One that waits for a moment keeps being watched; `mute` ends that if
    /// the peer goes on, so that only those who do not wait for answers cost a call to the kernel.
    private mutating func settle(_ id: SessionID, isBlocked: Bool) {
        guard let line = line(id) else { return }
        var interest = line.interest
        if switchboard.wantsInput(id) { interest.insert(.reading) }
        if isBlocked { interest.insert(.writing) } else { interest.remove(.writing) }
        watch(line, for: interest)
    }

    /// The peer goes on while nothing can be taken: its own window is the queue now.
    private mutating func mute(_ id: SessionID) {
        guard let line = line(id) else { return }
        watch(line, for: line.interest.subtracting(.reading))
    }

    private mutating func watch(_ line: Line, for interest: Interest) {
        guard interest != line.interest else { return }
        lines[Int(line.id.slot)]?.interest = interest
        poller.change(line.socket.number, to: interest, token: Token.session(line.id).value)
    }

    private mutating func fileDeadline(_ id: SessionID) {
        guard let deadline = switchboard.deadline(of: id) else { return }
        wheel.file(id.slot, at: deadline.nanoseconds)
    }

    private mutating func pauseListeners() {
        listenersPausedUntil = (clock.now.instant + Self.listenersPause).nanoseconds
        watchListeners(for: [])
    }

    private func watchListeners(for interest: Interest) {
        for (index, listener) in listeners.enumerated() {
            poller.change(listener.number, to: interest, token: Token.listener(index).value)
        }
    }

    // MARK: Log

    private mutating func note(_ trouble: StoreError?) {
        switch trouble {
        case nil:
            log.write("store-works-again", [:], at: clock.now.wall)
        case .unable(let reason):
            log.write("store-unable", ["reason": reason], at: clock.now.wall)
        case .damaged(let reason):
            log.write("store-damaged", ["reason": reason], at: clock.now.wall)
        case .fatal(let reason):
            log.write("store-failed", ["reason": reason], at: clock.now.wall)
            failed = true
        }
    }

    private func note(_ outcome: HashOutcome) {
        switch outcome {
        case .notEnrolled(_, _, let reason):
            log.write("account-not-kept", ["reason": reason], at: clock.now.wall)
        case .reread(.failure(let fault)):
            log.write("accounts-not-read", ["reason": "\(fault)"], at: clock.now.wall)
        case .reread(.success(let reading)):
            for note in reading.notes { log.write("accounts", ["note": note], at: clock.now.wall) }
        case .verified, .enrolled:
            break
        }
    }

    // MARK: Numbers

    /// Then the others have their turn.
    private static let acceptsPerTurn = 256
    private static let deadlinesPerTurn = 2_000
    /// Without a free descriptor; long enough to cost nothing, short enough not to be noticed.
    private static let listenersPause = Duration.milliseconds(200)
    /// For the goodbyes; what is left of `Limits.closing` is for the store.
    private static let leavingPatience = Duration.seconds(6)
}

/// What a poller's event is about. Sessions have a generation above 0.
private enum Token {
    case listener(Int)
    case bell
    case session(SessionID)

    init(_ value: UInt64) {
        let low = Int32(truncatingIfNeeded: value)
        switch UInt32(value >> 32) {
        case 0: self = low < 0 ? .bell : .listener(Int(low))
        case let generation: self = .session(SessionID(slot: low, generation: generation))
        }
    }

    var value: UInt64 {
        switch self {
        case .listener(let index): UInt64(index)
        case .bell: UInt64(UInt32.max)
        case .session(let id): UInt64(id.generation) << 32 | UInt64(UInt32(id.slot))
        }
    }
}

/// Now, asked once a turn.
struct ServerClock {
    private var wallClock = WallClock()
    private(set) var now: Moment

    init() {
        let wall = wallClock.now()
        now = Moment(
            instant: Instant(nanoseconds: MonotonicClock.nanoseconds),
            wall: WallTime(seconds: wall.seconds, offset: wall.offset))
    }

    mutating func tick() {
        let wall = wallClock.now()
        now = Moment(
            instant: Instant(nanoseconds: MonotonicClock.nanoseconds),
            wall: WallTime(seconds: wall.seconds, offset: wall.offset))
    }
}
