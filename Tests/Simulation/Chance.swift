// Chance that can be repeated: everything that happens in a world comes from one seed.

/// SplitMix64, with its own way from bits to numbers: the standard library's may change.
struct Chance: Sendable {
    /// Each draws from a source of its own, so that a world from which something is taken out goes
    /// on as before everywhere else.
    enum Source: UInt64, Sendable {
        case conditions, population, person, connection, client, link, life, disk, fault
    }

    private var state: UInt64

    init(_ seed: UInt64, _ source: Source, _ numbers: Int...) {
        state = seed
        for number in [Int(source.rawValue)] + numbers {
            state = bits() ^ UInt64(truncatingIfNeeded: number)
        }
    }

    private mutating func bits() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int {
        Int(bits().multipliedFullWidth(by: UInt64(limit)).high)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True one time in so many; never when it is 0.
    mutating func oneIn(_ count: Int) -> Bool {
        // Drawn in any case, so that what is drawn next is the same without this.
        let number = below(max(1, count))
        return count > 0 && number == 0
    }

    mutating func one<Element>(of elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// From the one to the other, in microseconds; short ones as often as long ones, since what
    /// goes wrong goes wrong at every scale.
    mutating func delay(_ range: ClosedRange<Int>) -> Duration {
        guard range.lowerBound < range.upperBound else { return .microseconds(range.lowerBound) }
        let most = range.upperBound - range.lowerBound
        let scale = Int.bitWidth - most.leadingZeroBitCount
        let ceiling = min(most, 1 << number(0...scale))
        return .microseconds(range.lowerBound + below(ceiling + 1))
    }
}
