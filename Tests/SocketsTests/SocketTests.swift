import Glibc
import Testing

@testable import Sockets

struct SocketTests {
    @Test func `what one end sends the other receives`() throws {
        let ends = try Loopback()
        defer { ends.close() }

        #expect(ends.near.send("hello") == .sent(5))
        #expect(try ends.far.receiveOne().text == "hello")
        #expect(ends.far.send("and back") == .sent(8))
        #expect(try ends.near.receiveOne().text == "and back")
    }

    @Test func `a reading with nothing there does not wait`() throws {
        let ends = try Loopback()
        defer { ends.close() }
        var buffer = [UInt8](repeating: 0, count: 16)

        #expect(ends.near.receive(into: &buffer) == .wouldBlock)
        #expect(ends.far.receive(into: &buffer) == .wouldBlock)
    }

    @Test func `a reading takes no more than the buffer holds`() throws {
        let ends = try Loopback()
        defer { ends.close() }

        _ = ends.near.send("hello")

        #expect(try ends.far.receiveOne(upTo: 3) == (.bytes(3), "hel"))
        #expect(ends.far.waitingBytes == 2)
        #expect(try ends.far.receiveOne(upTo: 3) == (.bytes(2), "lo"))
        #expect(ends.far.waitingBytes == 0)
    }

    @Test func `a full kernel takes less, then nothing, and tells when there is room`() throws {
        let ends = try Loopback()
        defer { ends.close() }
        let block = [UInt8](repeating: 7, count: 1 << 20)

        var accepted = 0
        var wasShort = false
        sending: while true {
            switch ends.near.send(block.span) {
            case .sent(let count):
                accepted += count
                wasShort = wasShort || count < block.count
            case .wouldBlock: break sending
            case .failed(let error): throw error
            }
        }
        #expect(wasShort)
        #expect(ends.near.unacknowledgedBytes > 0)

        var received = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while received < accepted {
            _ = try readiness(of: ends.far.number, for: .reading)
            guard case .bytes(let count) = ends.far.receive(into: &buffer) else { break }
            received += count
        }
        #expect(received == accepted)
        #expect(try readiness(of: ends.near.number, for: .writing) == .writing)
        #expect(ends.near.send("x") == .sent(1))
    }

    @Test func `what the peer's kernel has is acknowledged, read or not`() throws {
        let ends = try Loopback()
        defer { ends.close() }

        _ = ends.near.send("unread")
        _ = try readiness(of: ends.far.number, for: .reading)

        try untilTrue { ends.near.unacknowledgedBytes == 0 }
        #expect(ends.far.waitingBytes == 6)
    }

    @Test func `an orderly end is seen before and after what was sent with it`() throws {
        let ends = try Loopback()
        defer { ends.close() }
        #expect(!ends.far.peerHasClosed)

        _ = ends.near.send("last words")
        ends.near.shutdownWriting()

        try untilTrue { ends.far.peerHasClosed }
        #expect(ends.far.waitingBytes == 10)
        #expect(!ends.near.peerHasClosed)
        #expect(try ends.far.receiveOne().text == "last words")
        #expect(try ends.far.receiveOne().result == .endOfStream)
        #expect(ends.far.send("still heard") == .sent(11))
        #expect(try ends.near.receiveOne().text == "still heard")
    }

    @Test func `an abort is no orderly end`() throws {
        let ends = try Loopback()
        defer { ends.far.close() }

        ends.near.abort()

        try untilTrue { ends.far.peerHasClosed }
        let expected = SystemError(call: "recv", code: ECONNRESET)
        #expect(try ends.far.receiveOne().result == .failed(expected))
    }

    @Test func `who closes with bytes unread resets`() throws {
        let ends = try Loopback()
        defer { ends.far.close() }
        _ = ends.far.send("never read")
        _ = try readiness(of: ends.near.number, for: .reading)

        ends.near.close()

        let expected = SystemError(call: "recv", code: ECONNRESET)
        #expect(try ends.far.receiveOne().result == .failed(expected))
    }

    @Test func `who closes with everything read ends in good order`() throws {
        let ends = try Loopback()
        defer { ends.far.close() }
        _ = ends.far.send("read")
        _ = try ends.near.receiveOne()

        ends.near.close()

        #expect(try ends.far.receiveOne().result == .endOfStream)
    }

    @Test func `sending to a peer that is gone fails and raises no signal`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_DFL)
            let ends = try Loopback()
            ends.near.abort()
            _ = try ends.far.receiveOne()

            #expect(ends.far.send("anybody?") == .failed(SystemError(call: "send", code: EPIPE)))
        }
    }

    @Test func `both ends know where they are`() throws {
        let ends = try Loopback()
        defer { ends.close() }

        #expect(try ends.near.localAddress == ends.far.peerAddress)
        #expect(try ends.far.localAddress == ends.near.peerAddress)
        #expect(ends.far.peerAddress?.isLoopback == true)
    }

    @Test func `a descriptor that is not ours traps`() async {
        await #expect(processExitsWith: .failure) {
            var buffer: [UInt8] = [0]
            _ = Socket(number: 9_999).receive(into: &buffer)
        }
        await #expect(processExitsWith: .failure) {
            let ends = try Loopback()
            ends.near.close()
            ends.near.close()
        }
    }

    #if DEBUG
        @Test func `a descriptor that nobody closes is complained of`() async {
            await #expect(processExitsWith: .failure) {
                _ = FileDescriptor(owning: 0)
            }
        }
    #endif
}

/// Asks again until it is so, giving way to the kernel in between.
func untilTrue(_ isSo: () -> Bool) throws {
    let deadline = MonotonicClock.nanoseconds + aWhile
    while !isSo() {
        if MonotonicClock.nanoseconds > deadline { throw Unexpected(what: "it never was so") }
        sched_yield()
    }
}
