import Protocol

/// A row of `segments`: how a segment is read, and what the tables should hold into which it was
/// folded.
struct SegmentRow {
    enum State: Int64 {
        /// Replayed when the server starts.
        case open = 0
        /// Read through its index.
        case indexed = 1
        /// On the way to being thinned: it may have holes, and its index is not to be relied on.
        case thinning = 2
        /// Read through its index; but of the log only what somebody has not read is still there.
        case thinned = 3
        /// Nothing of it is there.
        case dropped = 4

        /// Whether numbers may be missing.
        var hasHoles: Bool {
            switch self {
            case .open, .indexed: false
            case .thinning, .thinned, .dropped: true
            }
        }
    }

    let base: Int64
    var state = State.open
    /// How many had begun by its end. Nil while it is open.
    var accounts: Int64?
    var rooms: Int64?
    /// How many rows there were, all in all, when something was last folded. Nil when this segment
    /// has changed none.
    var rows: Rows?
    /// When the newest of its entries was written that say so. Nil while it is open, and when
    /// nobody has looked yet.
    var newest: WallTime?
    /// How many entries are left. Nil while none is missing.
    var kept: Int64?

    /// Counted, since a row that is gone has no checksum to tell so.
    struct Rows: Hashable {
        var refusals: Int64 = 0
        var members: Int64 = 0
        var apart: Int64 = 0
    }

    static let columns = 10

    func append(to rows: inout BulkInsert) throws(StoreError) {
        rows.integer(base)
        rows.integer(state.rawValue)
        rows.integer(accounts)
        rows.integer(self.rooms)
        rows.integer(self.rows?.refusals)
        rows.integer(self.rows?.members)
        rows.integer(self.rows?.apart)
        rows.integer(newest?.seconds)
        rows.integer((newest?.offset).map(Int64.init))
        rows.integer(kept)
        try rows.endRow()
    }

    func write(to database: Database) throws(StoreError) {
        var rows = BulkInsert(
            database, "INSERT OR REPLACE INTO segments", columns: Self.columns,
            seed: Schema.segmentsSeed)
        try append(to: &rows)
        try rows.finish()
    }
}

extension Statement {
    /// A row of `segments`. Nil when it is not what was written.
    var segmentRow: SegmentRow? {
        guard isIntact(seed: Schema.segmentsSeed),
            let state = SegmentRow.State(rawValue: integer(1))
        else { return nil }
        var row = SegmentRow(base: integer(0), state: state)
        row.accounts = optionalInteger(2)
        row.rooms = optionalInteger(3)
        if let refusals = optionalInteger(4) {
            row.rows = SegmentRow.Rows(refusals: refusals, members: integer(5), apart: integer(6))
        }
        row.newest = isNull(7) ? nil : wallTime(7)
        row.kept = optionalInteger(9)
        return row
    }

    func optionalInteger(_ column: Int) -> Int64? {
        isNull(column) ? nil : integer(column)
    }
}

extension [SegmentRow] {
    /// What was left when the server stopped while it was forgetting.
    var unfinished: Forgetting? {
        guard let place = firstIndex(where: { $0.state == .thinning }),
            let newest = self[place].newest
        else { return nil }
        return Forgetting(before: WallTime(seconds: newest.seconds + 1), place: place)
    }
}
