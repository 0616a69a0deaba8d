// From a seed that fails to a short script, and back.

import Simulation
import Testing

struct ScriptTests {
    /// Written by hand, with everything that can stand in one.
    private static let text = """
        seed 4711
        operations 60
        sabotage logIsNotFlushed
        troubles crashes splits
        people 0 2
        connections 0.0 0.2 2.1
        lines 0.0.1 0.2.10
        faults
        crashes 1.3

        """

    @Test func `a script is read as it is written`() throws {
        let script = try #require(Script(Self.text))

        #expect(script.text == Self.text)
        #expect(Script("# a remark\n" + Self.text) == script)
    }

    @Test(arguments: [
        "", "operations 10 people", "seed 1", "seed x\noperations 5",
        "seed 1\noperations 5\npeople a",
        "seed 1\noperations 5\npeople 1..2", "seed 1\noperations 5\nnobody 1",
        "seed 1\noperations 5\ntroubles rain", "seed 1\noperations 5\nsabotage rain",
    ])
    func `what is no script is refused`(text: String) {
        #expect(Script(text) == nil)
    }

    @Test func `a script of nothing but a seed is the world of that seed`() throws {
        let script = try #require(Script("seed 17\noperations 80"))

        #expect(World(script).run().hash == World(seed: 17, operations: 80).run().hash)
    }

    @Test func `what a script leaves out is not there`() throws {
        let seed = try #require(
            (0..<200 as Range<UInt64>).first {
                let whole = World(seed: $0, operations: 80).run().tally
                return whole[.serverCrashes] > 0 && whole[.powerFails] > 0
                    && whole[.packetIsCut] > 0 && whole[.peerHalfCloses] > 0
            })
        let calm = try #require(
            Script("seed \(seed)\noperations 80\ntroubles\npeople 0\nfaults\ncrashes"))
        let quiet = World(calm).run()

        #expect(quiet.violation == nil)
        #expect(quiet.messages > 0)
        #expect(quiet.tally[.peerHalfCloses] == 0)
        #expect(quiet.tally[.serverCrashes] == 0)
        #expect(quiet.tally[.powerFails] == 0)
        #expect(quiet.tally[.packetIsCut] == 0)
    }

    @Test func `a world that fails becomes a small one that fails in the same way`() throws {
        let seed = try #require(
            (0..<200 as Range<UInt64>).first {
                World(seed: $0, operations: 200, sabotage: .pageLacksItsLast).run().violation != nil
            })
        let script = Script(seed: seed, operations: 200, sabotage: .pageLacksItsLast)
        let violation = World(script).run().violation
        var shrinker = try #require(Shrinker(script))

        let smallest = shrinker.shrink()
        let again = try #require(Script(smallest.text))
        let outcome = World(again).run()
        #expect(outcome.violation?.rule == violation?.rule)
        #expect(outcome.hash == shrinker.outcome.hash)
        #expect(smallest.operations < 100)
        #expect(smallest.troubles?.count ?? .max < Trouble.allCases.count / 2)
    }

    @Test func `a world in which all is well is not shrunk`() {
        #expect(Shrinker(Script(seed: 17, operations: 80)) == nil)
    }
}
