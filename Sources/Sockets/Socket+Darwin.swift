// What Linux has a call for and Darwin has another. Same promises as the file beside.

#if canImport(Darwin)
    import Darwin

    extension Socket {
        /// Bytes in the sending buffer: not sent, or sent and not acknowledged.
        package var unacknowledgedBytes: Int {
            // Refused only where the connection is broken, and then nothing will be acknowledged.
            Int((try? option(SOL_SOCKET, SO_NWRITE, "SO_NWRITE")) ?? Int32.max)
        }

        /// Bytes that have come and were not read.
        package var waitingBytes: Int {
            Int((try? option(SOL_SOCKET, SO_NREAD, "SO_NREAD")) ?? 0)
        }

        /// Whether the end of the peer's stream has come, also while bytes before it are unread.
        ///
        /// `poll` does not tell that here; a kernel queue does, so one is made for the question.
        package var peerHasClosed: Bool {
            guard let queue = try? systemCall("kqueue", { kqueue() }) else { return false }
            defer { closeDescriptor(queue) }
            var question = kevent()
            question.ident = UInt(number)
            question.filter = Int16(EVFILT_READ)
            question.flags = UInt16(EV_ADD)
            var answer = kevent()
            var now = timespec()
            // One change and room for one event are passed, and their counts.
            let count = certainSystemCall("kevent") {
                unsafe kevent(queue, &question, 1, &answer, 1, &now)
            }
            return count == 1 && answer.flags & UInt16(EV_EOF) != 0
        }

        /// A stream socket that does not block and that no child process inherits.
        static func make(family: Int32) throws(SystemError) -> Socket {
            let made = Socket(number: try systemCall("socket") { socket(family, SOCK_STREAM, 0) })
            do throws(SystemError) {
                try made.keepPrivate()
                return made
            } catch {
                made.close()
                throw error
            }
        }

        /// The next connection that waits at this listening socket.
        func acceptNext() throws(SystemError) -> (Socket, SocketAddress) {
            var connection: Int32 = -1
            do throws(SystemError) {
                let address = try unsafe SocketAddress.filled("accept") {
                    connection = unsafe accept(number, $0, $1)
                    return connection
                }
                try Socket(number: connection).keepPrivate()
                return (Socket(number: connection), address)
            } catch {
                // One that was made and cannot be set up belongs to a peer that is gone already.
                if connection == -1 { throw error }
                closeDescriptor(connection)
                throw SystemError(call: "accept", code: ECONNABORTED)
            }
        }

        func setPatience() throws(SystemError) {
            let tcp = Int32(IPPROTO_TCP)
            try setOption(tcp, TCP_KEEPALIVE, to: Patience.silence, "TCP_KEEPALIVE")
            try setOption(tcp, TCP_KEEPINTVL, to: Patience.betweenProbes, "TCP_KEEPINTVL")
            try setOption(tcp, TCP_KEEPCNT, to: Patience.probes, "TCP_KEEPCNT")
            try setOption(
                tcp, TCP_RXT_CONNDROPTIME, to: Patience.unanswered, "TCP_RXT_CONNDROPTIME")
        }

        /// Not blocking, not inherited by child processes, and no signal when the peer is gone:
        /// here a socket is none of these when it is made.
        private func keepPrivate() throws(SystemError) {
            _ = try systemCall("fcntl") { fcntl(number, F_SETFD, FD_CLOEXEC) }
            _ = try systemCall("fcntl") { fcntl(number, F_SETFL, O_NONBLOCK) }
            try setOption(SOL_SOCKET, SO_NOSIGPIPE, to: Int32(1), "SO_NOSIGPIPE")
        }
    }

    /// SO_NOSIGPIPE was set when the socket was made.
    func sendWithoutSignal(
        _ number: Int32, _ bytes: UnsafeRawPointer?, _ count: Int
    ) -> Int {
        unsafe send(number, bytes, count, 0)
    }

    let streamKind = SOCK_STREAM
#endif
