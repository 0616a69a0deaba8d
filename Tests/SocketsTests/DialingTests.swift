import Glibc
import Testing

@testable import Sockets

struct DialingTests {
    @Test func `the first address that answers is taken`() throws {
        let closed = try portThatRefuses()
        defer { closed.close() }
        let open = try Listener(at: anyPort)
        defer { open.close() }

        let near = try Socket.connect(
            toOneOf: [closed.localAddress, open.address], timeoutNanoseconds: aWhile)
        defer { near.close() }

        #expect(near.peerAddress == open.address)
    }

    @Test func `when nobody answers, the last refusal is told`() throws {
        let closed = try portThatRefuses()
        defer { closed.close() }

        let error = #expect(throws: SystemError.self) {
            try Socket.connect(toOneOf: [closed.localAddress], timeoutNanoseconds: aWhile)
        }
        #expect(error?.description == "connect: Connection refused")
    }

    @Test func `a host that says nothing is given up`() throws {
        // A listener whose queue is full leaves further calls without an answer.
        let silent = try portThatRefuses()
        defer { silent.close() }
        try #require(listen(silent.number, 0) == 0)
        let address = try silent.localAddress

        var connected: [Socket] = []
        defer { for socket in connected { socket.close() } }
        let error = #expect(throws: SystemError.self) {
            for _ in 0..<8 {
                connected.append(
                    try Socket.connect(to: address, timeoutNanoseconds: 100_000_000))
            }
        }
        #expect(error == SystemError(call: "connect", code: ETIMEDOUT))
    }
}

/// A port that is held and not listened on.
private func portThatRefuses() throws -> Socket {
    let socket = try Socket.make(family: AF_INET)
    try #require(unsafe anyPort.withKernelForm { unsafe bind(socket.number, $0, $1) } == 0)
    return socket
}
