import Protocol

/// Those who have not read all of a segment, and what of it may be for them: the same as would be
/// in their mail.
///
/// There can be as many of them as there are accounts, and as many letters as a segment has
/// numbers; so nobody is asked about each letter. How many readers each number has is counted once,
/// and for a letter those are taken off who are no readers of it all the same: a few.
struct Stragglers {
    /// The numbers of the segment.
    let range: ClosedRange<Int64>
    /// Who may have letters of their own there, in order.
    private(set) var persons: [Ledger.Account] = []
    private(set) var everyone: Readership
    private(set) var rooms: [RoomNumber: Readership] = [:]
    /// By sender: who has read what this one wrote up to where.
    private var apart: [AccountNumber: [AccountNumber: Int64]] = [:]

    init(range: ClosedRange<Int64>) {
        self.range = range
        everyone = Readership(range: range)
    }

    mutating func add(_ account: Ledger.Account) {
        guard account.exists, account.cursor < range.upperBound else { return }
        persons.append(account)
        everyone.add(account.number, after: account.cursor, through: range.upperBound)
        for (conversation, through) in account.apart {
            if case .person(let sender) = conversation {
                apart[sender, default: [:]][account.number] = through
            }
        }
        var spans = account.spans
        if !spans.contains(where: { $0.room == .lobby }) {
            spans.append(Ledger.Span(room: .lobby, joined: account.opened))
        }
        for span in spans {
            let read = max(account.cursor, account.apart[.room(span.room)] ?? 0)
            rooms[span.room, default: Readership(range: range)].add(
                account.number, after: max(span.joined, read),
                through: span.left ?? range.upperBound)
        }
    }

    /// Who has read a letter to everybody apart.
    func readApart(from sender: AccountNumber, _ number: Int64) -> [AccountNumber] {
        apart[sender, default: [:]].filter { $0.value >= number }.map(\.key)
    }
}

/// Who has still to read which numbers of a segment.
struct Readership {
    let range: ClosedRange<Int64>
    private var spans: [AccountNumber: [ClosedRange<Int64>]] = [:]

    init(range: ClosedRange<Int64>) {
        self.range = range
    }

    mutating func add(_ account: AccountNumber, after: Int64, through: Int64) {
        let first = max(after + 1, range.lowerBound)
        let last = min(through, range.upperBound)
        if first <= last { spans[account, default: []].append(first...last) }
    }

    var isEmpty: Bool { spans.isEmpty }

    /// How many there are of each number, from the first of the range on.
    var counts: [Int32] {
        var changes = [Int32](repeating: 0, count: range.count + 1)
        for span in spans.values.joined() {
            changes[Int(span.lowerBound - range.lowerBound)] += 1
            changes[Int(span.upperBound - range.lowerBound) + 1] -= 1
        }
        for place in changes.indices.dropFirst() { changes[place] += changes[place - 1] }
        return changes
    }

    /// Whether there is any besides these.
    func hasReader(of number: Int64, besides others: Set<AccountNumber>, _ counts: [Int32]) -> Bool
    {
        let all = Int(counts[Int(number - range.lowerBound)])
        guard all > 0 else { return false }
        if all > others.count { return true }
        let excused = others.count { spans[$0]?.contains { $0.contains(number) } == true }
        return all > excused
    }
}
