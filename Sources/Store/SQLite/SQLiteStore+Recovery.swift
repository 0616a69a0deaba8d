package import Protocol

// What has to be known before the first entry: the tables as the older segments left them, and the
// younger segments read again.

extension SQLiteStore {
    package func recover() throws(StoreError) -> Recovered {
        precondition(!isRecovered, "recover() comes once")
        return try guarded { () throws(StoreError) in
            try loadAccounts()
            try loadRooms()
            try loadRefusals()
            let unindexed = try loadSegments()
            for base in unindexed { try replay(base, isLast: base == unindexed.last) }
            if let damage = confirmed.damage(ofLogEndingAt: young.head) { throw damage }
            isRecovered = true
            forgetting = segments.unfinished
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

    private func loadRooms() throws(StoreError) {
        let rooms = try database.prepare("SELECT * FROM rooms")
        while try rooms.step() {
            guard rooms.isIntact(seed: Schema.roomsSeed), let room = rooms.storedRoom else {
                throw .damaged("rooms: \(rooms.integer(0)) is not what was written")
            }
            young.ledger.load(room)
        }
        let members = try database.prepare("SELECT * FROM members ORDER BY account, room, joined")
        while try members.step() {
            guard members.isIntact(seed: Schema.membersSeed), let (account, span) = members.span,
                young.ledger.load(span, of: account)
            else { throw .damaged("members: \(members.integer(0)) is not what was written") }
            rows.members += 1
        }
        let apart = try database.prepare("SELECT * FROM apart")
        while try apart.step() {
            guard apart.isIntact(seed: Schema.apartSeed), let account = apart.account(0),
                let conversation = apart.conversation(1),
                young.ledger.load(apart: apart.integer(2), in: conversation, of: account)
            else { throw .damaged("apart: \(apart.integer(0)) is not what was written") }
            rows.apart += 1
        }
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
        rows.refusals = Int64(young.ledger.refusals.count)
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
                guard number > after else { continue }
                broadcasts.append(
                    Recovered.Broadcast(
                        number: MessageNumber(number), from: line.other,
                        except: try leftOut(of: line, number)))
            }
        }
        return broadcasts
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

extension Statement {
    /// A row of `accounts`. Nil when it cannot be one.
    var storedAccount: Ledger.Account? {
        guard let number = account(0), let name = Username(older: text(1)) else { return nil }
        return Ledger.Account(
            number: number, name: name, opened: integer(2), ended: optionalInteger(3),
            cursor: integer(4), waiting: Int(integer(5)),
            lastActive: isNull(6) ? nil : wallTime(6), folded: integer(8))
    }

    /// A row of `rooms`.
    var storedRoom: Ledger.Room? {
        guard let number = room(0), let name = RoomName(text(1)), let maker = account(2),
            let lifetime = Lifetime(rawValue: text(4))
        else { return nil }
        return Ledger.Room(
            number: number, name: name, maker: maker, admin: isNull(3) ? nil : account(3),
            lifetime: lifetime, limit: optionalInteger(5).map(Int.init), opened: integer(6),
            closed: optionalInteger(7))
    }

    /// A row of `members`.
    var span: (AccountNumber, Ledger.Span)? {
        guard let account = account(0), let room = room(1) else { return nil }
        return (account, Ledger.Span(room: room, joined: integer(2), left: optionalInteger(3)))
    }

    /// A row of `refusals`. Nil when it cannot be one.
    var refusals: Refusals? {
        guard let failures = Refusals.failures(text(2)) else { return nil }
        return Refusals(
            name: text(0), address: text(1), failures: failures,
            blockedUntil: optionalInteger(3))
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
