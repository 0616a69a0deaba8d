/// SplitMix64: the same on every machine.
struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func number(in range: ClosedRange<Int>) -> Int {
        .random(in: range, using: &self)
    }

    mutating func oneIn(_ count: Int) -> Bool {
        number(in: 1...count) == 1
    }

    mutating func one(of names: [String]) -> String {
        names[number(in: 0...(names.count - 1))]
    }
}
