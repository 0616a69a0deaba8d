import Protocol

/// Counts waiting mail letter by letter, and compares it with how many letters each "read up to
/// here" says that it covers; and sees that nobody is named who never began.
struct WaitingCheck {
    /// The letters to each account that it has not read, in order.
    private var waiting: [AccountNumber: ArraySlice<Letter>] = [:]
    private var began: Set<AccountNumber> = [.everyone]

    private struct Letter {
        let number: Int64
        let from: AccountNumber
    }

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
        case .letter(let letter):
            for reader in letter.persons where ledger.accounts[reader]?.exists == true {
                waiting[reader, default: []].append(Letter(number: number, from: letter.from))
            }
        case .read(let account, let through, let own):
            guard let known = ledger.accounts[account], known.exists,
                through.value > known.cursor
            else { return nil }
            return compare(own, with: read(by: account, through: through.value), account)
        case .readApart(let account, let conversation, let through, let own):
            guard let known = ledger.accounts[account], known.exists,
                through.value > max(known.cursor, known.apart[conversation] ?? 0)
            else { return nil }
            let count = read(by: account, in: conversation, through: through.value)
            return compare(own, with: count, account)
        case .ended(let account):
            waiting[account] = nil
        case .active, .opened, .roomOpened, .roomChanged, .refusals:
            break
        }
        return nil
    }

    private func compare(_ own: Int, with count: Int, _ account: AccountNumber) -> String? {
        count == own
            ? nil : "says that account \(account.value) read \(own) letters; it were \(count)"
    }

    private mutating func read(by account: AccountNumber, through number: Int64) -> Int {
        let all = waiting[account] ?? []
        let rest = all.drop { $0.number <= number }
        // The array behind the slice goes with the last of it.
        waiting[account] = rest.isEmpty ? nil : rest
        return all.count - rest.count
    }

    private mutating func read(
        by account: AccountNumber, in conversation: Conversation, through number: Int64
    ) -> Int {
        let all = waiting[account] ?? []
        let rest = all.filter { $0.number > number || .person($0.from) != conversation }
        waiting[account] = rest.isEmpty ? nil : rest[...]
        return all.count - rest.count
    }
}

extension Entry {
    /// Everybody whose number stands in it.
    fileprivate var named: [AccountNumber] {
        switch self {
        case .letter(let letter):
            switch letter.to {
            case .one, .several: [letter.from] + letter.persons
            case .everyone(let except): [letter.from] + except
            case .rooms(_, let and, let except): [letter.from] + and + except
            }
        case .roomChanged(let change): [change.account]
        case .readApart(let account, .person(let other), _, _): [account, other]
        default: accounts
        }
    }
}
