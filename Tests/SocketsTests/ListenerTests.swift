import Glibc
import Testing

@testable import Sockets

struct ListenerTests {
    @Test func `the port that was left open is told`() throws {
        let listener = try Listener(at: anyPort)
        defer { listener.close() }

        #expect(listener.address.port > 0)
        #expect(listener.address.host == anyPort.host)
    }

    @Test func `callers come in their order, then there is none`() throws {
        let listener = try Listener(at: anyPort)
        defer { listener.close() }
        #expect(listener.accept() == .none)

        let first = try Socket.connect(to: listener.address, timeoutNanoseconds: aWhile)
        let second = try Socket.connect(to: listener.address, timeoutNanoseconds: aWhile)
        defer { for socket in [first, second] { socket.close() } }
        let accepted = [try listener.acceptOne(), try listener.acceptOne()]
        defer { for socket in accepted { socket.close() } }

        #expect(try accepted.map(\.peerAddress) == [first.localAddress, second.localAddress])
        #expect(listener.accept() == .none)
    }

    @Test func `a port that is taken is refused by name`() throws {
        let listener = try Listener(at: anyPort)
        defer { listener.close() }

        let error = #expect(throws: SystemError.self) { try Listener(at: listener.address) }
        #expect(error?.description == "bind: Address already in use")
        #expect(error?.isAddressInUse == true)
    }

    @Test func `a port can be had again while its old connections fade away`() throws {
        let listener = try Listener(at: anyPort(ofOwnHost: 1))
        let near = try Socket.connect(to: listener.address, timeoutNanoseconds: aWhile)
        let far = try listener.acceptOne()
        far.close()
        #expect(try near.receiveOne().result == .endOfStream)
        near.close()
        listener.close()

        // They fade for a minute, which is longer than this waits.
        var again: Listener?
        try untilTrue {
            again = try? Listener(at: listener.address)
            return again != nil
        }
        #expect(again?.address == listener.address)
    }

    @Test func `a listener that is closed refuses callers`() throws {
        let listener = try Listener(at: anyPort(ofOwnHost: 2))
        listener.close()

        var refusal: SystemError?
        try untilTrue {
            do throws(SystemError) {
                try Socket.connect(to: listener.address, timeoutNanoseconds: aWhile).close()
            } catch {
                refusal = error
            }
            return refusal != nil
        }
        #expect(refusal?.code == ECONNREFUSED)
    }

    @Test func `IPv6 is listened on alone`() throws {
        let listener = try Listener(at: SocketAddress(host: .v6(0, scope: 0), port: 0))
        defer { listener.close() }
        let port = listener.address.port

        let near = try Socket.connect(
            to: SocketAddress(host: .v6(1, scope: 0), port: port), timeoutNanoseconds: aWhile)
        near.close()
        let besides = try Listener(
            at: SocketAddress(host: anyPort(ofOwnHost: 3).host, port: port))
        #expect(besides.address.port == port)
    }

    @Test func `a connection inherits the options of its listener`() throws {
        let ends = try Loopback()
        defer { ends.close() }
        let tcp = Int32(IPPROTO_TCP)

        for socket in [ends.near, ends.far] {
            #expect(try socket.option(tcp, TCP_NODELAY, "") == 1)
            #expect(try socket.option(SOL_SOCKET, SO_KEEPALIVE, "") == 1)
            #expect(try socket.option(tcp, TCP_KEEPIDLE, "") == 30)
            #expect(try socket.option(tcp, TCP_KEEPINTVL, "") == 10)
            #expect(try socket.option(tcp, TCP_KEEPCNT, "") == 3)
            #expect(try socket.option(tcp, TCP_USER_TIMEOUT, "") == 30_000)
            #expect(fcntl(socket.number, F_GETFL) & O_NONBLOCK != 0)
            #expect(fcntl(socket.number, F_GETFD) & FD_CLOEXEC != 0)
        }
    }

