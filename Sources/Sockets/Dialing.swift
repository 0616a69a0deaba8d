// The calling end. It waits, so it is for programs that have nothing else to do meanwhile.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Socket {
    /// A connection to this address, or ETIMEDOUT. Afterwards the socket does not block.
    package static func connect(
        to address: SocketAddress, timeoutNanoseconds: Int64
    ) throws(SystemError) -> Socket {
        let socket = try make(family: address.family)
        do throws(SystemError) {
            try socket.configure()
            try socket.dial(address, until: MonotonicClock.nanoseconds + timeoutNanoseconds)
            return socket
        } catch {
            socket.close()
            throw error
        }
    }

    /// The first of these addresses that answers, each given the whole time.
    package static func connect(
        toOneOf addresses: [SocketAddress], timeoutNanoseconds: Int64
    ) throws(SystemError) -> Socket {
        var failure: SystemError?
        for address in addresses {
            do throws(SystemError) {
                return try connect(to: address, timeoutNanoseconds: timeoutNanoseconds)
            } catch {
                failure = error
            }
        }
        guard let failure else { preconditionFailure("there is nowhere to connect to") }
        throw failure
    }

    private func dial(_ address: SocketAddress, until deadline: Int64) throws(SystemError) {
        do throws(SystemError) {
            _ = try systemCall("connect") {
                unsafe address.withKernelForm { unsafe kernelConnect(number, $0, $1) }
            }
            return
        } catch  where error.code == EINPROGRESS || error.code == EALREADY {
            // Under way; EALREADY when a signal cut the first call short.
        } catch {
            if error.code == EISCONN { return }
            throw error
        }

        guard try isReady(for: Int16(POLLOUT), until: deadline) else {
            throw SystemError(call: "connect", code: ETIMEDOUT)
        }
        if let failure = try pendingFailure(of: "connect") { throw failure }
    }

    /// Waits for one socket alone.
    private func isReady(for events: Int16, until deadline: Int64) throws(SystemError) -> Bool {
        var question = pollfd(fd: number, events: events, revents: 0)
        let left = max(0, deadline - MonotonicClock.nanoseconds)
        let milliseconds = milliseconds(rounding: left)
        // One pollfd is passed, and its count.
        return try systemCall("poll") { unsafe poll(&question, 1, milliseconds) } == 1
    }
}

/// The kernel's own, which inside `Socket` hides behind the method of this name.
private func kernelConnect(
    _ number: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
) -> Int32 {
    unsafe connect(number, address, length)
}
