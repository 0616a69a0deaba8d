// Runs worlds by the ten thousand, or one of them again with every step printed:
//
//     simulate --seeds 0..<20000 [--operations 1000] [--keep FOLDER]
//     simulate --seed 4711 [--operations 1000] [--sabotage NAME] [--shrink] [--trace]
//     simulate --script FILE [--trace]
//
// `--shrink` makes the smallest world of it that fails in the same way, and prints its script;
// `--keep` does so for every seed that fails, and puts the script into a file, where the tests find
// it if the folder is Tests/Worlds.

import ProofKit
import Simulation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct Arguments {
    var seeds: Range<UInt64> = 0..<1_000
    var operations = 1_000
    var sabotage: Sabotage?
    var isTraced = false
    var isShrunk = false
    /// Where scripts of failures go.
    var keep: String?
    var script: Script?

    init?(_ words: ArraySlice<String>) {
        var words = words
        while let word = words.popFirst() {
            guard take(word, from: &words) else { return nil }
        }
    }

    private mutating func take(_ word: String, from words: inout ArraySlice<String>) -> Bool {
        switch word {
        case "--trace":
            isTraced = true
            return true
        case "--shrink":
            isShrunk = true
            return true
        case "--seed":
            return set(\.seeds, words.popFirst().flatMap { UInt64($0) }.map { $0..<($0 + 1) })
        case "--seeds":
            return set(\.seeds, words.popFirst().flatMap(Self.range))
        case "--operations":
            return set(\.operations, words.popFirst().flatMap { Int($0) })
        case "--sabotage":
            return set(\.sabotage, words.popFirst().map(Sabotage.init(rawValue:)))
        case "--keep":
            return set(\.keep, words.popFirst().map(\.self))
        case "--script":
            let text = words.popFirst().flatMap(TestFolder.contents(of:))
            script = text.flatMap { Script(String(decoding: $0, as: UTF8.self)) }
            return script != nil
        default:
            return false
        }
    }

    private mutating func set<Value>(
        _ place: WritableKeyPath<Arguments, Value>, _ value: Value?
    ) -> Bool {
        guard let value else { return false }
        self[keyPath: place] = value
        return true
    }

    private static func range(_ text: String) -> Range<UInt64>? {
        let ends = text.split(separator: "..<").compactMap { UInt64($0) }
        return ends.count == 2 && ends[0] < ends[1] ? ends[0]..<ends[1] : nil
    }
}

/// What many worlds come to.
struct Sum {
    private let start = ContinuousClock.now
    private(set) var failures = 0
    private var seeds = 0
    private var operations = 0
    private var events = 0
    private var tally = Tally()

    mutating func add(_ outcome: Outcome) {
        seeds += 1
        operations += outcome.script.operations
        events += outcome.events
        tally.add(outcome.tally)
        if outcome.violation != nil { failures += 1 }
    }

    /// The time that counts on a machine with other work is the processor's.
    var line: String {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let processorSeconds = Double(clock()) / Double(CLOCKS_PER_SEC)
        let microseconds = Int(processorSeconds * 1_000_000 / Double(seeds))
        return "\(seeds) seeds, \(operations) operations, \(events) events, \(failures) failures; "
            + "\(Int(seconds)) s, \(microseconds / 1_000).\(microseconds % 1_000 / 100) ms of "
            + "processor for each, \(Int(Double(seeds) / processorSeconds * 3_600)) seeds an hour"
    }

    var rarities: String {
        Rarity.allCases.map { "    \(tally[$0]) \($0)" }.joined(separator: "\n")
    }
}

/// The smallest world that fails in the same way, and how it does.
func shrink(_ script: Script, keep folder: String?) {
    guard var shrinker = Shrinker(script) else { return }
    let smallest = shrinker.shrink()
    print(smallest.text + "\(shrinker.outcome)")
    guard let folder, let violation = shrinker.outcome.violation else { return }
    let text = "# \(violation)\n\(smallest.text)"
    TestFolder.put(text, in: "\(folder)/seed-\(script.seed)-\(script.operations).txt")
}

func run(_ arguments: Arguments) -> Bool {
    var sum = Sum()
    let scripts = arguments.seeds.lazy.map {
        Script(seed: $0, operations: arguments.operations, sabotage: arguments.sabotage)
    }
    for (index, script) in scripts.enumerated() {
        let outcome = World(script, prints: arguments.isTraced).run()
        sum.add(outcome)
        if outcome.violation != nil || arguments.seeds.count == 1 { print(outcome) }
        if outcome.violation != nil, arguments.isShrunk || arguments.keep != nil {
            shrink(script, keep: arguments.keep)
        }
        if (index + 1).isMultiple(of: 1_000) {
            print(sum.line)
            // Every stream, so that a pipe shows how far it is.
            _ = fflush(nil)
        }
    }
    if !arguments.seeds.count.isMultiple(of: 1_000) { print(sum.line) }
    if arguments.seeds.count > 1 { print(sum.rarities) }
    return sum.failures == 0
}

guard let arguments = Arguments(CommandLine.arguments.dropFirst()) else {
    print(
        """
        usage: simulate [--seed N | --seeds A..<B] [--operations N] [--sabotage NAME]
                        [--trace] [--shrink] [--keep FOLDER]
               simulate --script FILE [--trace]
        """)
    exit(2)
}
if let script = arguments.script {
    let outcome = World(script, prints: arguments.isTraced).run()
    print(outcome)
    exit(outcome.violation == nil ? 0 : 1)
}
exit(run(arguments) ? 0 : 1)
