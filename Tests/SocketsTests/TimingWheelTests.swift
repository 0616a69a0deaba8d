import Sockets
import Testing

private let tick = TimingWheel.tickNanoseconds

struct TimingWheelTests {
    @Test func `nobody comes out before the time`() {
        var wheel = TimingWheel(now: 0)
        wheel.file(7, at: 10 * tick - 1)

        #expect(wheel.nextTick == 10 * tick)
        #expect(wheel.due(at: 10 * tick - 1) == [])
        #expect(wheel.due(at: 10 * tick) == [7])
        #expect(wheel.nextTick == nil)
        #expect(wheel.due(at: 20 * tick) == [])
    }

    @Test func `a time that has passed comes out at the next chance`() {
        var wheel = TimingWheel(now: 100 * tick)
        wheel.file(0, at: 3 * tick)
        wheel.file(1, at: -5)

        #expect(wheel.nextTick == 100 * tick)
        #expect(wheel.due(at: 100 * tick).sorted() == [0, 1])
    }

    @Test func `filing again moves to an earlier time, never to a later one`() {
        var wheel = TimingWheel(now: 0)
        wheel.file(0, at: 10 * tick)
        wheel.file(0, at: 20 * tick)
        #expect(wheel.nextTick == 10 * tick)
        wheel.file(0, at: 5 * tick)
        #expect(wheel.nextTick == 5 * tick)

        #expect(wheel.due(at: 5 * tick) == [0])
        #expect(wheel.due(at: 30 * tick) == [])
    }

    @Test func `what lies beyond the horizon comes out at the horizon`() {
        var wheel = TimingWheel(now: 0)
        wheel.file(0, at: 1_800 * 1_000_000_000)

        #expect(wheel.nextTick == 1_023 * tick)
        #expect(wheel.due(at: 1_023 * tick) == [0])
    }

    @Test func `a crowd comes out in portions, and the next tick stays in the past`() {
        var wheel = TimingWheel(now: 0)
        for node in Int32(0)..<5 { wheel.file(node, at: tick) }
        wheel.file(5, at: 2 * tick)

        #expect(wheel.due(at: 2 * tick, limit: 4).count == 4)
        #expect(wheel.nextTick == tick)
        #expect(wheel.due(at: 2 * tick, limit: 4).count == 2)
        #expect(wheel.nextTick == nil)
        #expect(wheel.count == 0)
    }

    @Test func `who is removed does not come out`() {
        var wheel = TimingWheel(now: 0)
        for node in Int32(0)..<3 { wheel.file(node, at: tick) }
        wheel.remove(1)
        wheel.remove(1)
        wheel.remove(99)

        #expect(wheel.due(at: tick).sorted() == [0, 2])
    }

    @Test func `a machine that slept for a day wakes to all that is due`() {
        var wheel = TimingWheel(now: 0)
        wheel.file(0, at: tick)
        wheel.file(1, at: 900 * tick)
        let day = 86_400 * 1_000_000_000 as Int64

        #expect(wheel.due(at: day) == [0, 1])
        wheel.file(0, at: day + 5 * tick)
        #expect(wheel.nextTick == day + 5 * tick)
    }

    /// The reference keeps a plain list of who is filed where.
    @Test(arguments: UInt64(0)..<40)
    func `it does what a list would do`(seed: UInt64) {
        var random = SplitMix(state: seed)
        var now = Int64(random.below(1 << 40))
        var wheel = TimingWheel(now: now)
        var reference: [Int32: Int64] = [:]
        var start = now / tick

        for _ in 0..<2_000 {
            let node = Int32(random.below(64))
            switch random.below(8) {
            case 0...4:
                let at = now - 5 * tick + Int64(random.below(UInt64(1_200 * tick)))
                wheel.file(node, at: at)
                let wanted = min(max((at + tick - 1) / tick, start), start + 1_023)
                reference[node] = min(reference[node] ?? wanted, wanted)
            case 5:
                wheel.remove(node)
                reference[node] = nil
            default:
                now += Int64(random.below(UInt64(random.below(10) == 0 ? 900 * tick : 9 * tick)))
                let limit = random.below(3) == 0 ? Int(random.below(4)) : 1_000
                let due = wheel.due(at: now, limit: limit)

                let expected = reference.values.filter { $0 <= now / tick }.sorted()
                #expect(due.map { reference[$0] } == Array(expected.prefix(limit)))
                #expect(Set(due).count == due.count)
                for node in due { reference[node] = nil }
                start = due.count < expected.count ? expected[due.count] : now / tick + 1
            }
            #expect(wheel.count == reference.count)
            #expect(wheel.nextTick == reference.values.min().map { $0 * tick })
        }
    }
}

extension TimingWheel {
    fileprivate mutating func due(at now: Int64, limit: Int = .max) -> [Int32] {
        var due: [Int32] = []
        advance(to: now, limit: limit, due: &due)
        return due
    }
}

/// Numbers that are the same for the same seed.
private struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return (mixed ^ (mixed >> 31)) % bound
    }
}
