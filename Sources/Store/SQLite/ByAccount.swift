import Protocol

/// Something for each of many accounts, found by number and listed in the order of the numbers.
///
/// Numbers are given one after the other, so they are places in an array: a third of the time a
/// hashed collection takes, for what is done several times for every letter. The array has pages,
/// which are made when they are first needed, so that it grows without a pause and few accounts
/// cost little.
struct ByAccount<Value> {
    private var pages: [[Value?]] = []

    private static var pageSize: Int { 1_024 }

    subscript(account: AccountNumber) -> Value? {
        let (page, place) = Self.place(account)
        guard page < pages.count, !pages[page].isEmpty else { return nil }
        return pages[page][place]
    }

    /// Changes what is there, or is not, without moving it.
    mutating func update<Result>(
        _ account: AccountNumber, _ body: (inout Value?) -> Result
    ) -> Result {
        let (page, place) = Self.place(account)
        while page >= pages.count { pages.append([]) }
        if pages[page].isEmpty {
            pages[page] = Array(repeating: nil, count: Self.pageSize)
        }
        return body(&pages[page][place])
    }

    /// The accounts there is something for, in the order of their numbers.
    var accounts: [AccountNumber] {
        var accounts: [AccountNumber] = []
        for (page, values) in pages.enumerated() {
            for (place, value) in values.enumerated() where value != nil {
                accounts.append(AccountNumber(UInt32(page * Self.pageSize + place)))
            }
        }
        return accounts
    }

    /// In the order of the numbers.
    var values: [Value] {
        pages.flatMap { $0.compactMap(\.self) }
    }

    private static func place(_ account: AccountNumber) -> (page: Int, place: Int) {
        (Int(account.value) / pageSize, Int(account.value) % pageSize)
    }
}
