// What only Linux can do with a socket, or does its own way. Darwin's way is in the file beside.

#if os(Linux)
    import CLinux
    import Glibc

    extension Socket {
        /// Bytes that were sent and that the peer's kernel has not acknowledged. Our closing of the
        /// sending half counts as one until it is acknowledged, too.
        ///
        /// Zero says nothing about the peer's program: it may never have read them.
        package var unacknowledgedBytes: Int {
            ask("ioctl SIOCOUTQ", UInt(SIOCOUTQ))
        }

        /// Bytes that have come and were not read.
        package var waitingBytes: Int {
            ask("ioctl FIONREAD", UInt(FIONREAD))
        }

        /// Whether the end of the peer's stream has come, also while bytes before it are unread.
        /// True after a reset as well.
        package var peerHasClosed: Bool {
            // The same bit has the same name in epoll's header, and none in the one for poll.
            let end = Int16(EPOLLRDHUP.rawValue)
            var question = pollfd(fd: number, events: end, revents: 0)
            // One pollfd is passed, and its count.
            certainSystemCall("poll") { unsafe poll(&question, 1, 0) }
            return question.revents & (end | Int16(POLLHUP | POLLERR)) != 0
        }

        /// A stream socket that does not block and that no child process inherits.
        static func make(family: Int32) throws(SystemError) -> Socket {
            Socket(number: try systemCall("socket") { socket(family, streamKind | flags, 0) })
        }

        /// The next connection that waits at this listening socket.
        func acceptNext() throws(SystemError) -> (Socket, SocketAddress) {
            var connection: Int32 = -1
            let address = try unsafe SocketAddress.filled("accept") {
                connection = unsafe accept4(number, $0, $1, flags)
                return connection
            }
            return (Socket(number: connection), address)
        }

        func setPatience() throws(SystemError) {
            let tcp = Int32(IPPROTO_TCP)
            try setOption(tcp, TCP_KEEPIDLE, to: Patience.silence, "TCP_KEEPIDLE")
            try setOption(tcp, TCP_KEEPINTVL, to: Patience.betweenProbes, "TCP_KEEPINTVL")
            try setOption(tcp, TCP_KEEPCNT, to: Patience.probes, "TCP_KEEPCNT")
            let milliseconds = Patience.unanswered * 1_000
            try setOption(tcp, TCP_USER_TIMEOUT, to: milliseconds, "TCP_USER_TIMEOUT")
        }

        private func ask(_ name: String, _ request: UInt) -> Int {
            var answer: Int32 = 0
            // Both requests that come here write one Int32. A stream socket cannot refuse them.
            certainSystemCall(name) { unsafe ioctl(number, request, &answer) }
            return Int(answer)
        }
    }

    /// To a peer that is gone: an error, not a signal that ends the process.
    func sendWithoutSignal(
        _ number: Int32, _ bytes: UnsafeRawPointer?, _ count: Int
    ) -> Int {
        unsafe send(number, bytes, count, Int32(MSG_NOSIGNAL))
    }

    let streamKind = Int32(SOCK_STREAM.rawValue)
    private let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
#endif
