// What a harness found, told as soon as it is found, and the row it gets in the table.
import ProofKit
import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One harness at work: it shows how far it is, and keeps what it finds.
final class Watch: Sendable {
    private struct State: Sendable {
        var done = 0
        var found = 0
        var shown = ContinuousClock.now
    }

    let harness: String
    private let unit: String
    /// Nil when it ends where there is no more to do.
    private let wanted: Int?
    private let began = ContinuousClock.now
    private let state = Guarded(State())

    init(_ harness: String, _ wanted: Int?, _ unit: String) {
        self.harness = harness
        self.wanted = wanted
        self.unit = unit
    }

    var done: Int { state.withLock(\.done) }
    var found: Int { state.withLock(\.found) }

    /// One more of the wanted is done.
    func didOne() {
        let line = state.withLock { state -> String? in
            state.done += 1
            let now = ContinuousClock.now
            guard now - state.shown >= .seconds(2) || state.done == wanted else { return nil }
            state.shown = now
            let of = wanted.map { " of \($0)" } ?? ""
            return "\(harness): \(state.done)\(of) \(unit), \(state.found) found"
        }
        if let line { tell(line) }
    }

    /// How to see it again stands behind it.
    func found(_ what: String, again: String) {
        let count = state.withLock { state in
            state.found += 1
            return state.found
        }
        if count <= Self.told { tell("\(harness): FOUND \(what)\n    again: \(again)") }
        if count == Self.told { tell("\(harness): more of them are only counted") }
    }

    private static let told = 20

    var row: Row {
        let (done, found) = state.withLock { ($0.done, $0.found) }
        return Row(
            harness: harness, amount: "\(done) \(unit)", found: found,
            seconds: (ContinuousClock.now - began) / .seconds(1))
    }
}

func tell(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    // The array's own length. Where nobody listens there is nothing to be done about it.
    _ = unsafe write(2, bytes, bytes.count)
}

/// One harness in the table.
struct Row {
    let harness: String
    let amount: String
    let found: Int
    let seconds: Double
    /// What is planted has to be found.
    var isControl = false

    var isGood: Bool { isControl == (found > 0) }

    static let head = text("harness", "what", "found", "per minute", "seconds", "")

    var text: String {
        let count = Double(amount.prefix { $0.isNumber }) ?? 0
        let perMinute = seconds > 0 ? Int(count / seconds * 60) : 0
        let tenths = Int(seconds * 10)
        return Self.text(
            harness, amount, "\(found)", "\(perMinute)", "\(tenths / 10).\(tenths % 10)",
            isGood ? (isControl ? "condemned, as it should be" : "") : "WRONG")
    }

    private static func text(_ columns: String...) -> String {
        let widths = [36, 22, 7, 12, 9, 0]
        var line = ""
        for (place, column) in columns.enumerated() {
            let padding = String(repeating: " ", count: max(0, widths[place] - column.count))
            line += place < 2 ? column + padding : place < 5 ? padding + column : "  " + column
        }
        return line
    }
}
