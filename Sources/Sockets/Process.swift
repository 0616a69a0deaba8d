// What the process may leave behind when it crashes, and how many descriptors it may open.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

package enum Process {
    /// A crash simply ends the process. Swift's own handler would print registers and the memory
    /// they point to, and there may be a password in it.
    package static func resetCrashHandlers() {
        for number in crashSignals { signal(number, SIG_DFL) }
    }

    /// No picture of the memory is written to disk.
    package static func forbidCoreDumps() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        // A value of our own. Lowering a limit is always allowed.
        certainSystemCall("setrlimit") { unsafe setrlimit(coreDumps, &none) }
    }

    /// Makes use of all that the administrator grants. Gives what may be open at once.
    package static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        // A value of our own.
        certainSystemCall("getrlimit") { unsafe getrlimit(descriptors, &limit) }
        let before = limit.rlim_cur
        limit.rlim_cur = min(limit.rlim_max, descriptorCeiling)
        if limit.rlim_cur <= before { return Int(clamping: before) }
        // A value of our own. Where it is refused the old limit holds.
        let raised = try? systemCall("setrlimit") { unsafe setrlimit(descriptors, &limit) }
        return Int(clamping: raised == nil ? before : limit.rlim_cur)
    }
}

#if canImport(Darwin)
    private let coreDumps = RLIMIT_CORE
    private let descriptors = RLIMIT_NOFILE
    /// Darwin says "unlimited" and refuses more than this.
    private let descriptorCeiling = rlim_t(OPEN_MAX)
#else
    private let coreDumps = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    private let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    private let descriptorCeiling = rlim_t.max
#endif
