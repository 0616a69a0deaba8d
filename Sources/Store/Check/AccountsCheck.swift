import Protocol

/// Compares the rows of `accounts` with what the log says.
///
/// Each row has the state up to some number. When the log is read through, it is compared just
/// before the next change.
struct AccountsCheck {
    private var rows: [AccountNumber: Ledger.Account] = [:]
    /// Rows that are there but cannot be read.
    private var unreadable: Set<Int64> = []
    private var seen: Set<AccountNumber> = []
    private var closedEnd: Int64 = 0

    /// `closedEnd`: what comes up to here need not be replayed, so the rows have to know it.
    mutating func load(_ database: Database, closedEnd: Int64, _ report: inout DataReport) {
        self.closedEnd = closedEnd
        do throws(StoreError) {
            let table = try database.prepare("SELECT * FROM accounts ORDER BY number")
            while try table.step() {
                if table.isIntact(seed: Schema.accountsSeed), let row = table.storedAccount {
                    rows[row.number] = row
                } else {
                    unreadable.insert(table.integer(0))
                    report.find("accounts, number \(table.integer(0))", "not what was written")
                }
            }
        } catch {
            report.find("accounts", error.text)
        }
    }

    /// The log goes on with this entry.
    mutating func advance(
        to entry: Entry, _ number: Int64, _ ledger: Ledger, _ report: inout DataReport
    ) {
        for account in entry.accounts {
            guard let row = rows[account], row.folded < number else { continue }
            rows[account] = nil
            compare(row, with: ledger.accounts[account], &report)
            if number <= closedEnd, ledger.accounts[account]?.exists == true {
                report.find(
                    place(account),
                    "knows the log up to \(row.folded) alone, but \(number) changes it")
            }
            seen.insert(account)
        }
    }

    /// The log has come to its end.
    mutating func finish(_ ledger: Ledger, head: Int64, _ report: inout DataReport) {
        for (number, row) in rows.sorted(by: { $0.key < $1.key }) {
            if row.folded > head {
                report.find(place(number), "knows the log up to \(row.folded), beyond its end")
            } else {
                compare(row, with: ledger.accounts[number], &report)
            }
            seen.insert(number)
        }
        for account in ledger.accounts.values
        where account.opened <= closedEnd && !seen.contains(account.number)
            && !unreadable.contains(account.number.rawValue)
        {
            report.find(place(account.number), "missing")
        }
    }

    private func place(_ account: AccountNumber) -> String { "accounts, number \(account.value)" }

    private func compare(
        _ row: Ledger.Account, with known: Ledger.Account?, _ report: inout DataReport
    ) {
        guard let known else { return report.find(place(row.number), "never began") }
        let differences = [
            ("name", row.name == known.name), ("beginning", row.opened == known.opened),
            ("end", row.ended == known.ended), ("cursor", row.cursor == known.cursor),
            ("waiting mail", row.waiting == known.waiting),
            ("last activity", row.lastActive == known.lastActive),
        ].filter { !$0.1 }.map(\.0)
        guard !differences.isEmpty else { return }
        report.find(
            place(row.number),
            "\(differences.joined(separator: ", ")) not as in the log up to \(row.folded)")
    }
}

extension Entry {
    /// Whose state it changes.
    var accounts: [AccountNumber] {
        switch self {
        case .letter(let letter): letter.persons
        case .read(let account, _, _), .readApart(let account, _, _, _), .active(let account, _),
            .opened(let account, _), .ended(let account):
            [account]
        case .roomOpened(let opening): [opening.maker]
        case .roomChanged(let change): change.isAboutSpan ? [change.account] : []
        case .refusals: []
        }
    }
}

extension RoomChange {
    /// Whether somebody is inside because of it who was not, or the other way round. The end of a
    /// room changes it for everybody inside.
    fileprivate var isAboutSpan: Bool {
        switch kind {
        case .joined, .left, .kicked: true
        case .leads, .closed: false
        }
    }
}
