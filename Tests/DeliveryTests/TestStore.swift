import Protocol

/// A store as its contract has it: the log in an array, and every answer read off it.
struct TestStore {
    private(set) var log: [Entry] = []

    mutating func keep(_ entry: Entry) -> MessageNumber {
        log.append(entry)
        return MessageNumber(Int64(log.count))
    }

    /// At most so many letters make a page.
    func mail(
        for reader: AccountNumber, after: MessageNumber, through: MessageNumber, page: Int
    ) -> (letters: [StoredLetter], isLast: Bool) {
        var letters: [StoredLetter] = []
        var exists = false
        for (index, entry) in log.enumerated() {
            let number = MessageNumber(Int64(index + 1))
            switch entry {
            case .opened(reader, _): exists = true
            case .ended(reader): return ([], true)
            case .letter(let letter) where exists && after < number && number <= through:
                if letter.isFor(reader) {
                    letters.append(StoredLetter(number: number, letter: letter))
                }
            default: break
            }
        }
        return (Array(letters.prefix(page)), letters.count <= page)
    }

    func recovered() -> Recovered {
        var accounts: [Recovered.Account] = []
        var broadcasts: [Recovered.Broadcast] = []
        var refusals: [Refusals] = []
        for (index, entry) in log.enumerated() {
            let number = MessageNumber(Int64(index + 1))
            switch entry {
            case .letter(let letter):
                if case .everyone(let except) = letter.to {
                    broadcasts.append(
                        Recovered.Broadcast(number: number, from: letter.from, except: except))
                } else {
                    for place in accounts.indices where letter.isFor(accounts[place].number) {
                        accounts[place].waiting += 1
                    }
                }
            case .read(let account, let through, let own):
                for place in accounts.indices where accounts[place].number == account {
                    accounts[place].cursor = max(accounts[place].cursor, through)
                    accounts[place].waiting -= own
                }
            case .active(let account, let at):
                for place in accounts.indices where accounts[place].number == account {
                    accounts[place].lastActive = at
                }
            case .opened(let account, let name):
                accounts.append(
                    Recovered.Account(
                        number: account, name: name, cursor: number, waiting: 0, lastActive: nil))
            case .ended(let account):
                for place in accounts.indices where accounts[place].number == account {
                    accounts[place].hasEnded = true
                }
            case .refusals(let news):
                refusals.removeAll { $0.name == news.name && $0.address == news.address }
                if !news.isEmpty { refusals.append(news) }
            }
        }
        return Recovered(
            head: MessageNumber(Int64(log.count)), accounts: accounts,
            lastAccount: accounts.last?.number ?? AccountNumber(0), broadcasts: broadcasts,
            refusals: refusals)
    }
}

extension Letter {
    fileprivate func isFor(_ account: AccountNumber) -> Bool {
        switch to {
        case .one(let reader): reader == account
        case .several(let readers): readers.contains(account)
        case .everyone(let except): from != account && !except.contains(account)
        }
    }
}