    @Test func `without descriptors callers are turned away one by one, and later let in`() async {
        await #expect(processExitsWith: .success) {
            lowerDescriptorLimit(to: 128)
            let listener = try Listener(at: anyPort)
            var poller = try Poller()
            var events: [PollerEvent] = []
            try poller.watch(listener.number, for: .reading, token: 0)
            var hoard = takeAllDescriptors()
            defer { letGo(of: hoard) }

            var turnedAway = 0
            while turnedAway < 3 {
                close(hoard.removeLast())
                // Another thread of the test may take one for a moment, and let go of it again.
                guard
                    let caller = try? Socket.connect(
                        to: listener.address, timeoutNanoseconds: aWhile)
                else {
                    hoard += takeAllDescriptors()
                    continue
                }
                try poller.wait(timeoutNanoseconds: aWhile, into: &events)
                switch listener.accept() {
                case .none: throw Unexpected(what: "nobody called")
                case .connection(let far, _): hoard.append(far.number)
                case .starved(let error):
                    #expect(error == SystemError(call: "accept", code: EMFILE))
                    if listener.accept() == .none {
                        var buffer: [UInt8] = [0]
                        try untilTrue { caller.receive(into: &buffer) != .wouldBlock }
                        turnedAway += 1
                    } else {
                        // That other thread has taken the spare for good. Back to the beginning.
                        close(hoard.removeLast())
                        close(hoard.removeLast())
                        while case let result = listener.accept(), result != .none {
                            if case .connection(let far, _) = result { far.close() }
                        }
                        hoard += takeAllDescriptors()
                    }
                }
            }

            letGo(of: hoard.suffix(4))
            hoard.removeLast(4)
            let caller = try Socket.connect(to: listener.address, timeoutNanoseconds: aWhile)
            try poller.wait(timeoutNanoseconds: aWhile, into: &events)
            guard case .connection(let far, _) = listener.accept() else {
                throw Unexpected(what: "the caller was not let in")
            }
            #expect(far.send("x") == .sent(1))
            var buffer: [UInt8] = [0]
            try untilTrue { caller.receive(into: &buffer) == .bytes(1) }
            poller.close()
        }
    }

    @Test func `without a spare descriptor the caller waits to be let in`() async {
        await #expect(processExitsWith: .success) {
            lowerDescriptorLimit(to: 128)
            var hoard = takeAllDescriptors()
            defer { letGo(of: hoard) }
            // Where another thread of the test lets go of a descriptor, it is tried again.
            try untilTrue {
                close(hoard.removeLast())
                guard let listener = try? Listener(at: anyPort) else { return false }
                close(hoard.removeLast())
                let caller = try? Socket.connect(
                    to: listener.address, timeoutNanoseconds: aWhile)
                hoard += takeAllDescriptors()
                let refusals = [listener.accept(), listener.accept()]

                // One for the spare, one for the caller.
                close(hoard.removeLast())
                close(hoard.removeLast())
                let far = listener.accept()
                defer {
                    caller?.close()
                    listener.close()
                    hoard = takeAllDescriptors() + hoard
                }
                guard case .connection(let socket, _) = far else { return false }
                socket.close()
                let expected = AcceptResult.starved(SystemError(call: "accept", code: EMFILE))
                return refusals == [expected, expected]
            }
        }
    }
}

private func lowerDescriptorLimit(to count: rlim_t) {
    let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    #expect(unsafe getrlimit(descriptors, &limit) == 0)
    limit.rlim_cur = count
    #expect(unsafe setrlimit(descriptors, &limit) == 0)
}

private func takeAllDescriptors() -> [Int32] {
    var numbers: [Int32] = []
    while case let number = dup(0), number >= 0 { numbers.append(number) }
    return numbers
}

/// Before the process ends, too: there the address sanitizer opens files to look for leaks, and
/// waits for ever where it cannot.
private func letGo(of numbers: some Sequence<Int32>) {
    for number in numbers { close(number) }
}
