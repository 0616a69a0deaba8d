// What happened, one line each: a number that is the same when all of it was the same, and the end
// of it in words when something went wrong.

import Protocol

/// The kinds of lines in a trace.
enum Happening: UInt8, Sendable {
    case connects, refused, accepted, turnedAway, says, sends, arrives, acknowledges, cuts
    case reads, hears, half, ends, closes, resets, vanishes, stalls
    case turn, dirty, writes, done, halfCloses, finishes
    case orders, commits, reports, full, unreadable, works, enrolls, verifies, rereads
    case wallSteps, stops, crashes, powerFails, starts, failsToStart, heals, drains
}

struct Trace: Sendable {
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var count = 0
    private var latest: [Line] = []
    private let prints: Bool

    static let kept = 50

    private struct Line: Sendable {
        let number: Int
        let at: Instant
        let what: Happening
        let who: Int
        let amount: Int
        let text: [UInt8]
    }

    init(prints: Bool) {
        self.prints = prints
    }

    mutating func note(
        _ what: Happening, _ who: Int, _ amount: Int = 0, _ text: [UInt8] = [], at: Instant
    ) {
        mix(UInt64(what.rawValue) | UInt64(truncatingIfNeeded: who) << 8)
        mix(UInt64(truncatingIfNeeded: amount))
        mix(UInt64(truncatingIfNeeded: at.nanoseconds))
        for byte in text.prefix(64) { mix(UInt64(byte)) }

        let line = Line(number: count, at: at, what: what, who: who, amount: amount, text: text)
        if latest.count < Self.kept {
            latest.append(line)
        } else {
            latest[count % Self.kept] = line
        }
        count += 1
        if prints { print(Self.words(line)) }
    }

    /// The last lines, oldest first.
    var ending: [String] {
        let start = latest.count < Self.kept ? 0 : count % Self.kept
        return (latest[start...] + latest[..<start]).map(Self.words)
    }

    private mutating func mix(_ value: UInt64) {
        hash = (hash ^ value) &* 0x0000_0100_0000_01b3
        hash ^= hash >> 29
    }

    private static func words(_ line: Line) -> String {
        let microseconds = line.at.nanoseconds / 1_000
        let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
        var words = "\(line.number) \(microseconds / 1_000_000).\(fraction) \(line.what)"
        words += " \(line.who) \(line.amount)"
        if !line.text.isEmpty { words += " " + quoted(line.text) }
        return words
    }

    private static func quoted(_ text: [UInt8]) -> String {
        var result = ""
        for byte in text.prefix(120) {
            switch byte {
            case 0x0a: result += "⏎"
            case 0x20...0x7e: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "\\" + String(byte, radix: 16)
            }
        }
        return text.count > 120 ? result + "…" : result
    }
}
