// Worlds by the thousand, each from its seed. `simulate --seed N --operations 120 --trace` tells
// the whole story of one that fails.

import Simulation
import Testing

struct SimulationTests {
    private static let operations = 120

    @Test(arguments: 0..<40)
    func `ten worlds keep every promise`(batch: Int) {
        for seed in UInt64(batch * 10)..<UInt64(batch * 10 + 10) {
            let outcome = World(seed: seed, operations: Self.operations).run()
            #expect(outcome.violation == nil, "\(outcome)")
        }
    }

    @Test(arguments: [3, 64, 1_234, UInt64.max])
    func `the same seed makes the same world`(seed: UInt64) {
        let one = World(seed: seed, operations: 200).run()
        let other = World(seed: seed, operations: 200).run()

        #expect(one.hash == other.hash)
        #expect(one.events == other.events)
        #expect(one.events > 1_000)
    }

    @Test func `another seed makes another world`() {
        let hashes = (0..<50).map { World(seed: $0, operations: 20).run().hash }

        #expect(Set(hashes).count == 50)
    }

    @Test func `everything rare happens in some world`() {
        var tally = Tally()
        var seed: UInt64 = 400
        while seed < 1_000, Rarity.allCases.contains(where: { tally[$0] == 0 }) {
            tally.add(World(seed: seed, operations: Self.operations).run().tally)
            seed += 1
        }

        #expect(Rarity.allCases.filter { tally[$0] == 0 } == [])
    }

    /// What fails in nobody's hands proves nothing.
    @Test(arguments: Sabotage.allCases)
    func `a planted bug is found`(bug: Sabotage) {
        let isFound =
            Self.fails(bug, 0..<600, operations: Self.operations)
            // Some need a longer story.
            || Self.fails(bug, 0..<300, operations: 1_000)

        #expect(isFound)
    }

    private static func fails(_ bug: Sabotage, _ seeds: Range<UInt64>, operations: Int) -> Bool {
        seeds.contains {
            World(seed: $0, operations: operations, sabotage: bug).run().violation != nil
        }
    }
}
