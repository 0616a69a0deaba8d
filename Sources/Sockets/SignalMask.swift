// Which signals a thread does not hear.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the kernel sends when the program itself has done the impossible.
let crashSignals = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT]

struct SignalMask {
    /// For the calls that only read it.
    private(set) var set = sigset_t()

    init(_ signals: [Int32]) {
        // A set of our own, emptied before it is filled.
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
    }

    /// A crash must never be held back, or the program would go on in it.
    static var allButCrashes: SignalMask {
        var mask = SignalMask([])
        // A set of our own.
        unsafe sigfillset(&mask.set)
        for signal in crashSignals { unsafe sigdelset(&mask.set, signal) }
        return mask
    }

    /// Blocks these in the calling thread, besides those that are.
    func add() {
        _ = change(SIG_BLOCK)
    }

    /// Makes this the mask of the calling thread. Gives the one it had.
    @discardableResult
    func replace() -> SignalMask {
        change(SIG_SETMASK)
    }

    private func change(_ way: Int32) -> SignalMask {
        var wanted = set
        var before = SignalMask([])
        // Two sets of our own.
        let code = unsafe pthread_sigmask(way, &wanted, &before.set)
        precondition(code == 0, "every mask can be set")
        return before
    }

    /// Sleeps until one of these is sent to the process. They must be blocked in every thread.
    func wait() -> Int32 {
        var wanted = set
        var signal: Int32 = 0
        while true {
            // A set and a number of our own. EINTR: another signal came by.
            let code = unsafe sigwait(&wanted, &signal)
            if code == 0 { return signal }
            precondition(code == EINTR, "these signals can be waited for")
        }
    }
}
