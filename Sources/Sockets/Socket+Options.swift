// How long a silent peer is believed in, and other things that are set once on a socket.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How a peer is found out that went away without a word, in seconds.
///
/// Unanswered bytes end the connection after `unanswered`. A peer that owes no answer is asked for
/// a sign of life after `silence`, then every `betweenProbes`. Linux counts `unanswered` for these
/// as well: with the numbers here it is the first question without an answer that ends an idle
/// connection, after 40 s. Where there is no such timeout `probes` of them do.
enum Patience {
    static let silence: Int32 = 30
    static let betweenProbes: Int32 = 10
    static let probes: Int32 = 3
    static let unanswered: Int32 = 30
}

extension Socket {
    /// Small writes go out at once; a peer that is gone is noticed. Connections inherit this from
    /// the listener they came by.
    package func configure() throws(SystemError) {
        try setOption(Int32(IPPROTO_TCP), TCP_NODELAY, to: Int32(1), "TCP_NODELAY")
        try setOption(SOL_SOCKET, SO_KEEPALIVE, to: Int32(1), "SO_KEEPALIVE")
        try setPatience()
    }

    func setOption<Value: BitwiseCopyable>(
        _ level: Int32, _ option: Int32, to value: Value, _ name: String
    ) throws(SystemError) {
        _ = try systemCall("setsockopt \(name)") {
            // The kernel copies the value, whose own size is passed, during the call.
            unsafe withUnsafeBytes(of: value) {
                unsafe setsockopt(number, level, option, $0.baseAddress, socklen_t($0.count))
            }
        }
    }

    /// The option as the kernel has it now.
    func option(_ level: Int32, _ option: Int32, _ name: String) throws(SystemError) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        _ = try systemCall("getsockopt \(name)") {
            // Every option asked for here is an Int32, and the kernel is told that size.
            unsafe getsockopt(number, level, option, &value, &length)
        }
        return value
    }

    /// The failure that waits on the socket, which asking takes away. Nil when there is none.
    func pendingFailure(of call: String) throws(SystemError) -> SystemError? {
        let code = try option(SOL_SOCKET, SO_ERROR, "SO_ERROR")
        return code == 0 ? nil : SystemError(call: call, code: code)
    }
}
