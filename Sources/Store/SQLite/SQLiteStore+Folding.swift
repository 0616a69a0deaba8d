import Protocol

// What a segment has changed about accounts, rooms and failed logins goes into their tables, slice
// by slice, each a transaction. The rows get the state of now, not that of the segment's end.

extension SQLiteStore {
    /// Gives the accounts that are left.
    func fold(
        _ accounts: ArraySlice<AccountNumber>, of base: Int64
    ) throws(StoreError) -> ArraySlice<AccountNumber> {
        let slice = slice(of: accounts)
        let counted = try database.transaction { () throws(StoreError) in
            try writeAccounts(slice)
            let counted = try writeSides(slice)
            if counted != rows {
                var row = SegmentRow(base: base)
                row.rows = counted
                try row.write(to: database)
            }
            return counted
        }
        rows = counted
        young.ledger.stored(slice)
        return accounts[slice.endIndex...]
    }

    /// As many as fit into a slice with all their rows, but at least one.
    private func slice(of accounts: ArraySlice<AccountNumber>) -> ArraySlice<AccountNumber> {
        var left = options.sliceRows
        return accounts.prefix { number in
            guard left > 0 else { return false }
            if let account = young.ledger.accounts[number] {
                left -= 1 + (account.isStored ? 0 : account.spans.count + account.apart.count)
            }
            return true
        }
    }

    /// The rows say how far they know the log: entries up to here will not be counted again.
    private func writeAccounts(_ accounts: ArraySlice<AccountNumber>) throws(StoreError) {
        var rows = BulkInsert(
            database, "INSERT OR REPLACE INTO accounts", columns: 9, seed: Schema.accountsSeed)
        for number in accounts {
            guard let account = young.ledger.accounts[number] else { continue }
            rows.integer(number.rawValue)
            rows.text(account.name.text)
            rows.integer(account.opened)
            rows.integer(account.ended)
            rows.integer(account.cursor)
            rows.integer(Int64(account.waiting))
            rows.integer(account.lastActive?.seconds)
            rows.integer((account.lastActive?.offset).map(Int64.init))
            rows.integer(young.head)
            try rows.endRow()
        }
        try rows.finish()
    }

    /// What belongs to an account in other tables goes with its row, so that both know as much of
    /// the log. Gives how many rows there are then.
    private func writeSides(
        _ accounts: ArraySlice<AccountNumber>
    ) throws(StoreError) -> SegmentRow.Rows {
        var counted = rows
        let changed = accounts.compactMap { young.ledger.accounts[$0] }.filter { !$0.isStored }
        guard !changed.isEmpty else { return counted }
        let noMembers = try database.prepare("DELETE FROM members WHERE account = ?")
        let noApart = try database.prepare("DELETE FROM apart WHERE account = ?")
        var members = BulkInsert(
            database, "INSERT INTO members", columns: 4, seed: Schema.membersSeed)
        var apart = BulkInsert(database, "INSERT INTO apart", columns: 3, seed: Schema.apartSeed)
        for account in changed {
            counted.members -= try noMembers.changes(with: account.number.rawValue)
            counted.apart -= try noApart.changes(with: account.number.rawValue)
            for span in account.spans {
                members.integer(account.number.rawValue)
                members.integer(Int64(span.room.value))
                members.integer(span.joined)
                members.integer(span.left)
                try members.endRow()
            }
            for (conversation, through) in account.apart.map({ ($0.rawValue, $1) }).sorted(by: <) {
                apart.integer(account.number.rawValue)
                apart.integer(conversation)
                apart.integer(through)
                try apart.endRow()
            }
            counted.members += Int64(account.spans.count)
            counted.apart += Int64(account.apart.count)
        }
        try members.finish()
        try apart.finish()
        return counted
    }

    /// Gives the rooms that are left.
    func fold(_ rooms: ArraySlice<RoomNumber>) throws(StoreError) -> ArraySlice<RoomNumber> {
        let slice = rooms.prefix(options.sliceRows)
        guard !slice.isEmpty else { return slice }
        try database.transaction { () throws(StoreError) in
            var rows = BulkInsert(
                database, "INSERT OR REPLACE INTO rooms", columns: 8, seed: Schema.roomsSeed)
            for number in slice {
                guard let room = young.ledger.rooms[number] else { continue }
                rows.integer(Int64(number.value))
                rows.text(room.name.text)
                rows.integer(room.maker.rawValue)
                rows.integer(room.admin?.rawValue)
                rows.text(room.lifetime.rawValue)
                rows.integer(room.limit.map(Int64.init))
                rows.integer(room.opened)
                rows.integer(room.closed)
                try rows.endRow()
            }
            try rows.finish()
        }
        return rooms.dropFirst(slice.count)
    }

    /// Gives those that are left. With the last of them the segment has its index.
    func fold(
        _ keys: ArraySlice<RefusalKey>, of segment: ClosingSegment
    ) throws(StoreError) -> ArraySlice<RefusalKey> {
        let slice = keys.prefix(options.sliceRows)
        let rest = keys.dropFirst(slice.count)
        var row = SegmentRow(base: segment.base, state: rest.isEmpty ? .indexed : .open)
        row.accounts = Int64(segment.changes.accountCount)
        row.rooms = Int64(segment.changes.roomCount)
        row.newest = segment.newest
        var counted = rows
        try database.transaction { () throws(StoreError) in
            try write(slice)
            counted.refusals = try database.integer("SELECT count(*) FROM refusals")
            row.rows = counted
            try row.write(to: database)
        }
        rows = counted
        if rest.isEmpty { segments.append(row) }
        return rest
    }

    private func write(_ keys: ArraySlice<RefusalKey>) throws(StoreError) {
        let removal = try database.prepare("DELETE FROM refusals WHERE name = ? AND address = ?")
        var rows = BulkInsert(
            database, "INSERT OR REPLACE INTO refusals", columns: 4, seed: Schema.refusalsSeed)
        for key in keys {
            if let known = young.ledger.refusals[key] {
                rows.text(known.name)
                rows.text(known.address)
                rows.text(known.failuresText)
                rows.integer(known.blockedUntil)
                try rows.endRow()
            } else {
                try removal.run(text: key.name, key.address)
            }
        }
        try rows.finish()
    }
}
