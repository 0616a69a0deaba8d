import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Long enough for any machine: it only matters when a test fails.
package let patience: Duration = .seconds(30)

/// What was awaited and did not come.
package struct Missing: Error, CustomStringConvertible {
    package let description: String

    package init(_ what: String) {
        description = what
    }
}

/// Whether the descriptor can be read, or written, before the deadline.
package func isReady(
    _ descriptor: Int32, for events: Int32, until deadline: ContinuousClock.Instant
)
    -> Bool
{
    while true {
        let left = max(.zero, deadline - .now)
        var question = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        // One pollfd is passed, and its count.
        let count = unsafe poll(&question, 1, Int32(left / .milliseconds(1)) + 1)
        if count > 0 { return true }
        if count == 0 || errno != EINTR { return false }
    }
}

/// Reads a stream to its end on a thread of its own, so that whoever writes it never waits, and
/// gives it out in lines.
package final class LineTail {
    private enum Piece: Sendable {
        case line(String)
        case end
    }

    /// All that was taken so far.
    package private(set) var lines: [String] = []
    package private(set) var hasEnded = false
    private let box: SwapBox<Piece>
    private let thread: ThreadHandle

    /// Takes over the descriptor.
    package init(reading descriptor: Int32) throws {
        let box = try SwapBox<Piece>()
        self.box = box
        thread = try startThread(named: "tail") {
            var rest: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while true {
                // The chunk's own length.
                let count = unsafe read(descriptor, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                rest += chunk.prefix(count)
                var lines = rest.split(separator: 0x0a, omittingEmptySubsequences: false)
                rest = Array(lines.removeLast())
                var pieces = lines.map { Piece.line(String(decoding: $0, as: UTF8.self)) }
                box.put(&pieces)
            }
            if !rest.isEmpty { box.put(.line(String(decoding: rest, as: UTF8.self))) }
            box.put(.end)
            close(descriptor)
        }
        take()
    }

    /// To be called once, when whoever writes is gone.
    package func join() {
        thread.join()
    }

    /// The line that has this in it, or the second, the third … of them. Waits for it.
    @discardableResult
    package func line(containing text: String, occurrence: Int = 1) throws -> String {
        let deadline = ContinuousClock.now + patience
        var next = 0
        var left = occurrence
        while true {
            while next < lines.count {
                if lines[next].contains(text) { left -= 1 }
                if left == 0 { return lines[next] }
                next += 1
            }
            guard !hasEnded, wait(until: deadline) else {
                let end = lines.suffix(20).joined(separator: "\n")
                throw Missing("\(text), \(left) times more, behind\n\(end)")
            }
        }
    }

    /// Whether the stream ended in time.
    package func waitForEnd(until deadline: ContinuousClock.Instant) -> Bool {
        while !hasEnded {
            guard wait(until: deadline) else { return false }
        }
        return true
    }

    private func wait(until deadline: ContinuousClock.Instant) -> Bool {
        guard isReady(box.waker.number, for: POLLIN, until: deadline) else { return false }
        box.waker.clear()
        take()
        return true
    }

    /// Until the box says that it is empty: only then will it ring again.
    private func take() {
        var pieces: [Piece] = []
        repeat {
            box.take(into: &pieces)
            for piece in pieces {
                switch piece {
                case .line(let text): lines.append(text)
                case .end: hasEnded = true
                }
            }
        } while !pieces.isEmpty
    }
}
