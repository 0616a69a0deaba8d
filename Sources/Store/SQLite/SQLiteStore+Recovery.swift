package import Protocol

// What has to be known before the first entry: rows of accounts and failed logins as the older
// segments left them, and the younger segments read again.

extension SQLiteStore {
    package func recover() throws(StoreError) -> Recovered {
        precondition(!isRecovered, "recover() comes once")
        return try guarded { () throws(StoreError) in
            try loadAccounts()
            try loadRefusals()
            let unindexed = try loadSegments()
            for base in unindexed { try replay(base, isLast: base == unindexed.last) }
            if let damage = confirmed.damage(ofLogEndingAt: young.head) { throw damage }
            isRecovered = true
            return try recovered()
        }
    }

    private func loadAccounts() throws(StoreError) {
        let rows = try database.prepare("SELECT * FROM accounts")
        while try rows.step() {
            let number = rows.integer(0)
            guard rows.isIntact(seed: Schema.accountsSeed), let account = rows.storedAccount else {
                throw .damaged("accounts: \(number) is not what was written")
            }
            young.ledger.load(account)
        }
    }

    private func loadRefusals() throws(StoreError) {
        let rows = try database.prepare("SELECT * FROM refusals")
        while try rows.step() {
            guard rows.isIntact(seed: Schema.refusalsSeed), let known = rows.refusals else {
                throw .damaged("refusals: \(rows.text(0)) is not what was written")
            }
            young.ledger.load(known)
        }
    }

    /// The bases of those that have no index yet: the youngest, in order.
    private func loadSegments() throws(StoreError) -> [Int64] {
        var unindexed: [Int64] = []
        var next: Int64 = 0
        var counts = Counts()
        let rows = try database.prepare("SELECT * FROM segments ORDER BY base")
        while try rows.step() {
            let base = rows.integer(0)
            guard rows.isIntact(seed: Schema.segmentsSeed) else {
                throw .damaged("segments: \(base) is not what was written")
            }
            let isIndexed = rows.integer(1) == 1
            guard base == next, unindexed.isEmpty || !isIndexed else {
                throw .damaged("segments: \(next) is missing")
            }
            next += young.segmentEntries
            if !isIndexed { unindexed.append(base) }
            counts.take(rows, isIndexed: isIndexed, end: next - 1)
        }
        try compare(counts)
        young.begin(at: unindexed.first ?? next)
        return unindexed
    }

    /// How many rows there must be. What a damaged page hides is in nobody's way otherwise: an
    /// account that is gone would begin anew, under a number that others have mail for.
    private struct Counts {
        /// Of accounts that had begun by the end of the last closed segment.
        var accounts: Int64 = 0
        var end: Int64 = -1
        var refusals: Int64 = 0

        /// A row of `segments`; the youngest that says something counts.
        mutating func take(_ row: Statement, isIndexed: Bool, end: Int64) {
            if isIndexed { (accounts, self.end) = (row.integer(2), end) }
            if !row.isNull(3) { refusals = row.integer(3) }
        }
    }

    private func compare(_ counts: Counts) throws(StoreError) {
        let accounts = young.ledger.accounts.values.count { $0.opened <= counts.end }
        guard accounts == counts.accounts else {
            throw .damaged("accounts: \(accounts) are there, of \(counts.accounts)")
        }
        guard young.ledger.refusals.count == counts.refusals else {
            throw .damaged(
                "refusals: \(young.ledger.refusals.count) are there, of \(counts.refusals)")
        }
    }

    private func replay(_ base: Int64, isLast: Bool) throws(StoreError) {
        let table = Schema.segment(base)
        let rows = try database.prepare("SELECT * FROM \(table) ORDER BY n")
        var group: [Entry] = []
        var next = young.head + 1
        while try rows.step() {
            guard rows.integer(0) == next else {
                throw .damaged("\(table): \(next) is missing")
            }
            group.append(try rows.entry(next, base))
            next += 1
            if group.count == Limits.groupEntries {
                young.take(group)
                group = []
            }
        }
        young.take(group)
        let isFull = next == base + young.segmentEntries
        guard isFull || isLast && next > young.firstNumber(of: base) else {
            throw .damaged("\(table): \(next) is missing")
        }
    }

    private func recovered() throws(StoreError) -> Recovered {
        let accounts = young.ledger.accounts.values
        let allRead = accounts.lazy.filter(\.exists).map(\.cursor).min() ?? young.head
        return Recovered(
            head: MessageNumber(young.head),
            accounts: accounts.map(\.recovered),
            lastAccount: young.ledger.lastAccount,
            broadcasts: try broadcasts(after: allRead),
            refusals: young.ledger.refusals.sorted { $0.key < $1.key }.map(\.value))
    }

    /// Those that somebody may not have read.
    private func broadcasts(after: Int64) throws(StoreError) -> [Recovered.Broadcast] {
        var broadcasts: [Recovered.Broadcast] = []
        for base in stride(
            from: young.base(of: after + 1), through: young.head, by: Int(young.segmentEntries))
        {
            for line in try lines(of: .everyone, in: base) {
                let number = base + Int64(line.offset)
                guard number > after else { continue }
                broadcasts.append(
                    Recovered.Broadcast(
                        number: MessageNumber(number), from: line.other,
                        except: try leftOut(of: line, number)))
            }
        }
        return broadcasts
    }

    private func leftOut(of line: Line, _ number: Int64) throws(StoreError) -> [AccountNumber] {
        guard line.flags.contains(.leavesSomeOut) else { return [] }
        // When it is lost, everybody is told so.
        let broadcast = try unlessDamaged { () throws(StoreError) in try letter(number) }
        guard case .everyone(let except) = broadcast?.to else { return [] }
        return except
    }
}

extension Statement {
    /// A row of `accounts`. Nil when it cannot be one.
    var storedAccount: Ledger.Account? {
        guard let number = account(0), let name = Username(older: text(1)) else { return nil }
        return Ledger.Account(
            number: number, name: name, opened: integer(2), ended: isNull(3) ? nil : integer(3),
            cursor: integer(4), waiting: Int(integer(5)),
            lastActive: isNull(6) ? nil : wallTime(6), folded: integer(8))
    }
}

extension Statement {
    /// A row of `refusals`. Nil when it cannot be one.
    var refusals: Refusals? {
        guard let failures = Refusals.failures(text(2)) else { return nil }
        return Refusals(
            name: text(0), address: text(1), failures: failures,
            blockedUntil: isNull(3) ? nil : integer(3))
    }
}

extension Ledger.Account {
    var recovered: Recovered.Account {
        Recovered.Account(
            number: number, name: name, cursor: MessageNumber(cursor), waiting: waiting,
            lastActive: lastActive, hasEnded: !exists)
    }
}
