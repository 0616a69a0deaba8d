import Protocol
import Sockets

/// Now, asked once a turn.
struct ServerClock {
    private var wallClock: WallClock
    private(set) var now: Moment

    init() {
        var wallClock = WallClock()
        now = Self.ask(&wallClock)
        self.wallClock = wallClock
    }

    mutating func tick() {
        now = Self.ask(&wallClock)
    }

    private static func ask(_ wallClock: inout WallClock) -> Moment {
        let wall = wallClock.now()
        return Moment(
            instant: Instant(nanoseconds: MonotonicClock.nanoseconds),
            wall: WallTime(seconds: wall.seconds, offset: wall.offset))
    }
}
