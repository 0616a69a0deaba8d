// From a world that fails to the smallest one found that fails in the same way: everything is taken
// out that can be, in halves, quarters, and one by one.

package struct Shrinker {
    private let rule: Violation.Rule
    /// Longer than this is not shorter: a world that lacks something may wait for it for ever.
    private let eventsMax: Int
    private var triesLeft: Int
    private var script: Script
    /// How the smallest one ended.
    package private(set) var outcome: Outcome

    /// Nil when this one keeps every promise.
    package init?(_ script: Script, triesMax: Int = 1_000) {
        let outcome = World(script, isRecorded: true).run()
        guard let violation = outcome.violation else { return nil }
        rule = violation.rule
        eventsMax = outcome.events * 3 / 2 + 1_000
        triesLeft = triesMax
        self.script = script
        self.outcome = outcome
    }

    package mutating func shrink() -> Script {
        var before: Script
        repeat {
            before = script
            shortenOperations()
            calmDown()
            hastenCrashes()
            // What is large goes first: a fault may take a thousand events with it.
            for part in [Script.Part.crashes, .faults, .people, .connections, .lines] {
                thinOut(part)
            }
        } while script != before && triesLeft > 0
        return script
    }

    private mutating func shortenOperations() {
        var step = script.operations / 2
        while step > 0 {
            var shorter = script
            shorter.operations -= step
            if shorter.operations < 1 || !take(shorter) { step /= 2 }
        }
    }

    private mutating func calmDown() {
        for trouble in script.troubles ?? Trouble.allCases {
            var calmer = script
            calmer.troubles = (script.troubles ?? Trouble.allCases).filter { $0 != trouble }
            _ = take(calmer)
        }
    }

    /// With fewer steps before it, a crash needs fewer lines.
    private mutating func hastenCrashes() {
        let places = outcome.recorded[.crashes] ?? []
        for index in places.indices {
            var step = places[index].numbers[1]
            while step > 0 {
                var sooner = outcome.recorded[.crashes] ?? []
                guard index < sooner.count else { return }
                let (life, steps) = (sooner[index].numbers[0], sooner[index].numbers[1])
                sooner[index] = Script.Place([life, steps - step])
                if steps < step || !take(script.keeping(sooner, of: .crashes)) { step /= 2 }
            }
        }
    }

    private mutating func thinOut(_ part: Script.Part) {
        var places = outcome.recorded[part] ?? []
        var size = places.count
        // At first all of it, so that a part that does not matter goes at once.
        while size > 0 {
            var start = 0
            while start < places.count {
                var fewer = places
                fewer.removeSubrange(start..<min(start + size, places.count))
                if take(script.keeping(fewer, of: part)) {
                    places = fewer
                } else {
                    start += size
                }
            }
            size /= 2
        }
        _ = take(script.keeping(places, of: part))
    }

    /// Whether it fails in the same way, and so is the one to go on with.
    private mutating func take(_ candidate: Script) -> Bool {
        guard triesLeft > 0 else { return false }
        triesLeft -= 1
        let outcome = World(candidate, eventsMax: eventsMax, isRecorded: true).run()
        guard outcome.violation?.rule == rule else { return false }
        script = candidate
        self.outcome = outcome
        return true
    }
}
