import Protocol

/// Reads closed and open segments from disk, with two statements each that are kept for the next
/// time.
struct SegmentReaders {
    private var entries: [Int64: Statement] = [:]
    private var lists: [Int64: Statement] = [:]
    private var sizes: [Int64: Statement] = [:]

    /// Of each kind: beyond it they are dropped and made again as they are needed, 20 µs each.
    private static let statementsMax = 256

    /// The entry with this number, from the segment with this base. Nil when it is not there.
    mutating func find(
        _ number: Int64, in base: Int64, of database: Database
    ) throws(StoreError) -> Entry? {
        let statement = try Self.keep(
            &entries, base, database, "\(Schema.segment(base)) WHERE n = ?")
        statement.bind(number, 1)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return try statement.entry(number, base)
    }

    /// It has to be there.
    mutating func entry(
        _ number: Int64, in base: Int64, of database: Database
    ) throws(StoreError) -> Entry {
        guard let entry = try find(number, in: base, of: database) else {
            throw .damaged("\(Schema.segment(base)): \(number) is missing")
        }
        return entry
    }

    /// The party's lines in the index of the segment, from this offset on.
    mutating func lines(
        of party: Party, in base: Int64, of database: Database, from offset: Int
    ) throws(StoreError) -> [Line] {
        let table = Schema.index(base)
        // The party itself, or the one before it, which knows that there is none between.
        let statement = try Self.keep(
            &lists, base, database, "\(table) WHERE party <= ? ORDER BY party DESC LIMIT 1")
        statement.bind(party.rawValue, 1)
        guard try statement.step() else {
            throw .damaged("\(table): the list of \(party) is missing")
        }
        defer { statement.reset() }
        guard statement.isIntact(seed: Schema.indexSeed(base)),
            let words: [UInt64] = statement.words(2)
        else {
            let party = Party(rawValue: statement.integer(0))
            throw .damaged("\(table): the list of \(party) is not what was written")
        }
        guard statement.integer(0) == party.rawValue else {
            guard statement.isNull(1) || statement.integer(1) > party.rawValue else {
                throw .damaged("\(table): the list of \(party) is missing")
            }
            return []
        }
        return words[words.first(atOrAfter: offset)...].map(Line.init)
    }

    /// Some lists of the parties before this one (nil: of the last), from the last on: as many as
    /// have so many lines, but two if there are as many. The party before it has to name `next` as
    /// the one after itself.
    func lists(
        below end: Party?, before next: Party?, in base: Int64, of database: Database, count: Int,
        lines: Int
    ) throws(StoreError) -> [(party: Party, lines: [Line])] {
        let table = Schema.index(base)
        let rows = try database.prepare(
            "SELECT * FROM \(table) WHERE party < ? ORDER BY party DESC LIMIT \(max(count, 2))")
        rows.bind(end?.rawValue ?? .max, 1)
        var lists: [(party: Party, lines: [Line])] = []
        var next = next
        var room = lines
        while lists.count < 2 || room > 0, try rows.step() {
            let party = Party(rawValue: rows.integer(0))
            guard rows.isIntact(seed: Schema.indexSeed(base)), let words: [UInt64] = rows.words(2),
                rows.optionalInteger(1) == next?.rawValue
            else { throw .damaged("\(table): the list of \(party) is not what was written") }
            lists.append((party, words.map(Line.init)))
            room -= words.count
            next = party
        }
        return lists
    }

    /// The statements on this segment are in the way when its tables are dropped.
    mutating func forget(_ base: Int64) {
        entries[base] = nil
        lists[base] = nil
        sizes[base] = nil
    }

    /// The lists of all rooms in the index of the segment.
    func roomLists(
        in base: Int64, of database: Database
    ) throws(StoreError) -> [(RoomNumber, [Line])] {
        let table = Schema.index(base)
        // From the one before them on, which knows whether there are any.
        let rows = try database.prepare(
            """
            SELECT * FROM \(table) WHERE party >= (
                SELECT max(party) FROM \(table) WHERE party < \(Party.roomsBegin)) ORDER BY party
            """)
        var lists: [(RoomNumber, [Line])] = []
        var next: Int64? = 0
        while try rows.step() {
            let party = Party(rawValue: rows.integer(0))
            guard rows.isIntact(seed: Schema.indexSeed(base)), let words: [UInt64] = rows.words(2)
            else { throw .damaged("\(table): the list of \(party) is not what was written") }
            if let room = party.room {
                guard next == party.rawValue else { break }
                lists.append((room, words.map(Line.init)))
            }
            next = rows.optionalInteger(1)
        }
        guard next == nil else { throw .damaged("\(table): a list is missing") }
        return lists
    }

    /// How long the lists of two parties are. What is not there has none; only its list can tell
    /// whether it is lost.
    mutating func sizes(
        of one: Party, _ another: Party, in base: Int64, of database: Database
    ) throws(StoreError) -> (Int64, Int64) {
        let statement = try Self.keep(
            &sizes, base, database, "\(Schema.index(base)) WHERE party IN (?, ?)",
            columns: "party, length(entries)")
        statement.bind(one.rawValue, 1)
        statement.bind(another.rawValue, 2)
        var sizes: (Int64, Int64) = (0, 0)
        while try statement.step() {
            if statement.integer(0) == one.rawValue { sizes.0 = statement.integer(1) }
            if statement.integer(0) == another.rawValue { sizes.1 = statement.integer(1) }
        }
        return sizes
    }

    private static func keep(
        _ kept: inout [Int64: Statement], _ base: Int64, _ database: Database, _ rest: String,
        columns: String = "*"
    ) throws(StoreError) -> Statement {
        if let statement = kept[base] { return statement }
        if kept.count == statementsMax { kept = [:] }
        let statement = try database.prepare("SELECT \(columns) FROM \(rest)")
        kept[base] = statement
        return statement
    }
}

extension Statement {
    /// The entry in the row that has been stepped to, if it is what was written.
    func entry(_ number: Int64, _ base: Int64) throws(StoreError) -> Entry {
        guard isIntact(seed: Schema.segmentSeed(base)), let entry else {
            throw .damaged("\(Schema.segment(base)): \(number) is not what was written")
        }
        return entry
    }
}

extension BulkInsert {
    /// A row of an index.
    mutating func append(_ party: Party, next: Party?, _ lines: [Line]) throws(StoreError) {
        integer(party.rawValue)
        integer(next?.rawValue)
        blob(lines.lazy.map(\.bits))
        try endRow()
    }
}

extension [UInt64] {
    /// Where, in the lines of a list, those from this offset on begin.
    fileprivate func first(atOrAfter offset: Int) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if Line(bits: self[middle]).offset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
