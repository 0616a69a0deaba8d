import Protocol

/// What a server finds when it opens the data: the tables, and on top of them the segments that
/// have not been folded into them.
///
/// As long as nothing of the log is forgotten, it has to be what the log says from its beginning.
/// Afterwards it is all there is, and is compared with what is left of the log: the mail that
/// waits.
struct TablesCheck {
    private(set) var ledger = Ledger()
    /// Every row could be read.
    private var isComplete = true
    /// The letters to each account that its row does not know as read, in order.
    private var unread: [AccountNumber: [Letter]] = [:]

    private struct Letter {
        let number: Int64
        let from: AccountNumber
    }

    /// Of tables that others look at nothing is told again.
    mutating func load(
        _ database: Database, besides others: Set<Ledger.Table>, _ report: inout DataReport
    ) {
        for table in Ledger.Table.allCases {
            var findings: [(String, String)] = []
            do throws(StoreError) {
                _ = try ledger.load(table, from: database) { key in
                    let name = table == .refusals ? key : "number \(key)"
                    findings.append(("\(table), \(name)", "not what was written"))
                }
            } catch {
                findings.append(("\(table)", error.text))
            }
            if !findings.isEmpty { isComplete = false }
            guard !others.contains(table) else { continue }
            for (place, what) in findings { report.find(place, what) }
        }
    }

    /// The log goes on with this entry.
    mutating func take(_ entry: Entry, _ number: Int64, of segment: SegmentRow) {
        if segment.state == .open { ledger.apply(entry, number, segment: segment.base) }
    }

    /// Before it is taken, where `finish` is to compare what waits.
    mutating func count(_ entry: Entry, _ number: Int64) {
        guard case .letter(let letter) = entry else { return }
        for reader in letter.persons where number > ledger.accounts[reader]?.cursor ?? 0 {
            unread[reader, default: []].append(Letter(number: number, from: letter.from))
        }
    }

    /// The log has come to its end, and all that is left of it could be read.
    func finish(_ last: SegmentRow?, end: Int64, _ report: inout DataReport) {
        guard isComplete else { return }
        for account in ledger.accounts.values where account.exists {
            let waiting = unread[account.number, default: []].count { letter in
                letter.number > max(account.cursor, account.apart[.person(letter.from)] ?? 0)
            }
            if waiting != account.waiting {
                report.find(
                    "accounts, number \(account.number.value)",
                    "says that \(account.waiting) letters wait; in the log are \(waiting)")
            }
        }
        for (table, count, expected) in [
            ("accounts", ledger.accounts.values.count { $0.opened <= end }, last?.accounts),
            ("rooms", ledger.rooms.values.count { $0.opened <= end }, last?.rooms),
        ] {
            guard let expected, Int64(count) != expected else { continue }
            report.find(table, "\(count) are there, of \(expected)")
        }
    }

    /// `other`: what the log says from its beginning.
    func compare(with other: Ledger, _ report: inout DataReport) {
        guard isComplete else { return }
        for room in other.rooms.values where ledger.rooms[room.number] != room {
            report.find("rooms, number \(room.number.value)", "not as in the log")
        }
        for room in ledger.rooms.values where other.rooms[room.number] == nil {
            report.find("rooms, number \(room.number.value)", "never began")
        }
        for account in other.accounts.values {
            // That one is missing is told already.
            guard let known = ledger.accounts[account.number] else { continue }
            if Set(known.spans) != Set(account.spans) {
                report.find("members, account \(account.number.value)", "not as in the log")
            }
            if known.apart != account.apart {
                report.find("apart, account \(account.number.value)", "not as in the log")
            }
        }
    }
}
