// When the server says what is to be forgotten. What the store does then is the store's affair.
import Protocol
import Server
import Testing

@Suite struct `The retention` {
    private let start = Moment(
        instant: Instant(nanoseconds: 1_000_000_000_000),
        wall: WallTime(seconds: 1_795_000_000, offset: 3_600))

    @Test func `of 0 days keeps everything`() {
        var retention = Retention(days: 0)

        #expect(retention.due == nil)
        #expect(retention.endDue(at: start) == nil)
        #expect(retention.endDue(at: later(by: 36_500 * 86_400)) == nil)
    }

    @Test func `is due at the start, and then every hour`() {
        var retention = Retention(days: 30)

        #expect(retention.endDue(at: start) == days(30, before: start))
        #expect(retention.endDue(at: start) == nil)
        #expect(retention.endDue(at: later(by: 3_599)) == nil)
        #expect(retention.due == later(by: 3_600).instant)
        #expect(retention.endDue(at: later(by: 3_600)) == days(30, before: later(by: 3_600)))
        #expect(retention.endDue(at: later(by: 7_199)) == nil)
    }

    @Test func `goes by the calendar when somebody sets the clock`() {
        var retention = Retention(days: 1)
        _ = retention.endDue(at: start)

        let set = Moment(
            instant: start.instant + .seconds(3_600),
            wall: WallTime(seconds: start.wall.seconds - 1_000_000, offset: 3_600))
        #expect(retention.endDue(at: set) == days(1, before: set))
    }

    private func later(by seconds: Int64) -> Moment {
        Moment(
            instant: start.instant + .seconds(seconds),
            wall: WallTime(seconds: start.wall.seconds + seconds, offset: 3_600))
    }

    private func days(_ count: Int64, before moment: Moment) -> WallTime {
        WallTime(seconds: moment.wall.seconds - count * 86_400, offset: moment.wall.offset)
    }
}
