// A connected socket, without blocking: every call says at once what the kernel could do.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A stream socket by its number.
///
/// Whoever keeps the number owns it, and ends it once by `close()` or `abort()`. It is copyable
/// because a server keeps its connections in one array of plain structs, where the slot is the
/// owner.
package struct Socket: Hashable, Sendable {
    package let number: Int32

    package init(number: Int32) {
        self.number = number
    }
}

/// What one reading gave.
package enum ReceiveResult: Hashable, Sendable {
    /// So many bytes stand at the front of the buffer; at least one.
    case bytes(Int)
    case wouldBlock
    /// The peer has closed its sending half in good order, and everything before that was read.
    case endOfStream
    /// Reset by the peer, or given up by the kernel: nothing more will come or go.
    case failed(SystemError)
}

/// What one sending gave.
package enum SendResult: Hashable, Sendable {
    /// The kernel took so many bytes from the front; fewer than given when its buffer is full.
    case sent(Int)
    case wouldBlock
    case failed(SystemError)
}

extension Socket {
    /// Reads once, at most as much as the buffer is long, to its front. Its length stays.
    package func receive(into buffer: inout [UInt8]) -> ReceiveResult {
        precondition(!buffer.isEmpty, "an empty buffer makes every reading an end of stream")
        do throws(SystemError) {
            let count = try systemCall("recv") {
                // Pointer and length are those of the array, for the time of the call.
                unsafe buffer.withUnsafeMutableBytes {
                    unsafe recv(number, $0.baseAddress, $0.count, 0)
                }
            }
            return count == 0 ? .endOfStream : .bytes(count)
        } catch {
            return error.code == EAGAIN ? .wouldBlock : .failed(error)
        }
    }

    /// Hands over as much as the kernel takes at once.
    package func send(_ bytes: Span<UInt8>) -> SendResult {
        do throws(SystemError) {
            let count = try systemCall("send") {
                // Pointer and length are those of the span, for the time of the call.
                unsafe bytes.withUnsafeBytes {
                    unsafe sendWithoutSignal(number, $0.baseAddress, $0.count)
                }
            }
            return .sent(count)
        } catch {
            return error.code == EAGAIN ? .wouldBlock : .failed(error)
        }
    }

    /// Says that nothing more will be sent. The peer reads to the end, and can still send.
    package func shutdownWriting() {
        // ENOTCONN and the like: the connection is broken, which the next reading tells.
        _ = try? systemCall("shutdown") { shutdown(number, Int32(SHUT_WR)) }
    }

    /// Ends the connection. What was sent still goes out; but when bytes wait here unread the
    /// kernel sends a reset, which may overtake it.
    package func close() {
        closeDescriptor(number)
    }

    /// Ends the connection by a reset, forgets what was not sent, and leaves nothing behind in the
    /// kernel.
    package func abort() {
        // It can only fail where the connection is already broken.
        try? setOption(SOL_SOCKET, SO_LINGER, to: linger(l_onoff: 1, l_linger: 0), "SO_LINGER")
        closeDescriptor(number)
    }

    /// Where the peer's end is. Nil when it is already broken.
    package var peerAddress: SocketAddress? {
        try? unsafe SocketAddress.filled("getpeername") { unsafe getpeername(number, $0, $1) }
    }

    /// Where our end is.
    package var localAddress: SocketAddress {
        get throws(SystemError) {
            try unsafe SocketAddress.filled("getsockname") { unsafe getsockname(number, $0, $1) }
        }
    }
}
