import Protocol

/// The newest letters, so that young mail is read from memory.
///
/// A ring of as many places as a segment has numbers, and a ceiling for the bytes: what is beyond either is read from disk.
struct RecentLetters {
    private var ring: [Letter?]
    private let bytesMax: Int
    private var bytes = 0
    /// Numbers from here on are in the ring, up to the last that came.
    private var first: Int64 = 1
    private var next: Int64 = 1

    init(places: Int, bytesMax: Int) {
        ring = Array(repeating: nil, count: places)
        self.bytesMax = bytesMax
    }

    subscript(number: Int64) -> Letter? {
        (first..<next).contains(number) ? ring[place(number)] : nil
    }

    /// Everything that takes a number takes a place; what is no letter leaves it empty. Numbers come
    /// in order, without a hole once there is one.
    mutating func append(_ letter: Letter?, _ number: Int64) {
        if number != next {
            assert(first == next, "\(number) after \(next)")
            first = number
        }
        next = number + 1
        if next - first > ring.count { dropFirst() }
        ring[place(number)] = letter
        bytes += Self.size(letter)
        while bytes > bytesMax { dropFirst() }
    }

    private mutating func dropFirst() {
        bytes -= Self.size(ring[place(first)])
        ring[place(first)] = nil
        first += 1
    }

    private func place(_ number: Int64) -> Int {
        Int(number % Int64(ring.count))
    }

    /// With what the allocation of a text costs beside it.
    private static func size(_ letter: Letter?) -> Int {
        letter.map { $0.text.bytes.count + 64 } ?? 0
    }
}
