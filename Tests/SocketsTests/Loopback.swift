// What the tests of sockets share: two ends on this machine, and waiting without a clock.

import Sockets
import Testing

/// Long enough for any machine: it only matters when a test fails.
let aWhile: Int64 = 30_000_000_000

let anyPort = SocketAddress(host: .v4(0x7f00_0001), port: 0)

/// For tests that give a port back and then look at who has it: no other test is at this address.
/// A process that is about to be started for another test may hold the port for a moment longer.
func anyPort(ofOwnHost number: UInt32) -> SocketAddress {
    SocketAddress(host: .v4(0x7f4d_0000 + number), port: 0)
}

/// Both ends of one connection.
struct Loopback {
    let near: Socket
    let far: Socket

    init() throws {
        let listener = try Listener(at: anyPort)
        defer { listener.close() }
        near = try Socket.connect(to: listener.address, timeoutNanoseconds: aWhile)
        far = try listener.acceptOne()
    }

    func close() {
        near.close()
        far.close()
    }
}

extension Listener {
    func acceptOne() throws -> Socket {
        _ = try readiness(of: number, for: .reading)
        guard case .connection(let socket, _) = accept() else {
            throw Unexpected(what: "nobody called")
        }
        return socket
    }
}

struct Unexpected: Error {
    let what: String
}

/// Waits until the descriptor is ready for something.
func readiness(of number: Int32, for wanted: Interest) throws -> Readiness {
    var poller = try Poller()
    let events: [PollerEvent]
    do {
        events = try poller.watchAndWait(number, wanted)
    } catch {
        poller.close()
        throw error
    }
    poller.close()
    guard let event = events.first else { throw Unexpected(what: "nothing happened") }
    return event.readiness
}

extension Poller {
    fileprivate mutating func watchAndWait(
        _ number: Int32, _ wanted: Interest
    ) throws(SystemError) -> [PollerEvent] {
        try watch(number, for: wanted, token: 0)
        var events: [PollerEvent] = []
        try wait(timeoutNanoseconds: aWhile, into: &events)
        return events
    }
}

extension Socket {
    /// What the next reading gives, waited for.
    func receiveOne(upTo count: Int = 4_096) throws -> (result: ReceiveResult, text: String) {
        _ = try readiness(of: number, for: .reading)
        var buffer = [UInt8](repeating: 0, count: count)
        let result = receive(into: &buffer)
        guard case .bytes(let count) = result else { return (result, "") }
        return (result, String(decoding: buffer[..<count], as: UTF8.self))
    }

    func send(_ text: String) -> SendResult {
        send(Array(text.utf8).span)
    }
}
