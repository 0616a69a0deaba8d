import Protocol

/// Message numbers in the order in which they were given, counted from any point on.
struct AscendingNumbers: Sendable {
    private var numbers: [MessageNumber]

    init(_ numbers: [MessageNumber] = []) {
        self.numbers = numbers
    }

    var count: Int { numbers.count }

    func count(after number: MessageNumber) -> Int {
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] > number { high = middle } else { low = middle + 1 }
        }
        return numbers.count - low
    }

    mutating func append(_ number: MessageNumber) {
        numbers.append(number)
    }

    mutating func removeAll(through number: MessageNumber) {
        numbers.removeFirst(count - count(after: number))
    }
}
