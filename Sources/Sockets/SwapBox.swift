// The only way things go from thread to thread: whole arrays change hands, so that the lock and the
// wake-up are paid once for many.

/// Any number of threads put in, one takes out, in the order in which things were put.
///
/// The taker is either a loop, which watches `waker.number`, or a thread with nothing else to do,
/// which calls `takeWaiting`. It is woken only when it has found the box empty before. So a loop
/// has to take once before it first sleeps, and again whenever the bell has rung and was cleared.
package final class SwapBox<Item: Sendable>: Sendable {
    private struct State: Sendable {
        var items: [Item] = []
        var takerSleeps = false
        var isClosed = false

        /// Whether the taker has to be woken for what was just put in.
        mutating func wake() -> Bool {
            defer { takerSleeps = false }
            return takerSleeps
        }
    }

    /// Rings when there is something for a taker that found nothing.
    package let waker: Waker
    private let state = Guarded(State())

    package init() throws(SystemError) {
        waker = try Waker()
    }

    /// What waits in the box.
    package var count: Int { state.withLock { $0.items.count } }

    /// Nothing is put in any more.
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Puts one thing in. After `close()` it is dropped.
    package func put(_ item: Item) {
        _ = offer(item, ceiling: .max)
    }

    /// Puts all of it in and leaves an empty array, with the room of an earlier one where possible.
    /// After `close()` it is dropped.
    package func put(_ items: inout [Item]) {
        if items.isEmpty { return }
        let wakes = state.withLock { state -> Bool in
            if state.isClosed { return false }
            if state.items.isEmpty {
                swap(&state.items, &items)
            } else {
                state.items += items
            }
            return state.wake()
        }
        items.removeAll(keepingCapacity: true)
        if wakes { waker.ring() }
    }

    /// Puts one thing in unless so many already wait. False when it was not taken; true when it
    /// was, or when it was dropped because the box is closed.
    package func offer(_ item: Item, ceiling: Int) -> Bool {
        let (isTaken, wakes) = state.withLock { state -> (Bool, Bool) in
            if state.isClosed { return (true, false) }
            if state.items.count >= ceiling { return (false, false) }
            state.items.append(item)
            return (true, state.wake())
        }
        if wakes { waker.ring() }
        return isTaken
    }

    /// Replaces the array by all that waits. After an empty one the bell will ring for what comes.
    package func take(into items: inout [Item]) {
        items.removeAll(keepingCapacity: true)
        state.withLock { state in
            swap(&state.items, &items)
            state.takerSleeps = items.isEmpty
        }
    }

    /// Replaces the array by all that waits, and sleeps until there is something. False, with an
    /// empty array, when the box was closed and everything was taken.
    package func takeWaiting(into items: inout [Item]) -> Bool {
        items.removeAll(keepingCapacity: true)
        while true {
            let isClosed = state.withLock { state -> Bool in
                swap(&state.items, &items)
                state.takerSleeps = items.isEmpty && !state.isClosed
                return state.isClosed
            }
            if !items.isEmpty { return true }
            if isClosed { return false }
            waker.wait()
        }
    }

    /// Nothing is put in from now on. What is in the box can be taken; a taker that sleeps wakes.
    package func close() {
        state.withLock { $0.isClosed = true }
        waker.ring()
    }
}
