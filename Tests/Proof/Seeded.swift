// Chance that can be repeated: a finding prints its seed, and the seed brings it back as far as the
// machine allows.

/// SplitMix64: small, fast, and the same on every machine.
struct Seeded: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Another, that shares nothing with this one.
    mutating func branch() -> Seeded {
        Seeded(next())
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        .random(in: range, using: &self)
    }

    /// True one time in so many.
    mutating func oneIn(_ count: Int) -> Bool {
        number(1...count) == 1
    }

    mutating func one<Element>(of elements: [Element]) -> Element {
        elements[number(0...(elements.count - 1))]
    }

    /// Short ones as often as long ones, since what goes wrong goes wrong at every scale.
    mutating func length(upTo most: Int) -> Int {
        number(0...(1 << number(0...(Int.bitWidth - most.leadingZeroBitCount)))) % (most + 1)
    }
}
