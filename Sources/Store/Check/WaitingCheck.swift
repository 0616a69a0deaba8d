import Protocol

/// Counts waiting mail letter by letter, and compares it with how many letters each "read up to
/// here" says that it covers; and sees that nobody is named who never began.
struct WaitingCheck {
    /// Numbers of the letters to each account that it has not read, in order.
    private var waiting: [AccountNumber: ArraySlice<Int64>] = [:]
    private var began: Set<AccountNumber> = [.everyone]

    /// What is wrong with the entry itself. `ledger` does not know it yet.
    mutating func advance(to entry: Entry, _ number: Int64, _ ledger: Ledger) -> String? {
        if case .opened(let account, _) = entry {
            return began.insert(account).inserted
                ? nil : "account \(account.value) begins, which has begun before"
        }
        for account in entry.named where !began.contains(account) {
            return "names account \(account.value), which never began"
        }
        switch entry {
        case .letter:
            for reader in entry.accounts where ledger.accounts[reader]?.exists == true {
                waiting[reader, default: []].append(number)
            }
        case .read(let account, let through, let own):
            guard let known = ledger.accounts[account], known.exists,
                through.value > known.cursor
            else { return nil }
            let count = read(by: account, through: through.value)
            return count == own
                ? nil : "says that account \(account.value) read \(own) letters; it were \(count)"
        case .ended(let account):
            waiting[account] = nil
        case .active, .opened, .refusals:
            break
        }
        return nil
    }

    private mutating func read(by account: AccountNumber, through number: Int64) -> Int {
        let all = waiting[account] ?? []
        let rest = all.drop { $0 <= number }
        // The array behind the slice goes with the last of it.
        waiting[account] = rest.isEmpty ? nil : rest
        return all.count - rest.count
    }
}

extension Entry {
    /// Everybody whose number stands in it.
    fileprivate var named: [AccountNumber] {
        guard case .letter(let letter) = self else { return accounts }
        if case .everyone(let except) = letter.to { return [letter.from] + except }
        return [letter.from] + accounts
    }
}
