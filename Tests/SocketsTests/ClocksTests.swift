import Glibc
import Testing

@testable import Sockets

struct ClocksTests {
    @Test func `the clock that nobody can set never goes back`() {
        let readings = (0..<1_000).map { _ in MonotonicClock.nanoseconds }

        #expect(readings == readings.sorted())
        #expect(readings[0] > 0)
    }

    @Test func `the wall clock is that of the system`() {
        var clock = WallClock()
        let before = Int64(time(nil))
        let reading = clock.now()
        let after = Int64(time(nil))

        // `time` may lag behind by a tick of the kernel.
        #expect((before...after + 1).contains(reading.seconds))
        #expect(reading.offset == WallClock.offset(at: reading.seconds))
    }

    @Test func `the distance from UTC is that of the zone at that time`() async {
        await #expect(processExitsWith: .success) {
            unsafe setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
            #expect(WallClock.offset(at: 1_767_225_600) == 3_600)  // 2026-01-01
            #expect(WallClock.offset(at: 1_782_864_000) == 7_200)  // 2026-07-01

            unsafe setenv("TZ", "XXX9:30", 1)
            #expect(WallClock.offset(at: 1_767_225_600) == -34_200)
        }
    }
}
