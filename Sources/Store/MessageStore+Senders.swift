package import Protocol

// Whose letters wait: read from the letters themselves, once, for whoever has to know.

extension MessageStore {
    /// Looks at all that is addressed to somebody and not read.
    package mutating func findSenders(for recovered: inout Recovered) throws(StoreError) {
        for index in recovered.accounts.indices {
            let account = recovered.accounts[index]
            guard account.waiting > 0, !account.hasEnded else { continue }
            recovered.accounts[index].senders = try senders(for: account, through: recovered.head)
        }
    }

    private mutating func senders(
        for account: Recovered.Account, through head: MessageNumber
    ) throws(StoreError) -> [AccountNumber: [MessageNumber]] {
        var senders: [AccountNumber: [MessageNumber]] = [:]
        var after = account.cursor
        while true {
            let page = try mail(
                MailQuery(
                    reader: account.number, after: after, through: head, apart: account.apart),
                bytes: Limits.mailPageBytes)
            for stored in page.letters where stored.letter.persons.contains(account.number) {
                senders[stored.letter.from, default: []].append(stored.number)
            }
            guard !page.isLast else { return senders }
            after = max(page.letters.last?.number ?? after, page.lost.last?.number ?? after)
        }
    }
}
