import Delivery
import Protocol
import Sockets
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One line per event to standard error, written by a thread of its own, so that a pipe that nobody
/// reads holds up nobody. What does not fit is dropped and counted.
final class Log: Sendable {
    private enum Item: Sendable {
        case notes([Note], at: WallTime)
        case event(LogEvent)
    }

    /// What the thread and the loop both know.
    private final class Gauge: Sendable {
        let dropped = Atomic(0)
        let isWritten = Atomic(false)
    }

    /// Batches that wait; a batch is what one turn of the loop had to say.
    private static let ceiling = 4_096

    private let box: SwapBox<Item>
    private let gauge = Gauge()

    init(_ format: LogFormat) throws(SystemError) {
        box = try SwapBox()
        let thread = try startThread(named: "log") { [box, gauge] in
            Self.run(box, gauge, format)
        }
        // Where nobody reads the log it does not end.
        thread.letGo()
    }

    func write(_ notes: inout [Note], at now: WallTime) {
        guard !notes.isEmpty else { return }
        if !box.offer(.notes(notes, at: now), ceiling: Self.ceiling) {
            gauge.dropped.add(notes.count, ordering: .relaxed)
        }
        notes.removeAll(keepingCapacity: true)
    }

    func write(
        _ name: StaticString, _ fields: KeyValuePairs<StaticString, String>, at now: WallTime
    ) {
        let event = LogEvent(name, fields.map { ($0.key, $0.value) }, at: now)
        if !box.offer(.event(event), ceiling: Self.ceiling) {
            gauge.dropped.add(1, ordering: .relaxed)
        }
    }

    /// Waits until all is written, but not for long: perhaps nobody reads it.
    func finish() {
        box.close()
        for _ in 0..<100 where !gauge.isWritten.load(ordering: .acquiring) { usleep(10_000) }
    }

    private static func run(_ box: SwapBox<Item>, _ gauge: Gauge, _ format: LogFormat) {
        var items: [Item] = []
        while box.takeWaiting(into: &items) {
            var bytes: [UInt8] = []
            for item in items {
                switch item {
                case .event(let event):
                    event.append(to: &bytes, as: format)
                case .notes(let notes, let at):
                    for note in notes { note.event(at: at).append(to: &bytes, as: format) }
                }
            }
            let lost = gauge.dropped.exchange(0, ordering: .relaxed)
            if lost > 0 {
                LogEvent("log-dropped", [("lines", "\(lost)")], at: WallTime(seconds: 0))
                    .append(to: &bytes, as: format)
            }
            StandardError.write(bytes)
        }
        gauge.isWritten.store(true, ordering: .releasing)
    }
}
