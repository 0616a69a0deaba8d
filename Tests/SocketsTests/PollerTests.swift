import Glibc
import Testing

@testable import Sockets

struct PollerTests {
    @Test func `an event brings back its token`() throws {
        let ends = try Loopback()
        defer { ends.close() }
        var poller = try Poller()
        var events: [PollerEvent] = []
        let token: UInt64 = 0xfedc_ba98_7654_3210

        try poller.watch(ends.near.number, for: .reading, token: token)
        try poller.watch(ends.far.number, for: [.reading, .writing], token: 1)
        try poller.wait(timeoutNanoseconds: aWhile, into: &events)
        #expect(events.map(\.token) == [1])
        #expect(events.map(\.readiness) == [.writing])

        poller.change(ends.far.number, to: .reading, token: 1)
        _ = ends.far.send("x")
        try poller.wait(timeoutNanoseconds: aWhile, into: &events)
        #expect(events.map(\.token) == [token])
        #expect(events.map(\.readiness) == [.reading])
        poller.close()
    }

    @Test func `what is not dealt with is told again, until it is not wanted`() throws {
        let ends = try Loopback()
        defer { ends.close() }
        var poller = try Poller()
        var events: [PollerEvent] = []
        _ = ends.far.send("x")

        try poller.watch(ends.near.number, for: .reading, token: 1)
        for _ in 0..<3 {
            try poller.wait(timeoutNanoseconds: aWhile, into: &events)
            #expect(events.count == 1)
        }
        poller.change(ends.near.number, to: [], token: 1)
        try poller.wait(timeoutNanoseconds: 0, into: &events)
        #expect(events.isEmpty)
        poller.change(ends.near.number, to: .reading, token: 2)
        try poller.wait(timeoutNanoseconds: nil, into: &events)
        #expect(events.map(\.token) == [2])
        poller.forget(ends.near.number)
        try poller.wait(timeoutNanoseconds: 0, into: &events)
        #expect(events.isEmpty)
        poller.close()
    }

    @Test func `the end of the peer's stream is something to read`() throws {
        let ends = try Loopback()
        defer { ends.close() }
        ends.far.shutdownWriting()

        #expect(try readiness(of: ends.near.number, for: .reading) == .reading)
    }

    @Test func `a connection that is over is told of whatever is wanted`() throws {
        let ends = try Loopback()
        defer { ends.near.close() }
        ends.far.abort()

        #expect(try readiness(of: ends.near.number, for: []) == .over)
    }

    @Test func `a descriptor that was closed is forgotten`() throws {
        let ends = try Loopback()
        defer { ends.far.close() }
        var poller = try Poller()
        var events: [PollerEvent] = []
        try poller.watch(ends.near.number, for: .writing, token: 1)

        ends.near.close()

        // A process that is about to be started for another test may hold it for a moment longer.
        try untilTrue {
            try? poller.wait(timeoutNanoseconds: 0, into: &events)
            return events.isEmpty
        }
        poller.close()
    }

    @Test func `more than one wait can tell come with the next`() throws {
        var poller = try Poller()
        let wakers = try (0..<600).map { _ in try Waker() }
        for (index, waker) in wakers.enumerated() {
            try poller.watch(waker.number, for: .reading, token: UInt64(index))
            waker.ring()
        }

        var seen: Set<UInt64> = []
        var events: [PollerEvent] = []
        for _ in 0..<4 {
            try poller.wait(timeoutNanoseconds: aWhile, into: &events)
            seen.formUnion(events.map(\.token))
        }
        #expect(seen.count == 600)
        poller.close()
        withExtendedLifetime(wakers) {}
    }

    @Test(arguments: [
        (0, 0), (-1, 0), (1, 1), (999_999, 1), (1_000_000, 1), (1_000_001, 2),
        (Int64.max, Int32.max),
    ])
    func `nobody is woken before the time`(nanoseconds: Int64, expected: Int32) {
        #expect(milliseconds(rounding: nanoseconds) == expected)
    }

    @Test func `a file on disk is refused`() throws {
        let poller = try Poller()
        let file = unsafe open("/proc/self/exe", O_RDONLY)
        defer { close(file) }

        let error = #expect(throws: SystemError.self) {
            try poller.watch(file, for: .reading, token: 0)
        }
        #expect(error == SystemError(call: "epoll_ctl", code: EPERM))
        poller.close()
    }
}
