import Protocol

/// Something for each of many accounts, or rooms, found by number and listed in the order of the
/// numbers.
///
/// Numbers are given one after the other, so they are places in an array: a third of the time a
/// hashed collection takes, for what is done several times for every letter. The array has pages,
/// which are made when they are first needed, so that it grows without a pause and few accounts
/// cost little.
struct ByNumber<Number: Consecutive, Value> {
    private var pages: [[Value?]] = []

    private static var pageSize: Int { 1_024 }

    subscript(number: Number) -> Value? {
        let (page, place) = Self.place(number)
        guard page < pages.count, !pages[page].isEmpty else { return nil }
        return pages[page][place]
    }

    /// Changes what is there, or is not, without moving it.
    mutating func update<Result>(
        _ number: Number, _ body: (inout Value?) -> Result
    ) -> Result {
        let (page, place) = Self.place(number)
        while page >= pages.count { pages.append([]) }
        if pages[page].isEmpty {
            pages[page] = Array(repeating: nil, count: Self.pageSize)
        }
        return body(&pages[page][place])
    }

    /// Those there is something for, in their order.
    var numbers: [Number] {
        var numbers: [Number] = []
        for (page, values) in pages.enumerated() {
            for (place, value) in values.enumerated() where value != nil {
                numbers.append(Number(UInt32(page * Self.pageSize + place)))
            }
        }
        return numbers
    }

    /// In the order of the numbers.
    var values: [Value] {
        pages.flatMap { $0.compactMap(\.self) }
    }

    private static func place(_ number: Number) -> (page: Int, place: Int) {
        (Int(number.value) / pageSize, Int(number.value) % pageSize)
    }
}

/// A number that is given after the one before it, and never again.
protocol Consecutive: Hashable {
    init(_ value: UInt32)
    var value: UInt32 { get }
}

extension AccountNumber: Consecutive {}
extension RoomNumber: Consecutive {}
