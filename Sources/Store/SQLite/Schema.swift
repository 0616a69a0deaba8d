/// What is in the database, as SQL.
///
/// Everything can be read with the `sqlite3` shell (`sqlite3 -readonly messages.db`) while the
/// server runs. The last column of every row is its checksum. Beside the tables made here there
/// are, for every 65,536 numbers, a segment of the log and, once the segment is closed, its index:
///
///     s0 s65536 …  the log: n kind who whom at zone what sum
///     i0 i65536 …  who has letters in that segment: party next entries sum
///
/// What stands in a row of the log depends on its kind:
///
///     kind           who      whom               at             zone    what
///     1 letter       sender   reader, or a blob  seconds, UTC   seconds the text
///     2 read         account  through            -              -       letters of its own
///     3 active       account  -                  seconds, UTC   seconds -
///     4 opened       account  -                  -              -       its name
///     5 ended        account  -                  -              -       -
///     6 refusals     name     address            blocked until  -       the failures
///     7 roomOpened   maker    room               seconds, UTC   seconds lifetime limit name
///     8 roomChanged  account  room               seconds, UTC   seconds what happened
///     9 readApart    account  conversation       through        -       letters of its own
///
/// A conversation is an account, or the negative number of a room. `whom` of a letter to a room is
/// such a number; to several, a blob of their numbers, 4 bytes each, lowest byte first; 0 is
/// everybody, and a blob that begins with 0 is everybody but those after it. A blob that begins
/// with 0xffffffff is to rooms, and to some beside: the count of the rooms, the rooms, the count of
/// the others, the others, and those in the rooms who are left out.
///
/// A party of an index is everybody (0), an account, or 4294967296 and the number of a room.
///
/// A row that is gone has no checksum to tell so; what is counted and chained does. Numbers of the
/// log have no hole. An index begins with everybody (0), and every row of it names the next party
/// (`next`, nothing in the last), so that a party without a list is told from a lost one.
/// `conversations` has a filter for each closed segment (`ConversationMarks`), and may lack some.
/// `segments` says how many rows `accounts` and `rooms` had for those that began in or before a
/// closed segment, and how many `refusals`, `members` and `apart` had when a segment was last
/// folded into them. The file `lock` says how far the log had come.
enum Schema {
    /// Of the layout, in `PRAGMA user_version`.
    static let version: Int64 = 2

    /// How the file is laid out and used, besides its write-ahead log.
    ///
    /// secure_delete would write zeros over freed pages, through the log. FULL is the only mode in
    /// which nothing acknowledged was lost in simulated power cuts. A page of 4,096 writes the
    /// fewest bytes for small groups.
    private static let settings = """
        PRAGMA page_size = 4096;
        PRAGMA synchronous = FULL;
        PRAGMA secure_delete = OFF;
        PRAGMA cache_size = -65536;
        PRAGMA temp_store = MEMORY;
        PRAGMA cell_size_check = ON;
        """

    /// Makes the tables if there are none. Says how many numbers a segment has.
    static func open(
        _ database: Database, segmentEntries: Int, confirmed: Int64
    ) throws(StoreError) -> Int64 {
        // Of a file that is no database it says so in the fewest words.
        _ = try database.integer("PRAGMA schema_version")
        try database.execute(settings)
        // A file system may be unable to; it answers with the mode that it has.
        let mode = try database.text("PRAGMA journal_mode = WAL")
        guard mode == "wal" else {
            throw .fatal("the data folder cannot hold a write-ahead log (journal mode \(mode))")
        }
        switch try database.integer("PRAGMA user_version") {
        case 0:
            guard confirmed == 0 else {
                throw .damaged("messages.db: empty, but \(confirmed) had been confirmed")
            }
            try database.transaction { () throws(StoreError) in
                try create(in: database, segmentEntries: segmentEntries)
            }
        case 1: try upgrade(database)
        case version: break
        case let other:
            throw .fatal("the data has layout \(other); this server knows up to \(version)")
        }
        // Older servers made none, and do not mind it.
        try database.execute(
            """
            CREATE TABLE IF NOT EXISTS conversations(
                base INTEGER PRIMARY KEY, marks BLOB NOT NULL, sum INTEGER NOT NULL)
            """)
        return try readLayout(of: database)
    }

    /// How many numbers a segment has.
    static func readLayout(of database: Database) throws(StoreError) -> Int64 {
        // Pages would be kept as a map of the others, over what stands in them.
        guard try database.integer("PRAGMA auto_vacuum") == 0 else {
            throw .damaged("messages.db: its header is not what was written")
        }
        let layout = try database.prepare("SELECT * FROM layout")
        guard try layout.step(), layout.isIntact(seed: layoutSeed) else {
            throw .damaged("layout: not what was written")
        }
        return layout.integer(0)
    }

