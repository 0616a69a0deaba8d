import Protocol

// What the tables say of accounts, rooms and failed logins: the beginning of a ledger, to which the
// segments are added that have not been folded into them.

extension Ledger {
    /// In the order in which they have to be loaded.
    enum Table: String, CaseIterable {
        case accounts
        case rooms
        case members
        case apart
        case refusals

        var seed: UInt64 {
            switch self {
            case .accounts: Schema.accountsSeed
            case .rooms: Schema.roomsSeed
            case .members: Schema.membersSeed
            case .apart: Schema.apartSeed
            case .refusals: Schema.refusalsSeed
            }
        }

        /// Spans of one room follow each other.
        var order: String { self == .members ? " ORDER BY account, room, joined" : "" }
    }

    /// Says how many rows there are. `damaged` is called with the key of each that is not what was
    /// written.
    mutating func load(
        _ table: Table, from database: Database, damaged: (String) throws(StoreError) -> Void
    ) throws(StoreError) -> Int64 {
        var count: Int64 = 0
        let rows = try database.prepare("SELECT * FROM \(table.rawValue)\(table.order)")
        while try rows.step() {
            count += 1
            if !rows.isIntact(seed: table.seed) || !take(rows, of: table) {
                try damaged(rows.text(0))
            }
        }
        return count
    }

    /// False when the row cannot be one of this table.
    private mutating func take(_ row: Statement, of table: Table) -> Bool {
        switch table {
        case .accounts:
            guard let account = row.storedAccount else { return false }
            load(account)
        case .rooms:
            guard let room = row.storedRoom else { return false }
            load(room)
        case .members:
            guard let (account, span) = row.span else { return false }
            load(span, of: account)
        case .apart:
            guard let account = row.account(0), let conversation = row.conversation(1) else {
                return false
            }
            load(apart: row.integer(2), in: conversation, of: account)
        case .refusals:
            guard let known = row.refusals else { return false }
            load(known)
        }
        return true
    }
}

extension Statement {
    /// A row of `accounts`. Nil when it cannot be one.
    var storedAccount: Ledger.Account? {
        guard let number = account(0), let name = Username(kept: text(1)) else { return nil }
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
