// What a network may do to bytes on their way: cut them anywhere.

/// The same bytes for the same input, so that a find can be found again.
enum Cut: Hashable, CaseIterable {
    case nowhere
    case everywhere
    /// Where the bytes themselves say, by no rule that they know.
    case somewhere

    func pieces(of bytes: [UInt8]) -> [[UInt8]] {
        switch self {
        case .nowhere:
            return bytes.isEmpty ? [] : [bytes]
        case .everywhere:
            return bytes.map { [$0] }
        case .somewhere:
            var dice = Dice(bytes)
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                pieces.append(Array(rest.prefix(1 + dice.below(dice.below(2) == 0 ? 4 : 64))))
                rest = rest.dropFirst(pieces[pieces.count - 1].count)
            }
            return pieces
        }
    }
}

/// Chance that comes from the input alone.
struct Dice {
    private var state: UInt64

    /// FNV-1a.
    init(_ bytes: [UInt8]) {
        state = bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// The high bits of a linear congruence: enough to choose a place by.
    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }
}
