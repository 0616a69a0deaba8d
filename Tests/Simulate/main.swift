// Runs worlds by the hundred thousand, or one of them again with every step printed:
//
//     simulate --seeds 0..<20000 [--operations 1000]
//     simulate --seed 4711 [--trace] [--sabotage NAME]

import Simulation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct Arguments {
    var seeds: Range<UInt64> = 0..<1_000
    var operations = 1_000
    var isTraced = false
    var sabotage: Sabotage?

    init?(_ words: ArraySlice<String>) {
        var words = words
        while let word = words.popFirst() {
            switch word {
            case "--trace":
                isTraced = true
            case "--seed":
                guard let seed = words.popFirst().flatMap({ UInt64($0) }) else { return nil }
                seeds = seed..<(seed + 1)
            case "--seeds":
                guard let range = words.popFirst().flatMap(Self.range) else { return nil }
                seeds = range
            case "--operations":
                guard let count = words.popFirst().flatMap({ Int($0) }) else { return nil }
                operations = count
            case "--sabotage":
                guard let bug = words.popFirst().flatMap(Sabotage.init(rawValue:)) else {
                    return nil
                }
                sabotage = bug
            default:
                return nil
            }
        }
    }

    private static func range(_ text: String) -> Range<UInt64>? {
        let ends = text.split(separator: "..<").compactMap { UInt64($0) }
        return ends.count == 2 && ends[0] < ends[1] ? ends[0]..<ends[1] : nil
    }
}

func run(_ arguments: Arguments) -> Bool {
    let clock = ContinuousClock()
    let start = clock.now
    var events = 0
    var failures = 0
    var tally = Tally()
    for seed in arguments.seeds {
        let world = World(
            seed: seed, operations: arguments.operations, sabotage: arguments.sabotage,
            prints: arguments.isTraced)
        let outcome = world.run()
        events += outcome.event
        tally.add(outcome.tally)
        if outcome.violation != nil { failures += 1 }
        if outcome.violation != nil || arguments.seeds.count == 1 { print(outcome) }

        let done = seed - arguments.seeds.lowerBound + 1
        if done.isMultiple(of: 1_000) || seed == arguments.seeds.upperBound - 1 {
            let rate = Double(done) / ((clock.now - start) / .seconds(1))
            print("\(done) seeds, \(events) events, \(failures) failures, \(Int(rate)) seeds/s")
        }
    }
    if arguments.seeds.count > 1 {
        for rarity in Rarity.allCases { print("    \(tally[rarity]) \(rarity)") }
    }
    return failures == 0
}

guard let arguments = Arguments(CommandLine.arguments.dropFirst()) else {
    print("usage: simulate [--seed N | --seeds A..<B] [--operations N] [--sabotage NAME] [--trace]")
    exit(2)
}
exit(run(arguments) ? 0 : 1)
