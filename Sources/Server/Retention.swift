package import Protocol

/// When the store is to forget what is older than so many days: at the start, and every hour.
package struct Retention: Sendable {
    private let days: Int
    /// Nil when everything is kept.
    package private(set) var due: Instant?

    /// 0 keeps everything.
    package init(days: Int) {
        self.days = days
        // Every clock is past it.
        due = days > 0 ? Instant(nanoseconds: 0) : nil
    }

    /// What is before this can go, if it is time to say so.
    package mutating func endDue(at now: Moment) -> WallTime? {
        guard let time = due, time <= now.instant else { return nil }
        due = now.instant + Self.interval
        return WallTime(
            seconds: now.wall.seconds - Int64(days) * 86_400, offset: now.wall.offset)
    }

    private static let interval = Duration.seconds(3_600)
}
