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
    var switchboard: Switchboard
    let store: StoreThread
    let hashing: HashingThreads
    let search: SearchThread
    let log: Log
    let signals: SwapBox<Signal>
    let listeners: [Listener]
    private var poller: Poller
    private let allowsPlaintext: Bool
    private var retention: Retention

    var clock: ServerClock
    private var wheel: TimingWheel
    /// By slot, with the number that tells tenants apart.
    private var lines: [Line?] = []
    private var listenersPausedUntil: Int64?
    var leavingAt: Int64?
    /// Another thread has something to say.
    var bellRang = false
    var failed = false

    /// A connection's own end.
    private struct Line {
        let id: SessionID
        let socket: Socket
        var interest: Interest = .reading
    }

    init(_ parts: consuming Parts) throws(StartError) {
        poller = try Self.watch(
            parts.listeners,
            [
                parts.store.reports.waker, parts.hashing.outcomes.waker,
                parts.search.reports.waker, parts.signals.waker,
            ])
        clock = ServerClock()
        switchboard = parts.switchboard
        store = parts.store
        hashing = parts.hashing
        search = parts.search
        log = parts.log
        signals = parts.signals
        listeners = parts.listeners
        allowsPlaintext = parts.allowsPlaintext
        retention = Retention(days: parts.historyDays)
        wheel = TimingWheel(now: MonotonicClock.nanoseconds)
    }

    private static func watch(
        _ listeners: [Listener], _ wakers: [Waker]
    ) throws(StartError) -> Poller {
        do throws(SystemError) {
            let poller = try Poller()
            for (index, listener) in listeners.enumerated() {
                try poller.watch(
                    listener.number, for: .reading, token: PollerToken.listener(index).value)
            }
            for waker in wakers {
                try poller.watch(waker.number, for: .reading, token: PollerToken.bell.value)
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
        takeBatches(into: &inbox)

        while !failed, leavingAt == nil || switchboard.count > 0 {
            do throws(SystemError) {
                try poller.wait(timeoutNanoseconds: patience, into: &events)
            } catch {
                log.write("cannot-wait", ["reason": "\(error)"], at: clock.now.wall)
                return 1
            }
            clock.tick()
            for event in events { handle(event, &buffer) }
            if bellRang { takeBatches(into: &inbox) }
            takeTime()
            switchboard.goOn(at: clock.now)
            passOn()
            flush()
            passOn()
            closeFinished()
            if let end = leavingAt, end <= clock.now.instant.nanoseconds { break }
        }
        return leave()
    }

    private var patience: Int64? {
        if switchboard.isBusy { return 0 }
        let now = MonotonicClock.nanoseconds
        let others = [switchboard.deadline, retention.due].compactMap { $0?.nanoseconds }
        let next = ([wheel.nextTick, listenersPausedUntil, leavingAt].compactMap(\.self) + others)
            .min()
        return next.map { max(0, $0 - now) }
    }

    private mutating func handle(_ event: PollerEvent, _ buffer: inout [UInt8]) {
        switch PollerToken(event.token) {
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
            try poller.watch(socket.number, for: .reading, token: PollerToken.session(id).value)
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
        if let deadline = switchboard.deadline, deadline <= now.instant {
            switchboard.timePassed(at: now)
        }
        if let end = retention.endDue(at: now) { switchboard.orders.append(.forget(before: end)) }
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
        search.put(&switchboard.searches, head: switchboard.head)
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
        search.finish()
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
        poller.change(line.socket.number, to: interest, token: PollerToken.session(line.id).value)
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
            poller.change(listener.number, to: interest, token: PollerToken.listener(index).value)
        }
    }

    // MARK: Numbers

    /// Then the others have their turn.
    private static let acceptsPerTurn = 256
    private static let deadlinesPerTurn = 2_000
    /// Without a free descriptor; long enough to cost nothing, short enough not to be noticed.
    private static let listenersPause = Duration.milliseconds(200)
}
