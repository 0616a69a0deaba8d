import Protocol

/// What a connection has to say and the kernel has not yet taken.
///
/// Knows where the last `DONE` stands in it, or the end of mail that is told at once, since what
/// the peer had typed when it was written decides whether the mail before it can count as read.
struct Outbox: Sendable {
    private var bytes: [UInt8] = []
    private var taken = 0
    /// The last `DONE`, or the last byte of what was told at once, by its place in `bytes`.
    private var done: Range<Int>?

    var count: Int { bytes.count - taken }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ reply: Reply) {
        let start = bytes.count
        reply.append(to: &bytes)
        if reply == .done { done = start..<bytes.count }
    }

    /// What was told at once ends here. Nothing is marked when all of it is written already: then
    /// it is too late to see what the peer had typed.
    mutating func endPush() {
        if !isEmpty { done = (bytes.count - 1)..<bytes.count }
    }

    mutating func append(_ raw: [UInt8]) {
        bytes += raw
    }

    /// What to write next. All there is, unless much stands before a `DONE`: then that first, so
    /// that what the peer has typed is looked at as late as possible.
    private var next: Range<Int> {
        guard let done, done.lowerBound - taken > Limits.doneRidesAlongBytes else {
            return taken..<bytes.count
        }
        return taken..<done.lowerBound
    }

    /// Whether what is written next holds the end of a `DONE`.
    var isAboutToWriteDone: Bool {
        guard let done else { return false }
        return next.contains(done.upperBound - 1)
    }

    /// Gives what to write next to the kernel, or its stand-in, which says how much it took.
    borrowing func withNext<Result>(_ write: (Span<UInt8>) -> Result) -> Result {
        write(bytes.span.extracting(next))
    }

    /// So many bytes are written. True when the last `DONE` now is.
    mutating func wrote(_ count: Int) -> Bool {
        taken += count
        let doneIsWritten = done.map { $0.upperBound <= taken } ?? false
        if doneIsWritten { done = nil }
        if taken == bytes.count {
            // Nothing stays behind: most sessions are silent most of the time.
            bytes = []
            taken = 0
        } else if taken >= Limits.outboxLowWater {
            bytes.removeSubrange(..<taken)
            done = done.map { ($0.lowerBound - taken)..<($0.upperBound - taken) }
            taken = 0
        }
        return doneIsWritten
    }
}