    private static func create(
        in database: Database, segmentEntries: Int
    ) throws(StoreError) {
        try database.execute(tables)
        var layout = BulkInsert(database, "INSERT INTO layout", columns: 1, seed: layoutSeed)
        layout.integer(Int64(segmentEntries))
        try layout.endRow()
        try layout.finish()
    }

    /// From layout 1, which knew no rooms.
    static func upgrade(_ database: Database) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            var segments: [SegmentRow] = []
            let rows = try database.prepare("SELECT * FROM segments ORDER BY base")
            while try rows.step() {
                guard rows.isIntact(seed: segmentsSeed) else {
                    throw .damaged("segments: \(rows.integer(0)) is not what was written")
                }
                var row = SegmentRow(base: rows.integer(0))
                row.state = rows.integer(1) == 1 ? .indexed : .open
                row.accounts = rows.optionalInteger(2)
                row.rooms = row.accounts == nil ? nil : 0
                row.rows = rows.optionalInteger(3).map { SegmentRow.Rows(refusals: $0) }
                segments.append(row)
            }
            try database.execute("DROP TABLE segments; \(segmentsTable) \(roomTables)")
            for row in segments { try row.write(to: database) }
        }
    }

    private static let tables = """
        CREATE TABLE layout(segment_entries INTEGER NOT NULL, sum INTEGER NOT NULL);
        CREATE TABLE accounts(
            number INTEGER PRIMARY KEY, name TEXT NOT NULL, opened INTEGER NOT NULL, ended INTEGER,
            cursor INTEGER NOT NULL, waiting INTEGER NOT NULL,
            active_at INTEGER, active_zone INTEGER, folded INTEGER NOT NULL, sum INTEGER NOT NULL);
        CREATE TABLE refusals(
            name TEXT NOT NULL, address TEXT NOT NULL, failures TEXT NOT NULL,
            blocked_until INTEGER, sum INTEGER NOT NULL, PRIMARY KEY (name, address)) WITHOUT ROWID;
        \(segmentsTable)
        \(roomTables)
        """

    private static let segmentsTable = """
        CREATE TABLE segments(
            base INTEGER PRIMARY KEY, state INTEGER NOT NULL, accounts INTEGER, rooms INTEGER,
            refusals INTEGER, members INTEGER, apart INTEGER, newest INTEGER, newest_zone INTEGER,
            kept INTEGER, sum INTEGER NOT NULL);
        """

    /// `apart` has a conversation as in the log.
    private static let roomTables = """
        CREATE TABLE rooms(
            number INTEGER PRIMARY KEY, name TEXT NOT NULL, maker INTEGER NOT NULL, admin INTEGER,
            lifetime TEXT NOT NULL, members_max INTEGER, opened INTEGER NOT NULL, closed INTEGER,
            sum INTEGER NOT NULL);
        CREATE TABLE members(
            account INTEGER NOT NULL, room INTEGER NOT NULL, joined INTEGER NOT NULL,
            gone INTEGER, sum INTEGER NOT NULL, PRIMARY KEY (account, room, joined)) WITHOUT ROWID;
        CREATE TABLE apart(
            account INTEGER NOT NULL, conversation INTEGER NOT NULL, through INTEGER NOT NULL,
            sum INTEGER NOT NULL, PRIMARY KEY (account, conversation)) WITHOUT ROWID;
        PRAGMA user_version = \(version);
        """

    // MARK: - Tables by segment

    static func segment(_ base: Int64) -> String { "s\(base)" }
    static func index(_ base: Int64) -> String { "i\(base)" }

    /// `whom` and `what` are of several types, so they have no affinity.
    static func createSegment(_ base: Int64) -> String {
        """
        CREATE TABLE \(segment(base))(
            n INTEGER PRIMARY KEY, kind INTEGER, who, whom, at INTEGER, zone INTEGER, what,
            sum INTEGER)
        """
    }

    /// A half-made one may be left from before a crash.
    static func createIndex(_ base: Int64) -> String {
        """
        DROP TABLE IF EXISTS \(index(base));
        CREATE TABLE \(index(base))(
            party INTEGER PRIMARY KEY, next INTEGER, entries BLOB, sum INTEGER)
        """
    }

    // MARK: - Seeds of the checksums

    /// The tables differ in the lowest digit, segments and their indexes in the base as well.
    static func segmentSeed(_ base: Int64) -> UInt64 { UInt64(base) << 4 | 1 }
    static func indexSeed(_ base: Int64) -> UInt64 { UInt64(base) << 4 | 2 }
    static let segmentsSeed: UInt64 = 3
    static let accountsSeed: UInt64 = 4
    static let refusalsSeed: UInt64 = 5
    static let layoutSeed: UInt64 = 6
    static let confirmedSeed: UInt64 = 7
    static let backupSeed: UInt64 = 8
    static let accountFileSeed: UInt64 = 9
    static let roomsSeed: UInt64 = 10
    static let membersSeed: UInt64 = 11
    static let apartSeed: UInt64 = 12
    static let conversationsSeed: UInt64 = 13
}
