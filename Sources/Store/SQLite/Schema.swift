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
///     kind        who      whom               at             zone    what
///     1 letter    sender   reader, or a blob  seconds, UTC   seconds the text
///     2 read      account  through            -              -       letters of its own
///     3 active    account  -                  seconds, UTC   seconds -
///     4 opened    account  -                  -              -       its name
///     5 ended     account  -                  -              -       -
///     6 refusals  name     address            blocked until  -       the failures
///
/// `whom` of a letter to several is a blob of their numbers, 4 bytes each, lowest byte first; 0 is
/// everybody, and a blob that begins with 0 is everybody but those after it.
///
/// A row that is gone has no checksum to tell so; what is counted and chained does. Numbers of the
/// log have no hole. An index begins with everybody (0), and every row of it names the next party
/// (`next`, nothing in the last), so that a party without a list is told from a lost one.
/// `segments` says how many rows `accounts` had for the accounts that began in or before a closed
/// segment, and `refusals` when a segment was last folded into it. The file `lock` says how far the
/// log had come.
enum Schema {
    /// Of the layout, in `PRAGMA user_version`.
    static let version: Int64 = 1

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
        case version: break
        case let other:
            throw .fatal("the data has layout \(other); this server knows up to \(version)")
        }
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

    private static let tables = """
        CREATE TABLE layout(segment_entries INTEGER NOT NULL, sum INTEGER NOT NULL);
        CREATE TABLE segments(
            base INTEGER PRIMARY KEY, indexed INTEGER NOT NULL, accounts INTEGER, refusals INTEGER,
            sum INTEGER NOT NULL);
        CREATE TABLE accounts(
            number INTEGER PRIMARY KEY, name TEXT NOT NULL, opened INTEGER NOT NULL, ended INTEGER,
            cursor INTEGER NOT NULL, waiting INTEGER NOT NULL,
            active_at INTEGER, active_zone INTEGER, folded INTEGER NOT NULL, sum INTEGER NOT NULL);
        CREATE TABLE refusals(
            name TEXT NOT NULL, address TEXT NOT NULL, failures TEXT NOT NULL,
            blocked_until INTEGER, sum INTEGER NOT NULL, PRIMARY KEY (name, address)) WITHOUT ROWID;
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
}
