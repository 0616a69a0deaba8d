import Protocol
import Testing

@Suite struct MomentTests {
    @Test func `instants and durations add up`() {
        let instant = Instant(nanoseconds: 5_000_000_000)

        #expect(instant + .seconds(2) == Instant(nanoseconds: 7_000_000_000))
        #expect(instant - .seconds(7) == Instant(nanoseconds: -2_000_000_000))
        #expect(instant - Instant(nanoseconds: 1) == .nanoseconds(4_999_999_999))
        #expect(instant < instant + .nanoseconds(1))
    }

    @Test(
        arguments: [
            (Duration.zero, 0), (.nanoseconds(1), 1), (.milliseconds(999), 1), (.seconds(1), 1),
            (.seconds(1) + .nanoseconds(1), 2), (.seconds(60), 60), (.milliseconds(59_001), 60),
            (.milliseconds(-999), 0), (.seconds(-1), -1), (.milliseconds(-1_001), -1),
        ] as [(Duration, Int64)])
    func `a started second counts for one who waits`(_ duration: Duration, _ seconds: Int64) {
        #expect(duration.secondsRoundedUp == seconds)
    }
}
