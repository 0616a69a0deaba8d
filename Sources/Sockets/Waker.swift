// A bell that one thread rings and another waits for, alone or together with its sockets.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Rung any number of times before it is heard, it rings once.
///
/// Shared by threads that may end in any order; its descriptors close with the last of them. So
/// keep it for as long as a poller watches its number.
package final class Waker: Sendable {
    /// For a poller: readable from the first ring until `clear()`.
    package let number: Int32
    private let ringing: Int32

    package init() throws(SystemError) {
        (number, ringing) = try openBell()
    }

    package func ring() {
        // 1, in the eight bytes that Linux wants. EAGAIN: it is ringing loudly enough.
        var one: UInt64 = 1
        // The eight bytes of the value, for the time of the call.
        _ = try? systemCall("write") { unsafe write(ringing, &one, 8) }
    }

    /// To be called when it was heard, before looking at what it rang for: a ring after this is for
    /// something that was perhaps not seen.
    package func clear() {
        var bytes: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        // Linux empties its counter at once; a pipe may need more turns. EAGAIN ends it.
        while let count = try? systemCall("read", { unsafe read(number, &bytes, 32) }), count == 32
        {}
    }

    /// Sleeps until it rings.
    package func wait() {
        var question = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        // One pollfd is passed, and its count.
        certainSystemCall("poll") { unsafe poll(&question, 1, -1) }
        clear()
    }

    deinit {
        closeDescriptor(number)
        if ringing != number { closeDescriptor(ringing) }
    }
}
