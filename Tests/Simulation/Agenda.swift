// What will happen, in the order in which it will.

import Protocol

/// A queue by time. What falls on one instant happens in the order in which it was planned.
struct Agenda {
    private struct Plan {
        let at: Int64
        let number: Int
        let event: World.Event
    }

    /// A heap: nobody comes before the one at half its index.
    private var plans: [Plan] = []
    private var count = 0

    mutating func plan(_ event: World.Event, at instant: Instant) {
        let plan = Plan(at: instant.nanoseconds, number: count, event: event)
        count += 1
        var place = plans.count
        plans.append(plan)
        while place > 0 {
            let above = (place - 1) / 2
            // It is the latest, so it stays behind its equals.
            guard plan.at < plans[above].at else { break }
            plans[place] = plans[above]
            place = above
        }
        plans[place] = plan
    }

    mutating func next() -> (event: World.Event, at: Instant)? {
        guard let last = plans.popLast() else { return nil }
        guard let first = plans.first else { return (last.event, Instant(nanoseconds: last.at)) }
        var place = 0
        while true {
            var below = 2 * place + 1
            guard below < plans.count else { break }
            if below + 1 < plans.count, isBefore(plans[below + 1], plans[below]) { below += 1 }
            guard isBefore(plans[below], last) else { break }
            plans[place] = plans[below]
            place = below
        }
        plans[place] = last
        return (first.event, Instant(nanoseconds: first.at))
    }

    private func isBefore(_ one: Plan, _ other: Plan) -> Bool {
        one.at == other.at ? one.number < other.number : one.at < other.at
    }
}
