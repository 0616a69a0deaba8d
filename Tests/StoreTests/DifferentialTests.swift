import Protocol
import Store
import Testing

// The real store against the reference, on anything that may happen in any order.

@Suite struct DifferentialTests {
    @Test(arguments: 1...16)
    func `both stores answer alike, whatever happens`(_ seed: Int) throws {
        var chance = Chance(seed: UInt64(seed))
        var real = try Subject(.sqlite)
        var reference = MemoryStore()
        var world = World()

        for step in 1...150 {
            let place: Comment = "seed \(seed), step \(step)"
            switch chance.below(20) {
            case 0..<10:
                let group = (0...chance.below(6)).map { _ in world.entry(&chance) }
                let first = try real.commit(group)
                #expect(first == reference.commit(group).value, place)
                world.head = first + Int64(group.count) - 1
            case 10..<15:
                let (after, through) = (world.number(&chance), world.number(&chance))
                let (reader, bytes) = (world.account(&chance), chance.below(60))
                let page = try real.page(reader, after: after, through: through, bytes: bytes)
                let expected = reference.mail(
                    query(reader, after: after, through: through), bytes: bytes)
                #expect(page == expected, place)
            case 15..<18:
                _ = try real.tidy()
            case 18:
                #expect(try real.reopen() == reference.recover(), place)
            default:
                real = try real.crashed()
                #expect(try real.recover() == reference.recover(), place)
            }
        }
        #expect(try real.reopen() == reference.recover(), "seed \(seed), end")
    }
}

/// What can sensibly be committed next.
private struct World {
    var head: Int64 = 0
    private var accounts: UInt32 = 0
    private var ended: Set<UInt32> = []

    mutating func entry(_ chance: inout Chance) -> Entry {
        switch chance.below(16) {
        case 0:
            accounts += 1
            return opened(accounts, "n\(chance.below(1_000))")
        case 1:
            let account = account(&chance)
            return chance.below(3) == 0 ? .ended(AccountNumber(account)) : active(account, at: head)
        case 2:
            return active(account(&chance), at: Int64(chance.below(1_000_000)))
        case 3, 4:
            return read(account(&chance), through: number(&chance), own: chance.below(4))
        case 5:
            let failures = (0..<chance.below(3)).map { _ in Int64(chance.below(99)) }
            return .refusals(
                Refusals(
                    name: "n\(chance.below(3))", address: "a\(chance.below(3))", failures: failures,
                    blockedUntil: chance.below(3) == 0 ? 7 : nil))
        case 6, 7:
            let readers = Set((0...chance.below(4)).map { _ in account(&chance) }).sorted()
            return letter(account(&chance), toEach: readers, text(&chance))
        case 8, 9:
            let except = Set((0..<chance.below(3)).map { _ in account(&chance) }).sorted()
            return letter(account(&chance), toAllBut: except, text(&chance))
        default:
            return letter(account(&chance), to: account(&chance), text(&chance))
        }
    }

    func account(_ chance: inout Chance) -> UInt32 {
        1 + UInt32(chance.below(Int(max(accounts, 1))))
    }

    func number(_ chance: inout Chance) -> Int64 {
        Int64(chance.below(Int(head) + 3)) - 1
    }

    private func text(_ chance: inout Chance) -> String {
        String(repeating: "x", count: 1 + chance.below(30))
    }
}

/// Chance that can be repeated.
struct Chance {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    }

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % bound
    }
}
