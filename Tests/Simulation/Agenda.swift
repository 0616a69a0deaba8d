// What will happen, in the order in which it will.

import Protocol

/// A queue by time. What falls on one instant happens in the order in which it was planned.
struct Agenda<Event> {
    private struct Plan {
        let at: Instant
        let number: Int
        let event: Event

        func isBefore(_ other: Plan) -> Bool {
            at == other.at ? number < other.number : at < other.at
        }
    }

    /// A heap: nobody comes before the one at half its index.
    private var plans: [Plan] = []
    private var count = 0

    mutating func plan(_ event: Event, at instant: Instant) {
        plans.append(Plan(at: instant, number: count, event: event))
        count += 1
        var child = plans.count - 1
        while child > 0, plans[child].isBefore(plans[(child - 1) / 2]) {
            plans.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> (event: Event, at: Instant)? {
        guard let first = plans.first, let last = plans.popLast() else { return nil }
        if plans.isEmpty { return (first.event, first.at) }
        plans[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < plans.count {
                if plans[child].isBefore(plans[least]) { least = child }
            }
            if least == parent { return (first.event, first.at) }
            plans.swapAt(parent, least)
            parent = least
        }
    }
}
