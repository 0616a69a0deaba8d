// The two clocks. Only the outermost ring asks them.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The clock that nobody can set. It stands while the machine sleeps.
package enum MonotonicClock {
    package static var nanoseconds: Int64 {
        let time = read(CLOCK_MONOTONIC)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// The clock on the wall, in the zone of the process.
///
/// The zone's rules cost more than the clock, so they are asked once for each minute: no zone
/// changes its distance from UTC within one. Then also a zone set meanwhile in the system is
/// noticed.
package struct WallClock {
    private var minute = Int64.min
    private var offset: Int32 = 0

    package init() {}

    /// Seconds since 1970 in UTC, and seconds east of UTC.
    package mutating func now() -> (seconds: Int64, offset: Int32) {
        let seconds = Int64(read(CLOCK_REALTIME).tv_sec)
        let minute = seconds / 60
        if minute != self.minute {
            self.minute = minute
            offset = Self.offset(at: seconds)
        }
        return (seconds, offset)
    }

    static func offset(at seconds: Int64) -> Int32 {
        tzset()
        var time = time_t(seconds)
        var parts = unsafe tm()
        // Two values of our own. Nil only for years beyond all counting.
        guard unsafe localtime_r(&time, &parts) != nil else { return 0 }
        return unsafe Int32(parts.tm_gmtoff)
    }
}

private func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    // A value of our own.
    certainSystemCall("clock_gettime") { unsafe clock_gettime(clock, &time) }
    return time
}
