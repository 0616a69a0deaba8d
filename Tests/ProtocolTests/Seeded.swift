// Chance that can be repeated: a failing test prints its seed, and the seed brings it back.

/// SplitMix64: small, fast, and the same on every machine.
struct Seeded: RandomNumberGenerator {
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

    mutating func number(in range: ClosedRange<Int>) -> Int {
        .random(in: range, using: &self)
    }

    /// True one time in so many.
    mutating func oneIn(_ count: Int) -> Bool {
        number(in: 1...count) == 1
    }

    mutating func one<Element>(of elements: [Element]) -> Element {
        elements[number(in: 0...(elements.count - 1))]
    }

    mutating func list<Element>(
        _ lengths: ClosedRange<Int>, _ element: (inout Seeded) -> Element
    ) -> [Element] {
        (0..<number(in: lengths)).map { _ in element(&self) }
    }

    /// Bytes in chunks that know nothing of what they hold; some are empty.
    mutating func chunks(of bytes: [UInt8], upTo chunkMax: Int) -> [[UInt8]] {
        var chunks: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(start + number(in: 0...chunkMax), bytes.count)
            chunks.append(Array(bytes[start..<end]))
            start = end
        }
        return chunks
    }
}

// MARK: What people and their enemies send

extension Seeded {
    mutating func rubbish(_ lengths: ClosedRange<Int>) -> [UInt8] {
        list(lengths) { UInt8($0.number(in: 0...255)) }
    }

    /// Any scalar there is, the harmful ones far more often than chance would have them.
    mutating func scalar() -> Unicode.Scalar {
        switch number(in: 0...5) {
        case 0, 1: Unicode.Scalar(UInt8(number(in: 0x20...0x7e)))
        case 2: Unicode.Scalar(UInt8(number(in: 0...0xff)))
        case 3: Unicode.Scalar(UInt32(number(in: 0x2000...0x206f)))!  // no surrogate among them
        default: Unicode.Scalar(UInt32(number(in: 0...0x10_ffff))) ?? "\u{1b}"
        }
    }

    mutating func text(_ lengths: ClosedRange<Int>) -> String {
        let scalars = list(lengths) { $0.scalar() }
        return String(String.UnicodeScalarView(scalars))
    }
}
