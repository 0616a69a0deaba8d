// Time as the cores know it: handed in from outside, never asked for.

/// A point on a clock that nobody can set. Every timeout and every block is measured on it.
package struct Instant: Comparable, Hashable, Sendable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    package static func + (instant: Instant, distance: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds + distance.nanoseconds)
    }

    package static func - (instant: Instant, distance: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds - distance.nanoseconds)
    }

    package static func - (later: Instant, earlier: Instant) -> Duration {
        .nanoseconds(later.nanoseconds - earlier.nanoseconds)
    }
}

/// A point on the calendar, with the distance from UTC that held at that moment, so that it is
/// shown the same way for ever, whatever becomes of the server's time zone.
package struct WallTime: Hashable, Sendable {
    /// Seconds since 1970 in UTC.
    package let seconds: Int64
    /// Seconds east of UTC.
    package let offset: Int32

    package init(seconds: Int64, offset: Int32 = 0) {
        self.seconds = seconds
        self.offset = offset
    }
}

/// Now, on both clocks.
package struct Moment: Hashable, Sendable {
    package let instant: Instant
    package let wall: WallTime

    package init(instant: Instant, wall: WallTime) {
        self.instant = instant
        self.wall = wall
    }
}

extension Duration {
    /// Whole nanoseconds. Good for 292 years, which every limit of this server is far below.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// Whole seconds, a started one counted: what is told to a person who has to wait.
    package var secondsRoundedUp: Int64 {
        let (seconds, attoseconds) = components
        return attoseconds > 0 ? seconds + 1 : seconds
    }
}
