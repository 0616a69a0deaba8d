import Protocol
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct WallTimeTests {
    private static func stamp(_ seconds: Int64, offset: Int32 = 0) -> String {
        var bytes: [UInt8] = []
        WallTime(seconds: seconds, offset: offset).appendStamp(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (0, "[01-01-70T00:00:00]"),
        (-1, "[12-31-69T23:59:59]"),
        (951_782_399, "[02-28-00T23:59:59]"),  // 2000 is a leap year
        (951_782_400, "[02-29-00T00:00:00]"),
        (951_868_800, "[03-01-00T00:00:00]"),
        (946_684_799, "[12-31-99T23:59:59]"),
        (946_684_800, "[01-01-00T00:00:00]"),
        (1_709_164_800, "[02-29-24T00:00:00]"),
        (1_735_689_599, "[12-31-24T23:59:59]"),
        (1_740_787_199, "[02-28-25T23:59:59]"),
        (1_740_787_200, "[03-01-25T00:00:00]"),
        (2_147_483_647, "[01-19-38T03:14:07]"),
        (2_147_483_648, "[01-19-38T03:14:08]"),
        (4_107_542_399, "[02-28-00T23:59:59]"),  // 2100 is none
        (4_107_542_400, "[03-01-00T00:00:00]"),
        (-2_203_891_200, "[03-01-00T00:00:00]"),  // nor was 1900
        (-62_135_596_800, "[01-01-01T00:00:00]"),
        (253_402_300_799, "[12-31-99T23:59:59]"),
    ])
    func `a known second has its known stamp`(_ seconds: Int64, _ stamp: String) {
        #expect(Self.stamp(seconds) == stamp)
    }

    @Test(arguments: [
        (3_600, "[01-01-70T01:00:00]"), (-3_600, "[12-31-69T23:00:00]"),
        (20_700, "[01-01-70T05:45:00]"), (50_400, "[01-01-70T14:00:00]"),
        (-43_200, "[12-31-69T12:00:00]"), (-1, "[12-31-69T23:59:59]"),
    ])
    func `the distance from UTC is kept with the time`(_ offset: Int32, _ stamp: String) {
        #expect(Self.stamp(0, offset: offset) == stamp)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `any second has the stamp that the system's calendar gives it`(seed: UInt64) {
        var chance = Seeded(seed)
        for _ in 0..<2_000 {
            // Some seven thousand years around 1970, and the edges of days far more often.
            let day = chance.number(in: -700_000...1_800_000) * 86_400
            let second = chance.oneIn(2) ? chance.number(in: 0...86_399) : -chance.number(in: 0...1)
            #expect(Self.stamp(Int64(day + second)) == Self.systemStamp(Int64(day + second)))
        }
    }

    @Test func `every day of four hundred years is followed by the next`() {
        var wrong: [Int64] = []
        for day in Int64(-40_000)...110_000 {
            let noon = day * 86_400 + 43_200
            if Self.stamp(noon) != Self.systemStamp(noon) { wrong.append(noon) }
        }

        #expect(wrong.isEmpty)
    }

    /// The stamp as the C library's calendar has it.
    private static func systemStamp(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = unsafe tm()
        unsafe gmtime_r(&time, &parts)
        // Years count from 1900 there.
        let year = unsafe ((Int(parts.tm_year) + 1_900) % 100 + 100) % 100
        let fields = unsafe [
            Int(parts.tm_mon) + 1, Int(parts.tm_mday), year, Int(parts.tm_hour), Int(parts.tm_min),
            Int(parts.tm_sec),
        ].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "[\(fields[0])-\(fields[1])-\(fields[2])T\(fields[3]):\(fields[4]):\(fields[5])]"
    }
}
