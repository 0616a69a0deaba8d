// Where connections come in, also when the process has no descriptor left for them.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What waited at a listener.
package enum AcceptResult: Hashable, Sendable {
    /// It does not block, and has the options of `Socket.configure()`.
    case connection(Socket, from: SocketAddress)
    case none
    /// There was no descriptor or no memory for the next one. With the spare descriptor it was
    /// taken and reset at once, so that the listener does not stay readable for ever; where that
    /// failed it waits on. Either way it is time to stop watching the listener for a moment.
    case starved(SystemError)
}

/// A port that is listened on.
///
/// To pause, let the poller watch it for nothing: callers wait in the kernel then.
package final class Listener {
    /// Callers that may wait to be accepted. Linux takes its own `somaxconn` when that is less.
    private static let backlog: Int32 = 4_096

    /// For the poller.
    package let number: Int32
    /// Where it listens; port 0 has become a real one.
    package let address: SocketAddress

    private var descriptor: FileDescriptor?
    /// Given up for a moment when there is no other, so that a caller can be told to go away.
    private var spare: FileDescriptor?

    /// Throws EADDRINUSE when another process has the port.
    package init(at wanted: SocketAddress) throws(SystemError) {
        let opened = try Self.listen(at: wanted)
        number = opened.socket.number
        address = opened.address
        descriptor = FileDescriptor(owning: number)
        spare = Self.takeSpare()
    }

    /// The next caller. Ask until there is none.
    package func accept() -> AcceptResult {
        precondition(descriptor != nil, "a closed listener accepts nobody")
        if spare == nil { spare = Self.takeSpare() }
        while true {
            do throws(SystemError) {
                let (connection, address) = try Socket(number: number).acceptNext()
                return .connection(connection, from: address)
            } catch {
                switch error.code {
                case EAGAIN: return .none
                // Said also when nobody waits.
                case EMFILE, ENFILE: return turnOneAway() ? .starved(error) : .none
                // This caller is gone, or what the network had to say of it: on to the next.
                case ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH,
                    ENOPROTOOPT, EOPNOTSUPP, ETIMEDOUT:
                    continue
                default: return .starved(error)
                }
            }
        }
    }

    /// Nobody is accepted from now on; those who wait are reset.
    package func close() {
        descriptor.take()?.close()
        spare.take()?.close()
    }

    deinit {
        close()
    }

    /// False when there was nobody.
    private func turnOneAway() -> Bool {
        guard let given = spare.take() else { return true }
        given.close()
        // Another thread may be quicker; then the next call tries to get it back.
        defer { spare = Self.takeSpare() }
        do throws(SystemError) {
            try Socket(number: number).acceptNext().0.abort()
            return true
        } catch {
            return error.code != EAGAIN
        }
    }

    private static func takeSpare() -> FileDescriptor? {
        // The text ends with a NUL.
        let number = try? systemCall("open") { unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) }
        guard let number else { return nil }
        return FileDescriptor(owning: number)
    }

    private static func listen(
        at wanted: SocketAddress
    ) throws(SystemError) -> (socket: Socket, address: SocketAddress) {
        let socket = try Socket.make(family: wanted.family)
        do throws(SystemError) {
            // So that the port can be had again while old connections of it fade away.
            try socket.setOption(SOL_SOCKET, SO_REUSEADDR, to: Int32(1), "SO_REUSEADDR")
            if wanted.family == AF_INET6 {
                try socket.setOption(Int32(IPPROTO_IPV6), IPV6_V6ONLY, to: Int32(1), "IPV6_V6ONLY")
            }
            try socket.configure()
            _ = try systemCall("bind") {
                unsafe wanted.withKernelForm { unsafe bind(socket.number, $0, $1) }
            }
            _ = try systemCall("listen") { kernelListen(socket.number, backlog) }
            return (socket, try socket.localAddress)
        } catch {
            socket.close()
            throw error
        }
    }
}

/// The kernel's own, which inside `Listener` hides behind the method of this name.
private func kernelListen(_ number: Int32, _ backlog: Int32) -> Int32 {
    listen(number, backlog)
}
