package import Protocol

// What has to be known before the first entry: the tables as the older segments left them, and the
// younger segments read again.

extension SQLiteStore {
    package func recover() throws(StoreError) -> Recovered {
        precondition(!isRecovered, "recover() comes once")
        return try guarded { () throws(StoreError) in
            try loadTables()
            let unindexed = try loadSegments()
            for base in unindexed { try replay(base, isLast: base == unindexed.last) }
            if let damage = confirmed.damage(ofLogEndingAt: young.head) { throw damage }
            try loadMarks()
            isRecovered = true
            forgetting = segments.unfinished
            return try recovered()
        }
    }

    private func loadTables() throws(StoreError) {
        var counts: [Ledger.Table: Int64] = [:]
        for table in Ledger.Table.allCases {
            counts[table] = try young.ledger.load(table, from: database) { key throws(StoreError) in
                throw .damaged("\(table): \(key) is not what was written")
            }
        }
        rows = SegmentRow.Rows(
            refusals: counts[.refusals, default: 0], members: counts[.members, default: 0],
            apart: counts[.apart, default: 0])
    }

    /// The bases of those that have no index yet: the youngest, in order.
    private func loadSegments() throws(StoreError) -> [Int64] {
        var unindexed: [Int64] = []
        var next: Int64 = 0
        var counts = Counts()
        let rows = try database.prepare("SELECT * FROM segments ORDER BY base")
        while try rows.step() {
            guard let row = rows.segmentRow else {
                throw .damaged("segments: \(rows.integer(0)) is not what was written")
            }
            guard row.base == next, unindexed.isEmpty || row.state == .open else {
                throw .damaged("segments: \(next) is missing")
            }
            next += young.segmentEntries
            if row.state == .open { unindexed.append(row.base) } else { segments.append(row) }
            counts.take(row, end: next - 1)
        }
        try compare(counts)
        young.begin(at: unindexed.first ?? next)
        return unindexed
    }

    /// Of closed segments; those without are read through their lists.
    private func loadMarks() throws(StoreError) {
        _ = try unlessDamaged { () throws(StoreError) in
            let rows = try database.prepare(
                "SELECT * FROM conversations ORDER BY base DESC LIMIT \(RecentMarks.segmentsMax)")
            while try rows.step() {
                guard let (base, marks) = rows.conversationMarks else {
                    note("conversations: \(rows.integer(0)) is not what was written")
                    continue
                }
                if state(of: base) != .open { self.marks[base] = marks }
            }
        }
    }

    /// How many rows there must be. What a damaged page hides is in nobody's way otherwise: an
    /// account that is gone would begin anew, under a number that others have mail for.
    private struct Counts {
        /// Of those that had begun by the end of the last closed segment.
        var accounts: Int64 = 0
        var rooms: Int64 = 0
        var end: Int64 = -1
        var rows = SegmentRow.Rows()

        /// The youngest that says something counts.
        mutating func take(_ row: SegmentRow, end: Int64) {
            if row.state != .open {
                accounts = row.accounts ?? 0
                rooms = row.rooms ?? 0
                self.end = end
            }
            if let rows = row.rows { self.rows = rows }
        }
    }

    private func compare(_ counts: Counts) throws(StoreError) {
        for (table, count, expected) in [
            (
                "accounts",
                Int64(young.ledger.accounts.values.count { $0.opened <= counts.end }),
                counts.accounts
            ),
            (
                "rooms", Int64(young.ledger.rooms.values.count { $0.opened <= counts.end }),
                counts.rooms
            ),
            ("refusals", rows.refusals, counts.rows.refusals),
            ("members", rows.members, counts.rows.members),
            ("apart", rows.apart, counts.rows.apart),
        ] where count != expected {
            throw .damaged("\(table): \(count) are there, of \(expected)")
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
            let entry = try unlessDamaged { () throws(StoreError) in try rows.entry(next, base) }
            if let entry { group.append(entry) }
            if entry == nil || group.count == Limits.groupEntries {
                young.take(group)
                group = []
            }
            if entry == nil {
                guard let remains = rows.remains else {
                    throw .damaged("\(table): \(next) is not what was written")
                }
                young.lose(remains)
            }
            next += 1
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
            refusals: young.ledger.refusals.sorted { $0.key < $1.key }.map(\.value),
            rooms: try rooms(after: allRead))
    }

    /// Those that somebody may not have read.
    private func broadcasts(after: Int64) throws(StoreError) -> [Recovered.Broadcast] {
        var broadcasts: [Recovered.Broadcast] = []
        for base in stride(
            from: young.base(of: after + 1), through: young.head, by: Int(young.segmentEntries))
        {
            for line in try lines(of: .everyone, in: base) {
                let number = base + Int64(line.offset)
                guard number > after, !line.flags.contains(.lost), try isThere(number) else {
                    continue
                }
                broadcasts.append(
                    Recovered.Broadcast(
                        number: MessageNumber(number), from: line.other,
                        except: try leftOut(of: line, number)))
            }
        }
        return broadcasts
    }

    /// While a segment is being thinned its lists still name what is gone.
    func isThere(_ number: Int64) throws(StoreError) -> Bool {
        guard state(of: number) == .thinning else { return true }
        return try unlessDamaged { () throws(StoreError) -> Bool in
            try entry(number) != nil
        } ?? true
    }

    func leftOut(of line: Line, _ number: Int64) throws(StoreError) -> [AccountNumber] {
        guard line.flags.contains(.leavesSomeOut) else { return [] }
        // When it is lost, everybody is told so.
        guard case .letter(let letter) = try readable(number) else { return [] }
        switch letter.to {
        case .everyone(let except), .rooms(_, _, let except): return except
        case .one, .several: return []
        }
    }
}

extension Ledger.Account {
    var recovered: Recovered.Account {
        Recovered.Account(
            number: number, name: name, opened: MessageNumber(opened),
            cursor: MessageNumber(cursor), waiting: waiting, lastActive: lastActive,
            hasEnded: !exists, apart: apart.mapValues(MessageNumber.init), pastSpans: pastSpans)
    }
}
