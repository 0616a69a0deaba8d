import Protocol

/// Message numbers in the order in which they were given, counted from any point on. A number that
/// counts twice stands in it twice.
struct AscendingNumbers: Sendable {
    private var numbers: [MessageNumber]

    init(_ numbers: [MessageNumber] = []) {
        self.numbers = numbers
    }

    var count: Int { numbers.count }

    func count(after number: MessageNumber) -> Int {
        numbers.count - place(after: number)
    }

    /// How many are in `(after, through]`.
    func count(after number: MessageNumber, through last: MessageNumber?) -> Int {
        guard let last else { return count(after: number) }
        return max(0, count(after: number) - count(after: last))
    }

    mutating func append(_ number: MessageNumber) {
        numbers.append(number)
    }

    /// For those that come late.
    mutating func insert(_ number: MessageNumber) {
        numbers.insert(number, at: place(after: number))
    }

    mutating func removeAll(through number: MessageNumber) {
        numbers.removeFirst(place(after: number))
    }

    /// Before this there are none that are greater.
    private func place(after number: MessageNumber) -> Int {
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] > number { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
