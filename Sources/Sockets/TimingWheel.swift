// Who is to be looked at, and when. Made for deadlines that move away again and again and are
// hardly ever reached: a session that says something.

/// Nodes, by slot number, in the order of time, to a quarter of a second.
///
/// It is lazy. A deadline that moves into the future is not filed again: the node comes out at the
/// earlier time, its owner asks what its deadline is now, and files it again when that is ahead. So
/// a sign of life costs a store in the owner's own memory and nothing here.
///
/// Due nodes are handed out in order of their quarter second, never before their time. All costs
/// are constant, but for a step over empty quarters.
package struct TimingWheel {
    /// What one slot stands for.
    package static let tickNanoseconds: Int64 = 250_000_000
    /// 256 s. What lies beyond is filed at the end and comes out there, for its owner to file
    /// again: with half an hour of patience, seven times.
    private static let slotCount: Int64 = 1_024

    private static let none: Int32 = -1

    /// A link of its slot's list, which has two ends and no ring.
    private struct Node {
        var next = TimingWheel.none
        var previous = TimingWheel.none
        /// -1 while it is not filed.
        var tick: Int64 = -1
    }

    private var nodes: [Node] = []
    private var firsts = [Int32](repeating: TimingWheel.none, count: Int(slotCount))
    /// A bit for each slot that is not empty.
    private var occupied = [UInt64](repeating: 0, count: Int(slotCount) / 64)
    /// All before it is handed out; nothing is filed at or beyond `current + slotCount`.
    private var current: Int64
    /// Nodes that are filed.
    package private(set) var count = 0

    package init(now nanoseconds: Int64) {
        precondition(nanoseconds >= 0)
        current = nanoseconds / Self.tickNanoseconds
    }

    /// Makes sure that the node comes out at this time or earlier. Never later than that when it
    /// was filed already; at the next chance when the time has passed.
    package mutating func file(_ node: Int32, at nanoseconds: Int64) {
        let (whole, part) = max(0, nanoseconds).quotientAndRemainder(
            dividingBy: Self.tickNanoseconds)
        let tick = min(max(whole + (part > 0 ? 1 : 0), current), current + Self.slotCount - 1)

        let index = Int(node)
        while nodes.count <= index { nodes.append(Node()) }
        if nodes[index].tick >= 0 {
            if nodes[index].tick <= tick { return }
            unlink(node)
        }
        link(node, at: tick)
    }

    /// Forgets the node, if it is filed.
    package mutating func remove(_ node: Int32) {
        let index = Int(node)
        if index < nodes.count, nodes[index].tick >= 0 { unlink(node) }
    }

    /// Appends the nodes whose time has come, and forgets them; at most so many, so that a crowd
    /// does not hold up the loop. While there are more, `nextTick` lies in the past.
    package mutating func advance(
        to nanoseconds: Int64, limit: Int, due: inout [Int32]
    ) {
        let now = nanoseconds / Self.tickNanoseconds
        var left = limit
        while current <= now {
            guard count > 0 else {
                current = now + 1
                return
            }
            let slot = slot(of: current)
            while firsts[slot] != Self.none {
                if left == 0 { return }
                left -= 1
                due.append(firsts[slot])
                unlink(firsts[slot])
            }
            current += 1
        }
    }

    /// When there will be something to hand out. Nil when nothing is filed.
    package var nextTick: Int64? {
        if count == 0 { return nil }
        let start = slot(of: current)
        // The slots of the first word that lie before `start` are the last in time: they come up
        // again, whole, when the words have gone round.
        var word = start / 64
        var bits = occupied[word] & (UInt64.max << UInt64(start % 64))
        while bits == 0 {
            word = (word + 1) % occupied.count
            bits = occupied[word]
        }
        let found = word * 64 + bits.trailingZeroBitCount
        let distance = (found - start + Int(Self.slotCount)) % Int(Self.slotCount)
        return (current + Int64(distance)) * Self.tickNanoseconds
    }

    private func slot(of tick: Int64) -> Int {
        Int(tick % Self.slotCount)
    }

    private mutating func link(_ node: Int32, at tick: Int64) {
        let slot = slot(of: tick)
        let first = firsts[slot]
        nodes[Int(node)] = Node(next: first, tick: tick)
        if first == Self.none {
            occupied[slot / 64] |= 1 << UInt64(slot % 64)
        } else {
            nodes[Int(first)].previous = node
        }
        firsts[slot] = node
        count += 1
    }

    private mutating func unlink(_ node: Int32) {
        let (next, previous, tick) = {
            ($0.next, $0.previous, $0.tick)
        }(nodes[Int(node)])
        if next != Self.none { nodes[Int(next)].previous = previous }
        if previous != Self.none {
            nodes[Int(previous)].next = next
        } else {
            let slot = slot(of: tick)
            firsts[slot] = next
            if next == Self.none { occupied[slot / 64] &= ~(1 << UInt64(slot % 64)) }
        }
        nodes[Int(node)] = Node()
        count -= 1
    }
}
