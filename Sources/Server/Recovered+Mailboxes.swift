// How full mailboxes are, counted from what a store has kept, without a post office.
import Protocol

extension Recovered {
    /// Of each account that has not ended, with the letters to everybody that wait for it.
    var mailboxes: [(name: Username, count: Int)] {
        var cursors: [AccountNumber: MessageNumber] = [:]
        for account in accounts where !account.hasEnded {
            cursors[account.number] = account.cursor
        }
        var leftOut: [AccountNumber: Int] = [:]
        for broadcast in broadcasts {
            for account in Set([broadcast.from] + broadcast.except) {
                guard let cursor = cursors[account], broadcast.number > cursor else { continue }
                leftOut[account, default: 0] += 1
            }
        }
        return accounts.filter { !$0.hasEnded }.map { account in
            let toEverybody =
                broadcasts(after: account.cursor) - leftOut[account.number, default: 0]
            return (account.name, account.waiting + toEverybody)
        }
    }

    private func broadcasts(after cursor: MessageNumber) -> Int {
        var (low, high) = (0, broadcasts.count)
        while low < high {
            let middle = (low + high) / 2
            if broadcasts[middle].number > cursor { high = middle } else { low = middle + 1 }
        }
        return broadcasts.count - low
    }
}
