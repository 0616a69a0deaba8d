import Testing

@testable import Delivery

@Suite struct `Any number of people in any number of rooms` {
    @Test(arguments: 0..<120 as Range<UInt64>)
    func `are told all that is for them, nothing else, in order, until they have read it`(
        seed: UInt64
    ) {
        var traffic = TownTraffic(seed: seed)
        for _ in 0..<600 { traffic.step() }
        traffic.drain()
    }

    @Test func `do everything there is to do`() {
        var met: Set<String> = []
        for seed in 0..<60 as Range<UInt64> {
            var traffic = TownTraffic(seed: seed)
            for _ in 0..<600 { traffic.step() }
            met.formUnion(traffic.met)
        }

        let all: Set = [
            "sent", "send", "full", "created", "exists", "joined", "left", "kicked", "leads",
            "closed", "limit", "denied", "room", "args", "storage", "talk", "live", "inbox",
            "history", "rooms", "members", "ahead", "read ahead", "push", "read",
            "read by closing", "late close", "interrupted", "gone before coming", "switch",
            "crash", "ended", "came back", "homecoming over", "came meanwhile",
        ]
        #expect(all.subtracting(met) == [])
    }
}
