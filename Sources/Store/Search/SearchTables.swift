import Protocol

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The database of the search index.
///
///     filled       base through kept sum    how far each segment of the log is in its table
///     w0 w65536 …  words parties            a full-text table for each, without the texts; the
///                                           number of a letter is its row
///
/// `parties` says who may see a letter: `a` and a number for an account, `r` for a room, `e` for
/// everybody. `kept` is of a segment of which some is forgotten: how many entries it still has.
/// Without any it has no table.
final class SearchTables {
    private let database: Database
    private let segmentEntries: Int64
    private var filled: [Int64: Filled] = [:]
    private var insertion: (base: Int64, statement: Statement)?

    private struct Filled {
        var through: Int64
        var kept: Int64?
    }

    private static let version: Int64 = 1
    private static let seed: UInt64 = 1
    private static func table(_ base: Int64) -> String { "w\(base)" }

    /// Makes what is missing. What is there may be damaged; then it throws.
    init(_ path: String, segmentEntries: Int64) throws(StoreError) {
        self.segmentEntries = segmentEntries
        _ = try DataFile(path, for: .changing)
        database = try Database(path: path)
        // What a power cut takes is read from the log again.
        try database.execute(
            """
            PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
            PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;
            """)
        switch try database.integer("PRAGMA user_version") {
        case 0:
            try database.execute(
                """
                CREATE TABLE filled(
                    base INTEGER PRIMARY KEY, through INTEGER NOT NULL, kept INTEGER,
                    sum INTEGER NOT NULL);
                PRAGMA user_version = \(Self.version);
                """)
        case Self.version: try load()
        case let other: throw .damaged("search.db: has layout \(other), and not \(Self.version)")
        }
    }

    static func remove(_ path: String) throws(StoreError) {
        for file in [path, path + "-wal", path + "-shm"] {
            guard unsafe unlink(file) == 0 || errno == ENOENT else { throw .failed("remove", file) }
        }
    }

    // MARK: - How far

    private func load() throws(StoreError) {
        let rows = try database.prepare("SELECT * FROM filled")
        while try rows.step() {
            let base = rows.integer(0)
            guard rows.isIntact(seed: Self.seed), base.isMultiple(of: segmentEntries) else {
                throw .damaged("search.db, filled: \(base) is not what was written")
            }
            filled[base] = Filled(through: rows.integer(1), kept: rows.optionalInteger(2))
        }
    }

    private func end(_ base: Int64) -> Int64 { base + segmentEntries - 1 }

    /// The last number that was looked at.
    var through: Int64 { filled.values.lazy.map(\.through).max() ?? 0 }

    /// The first numbers of the log that are missing, all of one segment. Nil when none are.
    func missing(through head: Int64) -> ClosedRange<Int64>? {
        let begun = filled.lazy.filter { $0.value.through < self.end($0.key) }.map(\.key).min()
        let base = begun ?? filled.keys.max().map { $0 + segmentEntries } ?? 0
        let first = filled[base].map { $0.through + 1 } ?? max(base, 1)
        return first <= head ? first...min(end(base), head) : nil
    }

    private func write(_ state: Filled, of base: Int64) throws(StoreError) {
        var row = BulkInsert(
            database, "INSERT OR REPLACE INTO filled", columns: 3, seed: Self.seed)
        row.integer(base)
        row.integer(state.through)
        row.integer(state.kept)
        try row.endRow()
        try row.finish()
    }

    // MARK: - Changing

    /// These letters are all that there are up to here.
    func add(
        _ letters: [(number: Int64, letter: Letter)], through: Int64, in base: Int64
    ) throws(StoreError) {
        let state = Filled(through: through, kept: filled[base]?.kept)
        let insertion = insertion?.base == base ? insertion?.statement : nil
        // It is of no use when this fails.
        self.insertion = nil
        let used = try database.transaction { () throws(StoreError) in
            let insertion = if let insertion { insertion } else { try beginTable(base) }
            for (number, letter) in letters {
                insertion.bind(number, 1)
                insertion.bind(copying: letter.text.bytes, 2)
                insertion.bind(copying: Array(letter.parties.utf8), 3)
                _ = try insertion.step()
            }
            try write(state, of: base)
            return insertion
        }
        self.insertion = (base, used)
        filled[base] = state
        if database.logPages > Self.checkpointPages { _ = try database.checkpoint() }
    }

    private static let checkpointPages = 1_000

    private func beginTable(_ base: Int64) throws(StoreError) -> Statement {
        let table = Self.table(base)
        try database.execute(
            """
            CREATE VIRTUAL TABLE IF NOT EXISTS \(table) USING fts5(
                words, parties, content='', columnsize=0,
                tokenize='unicode61 remove_diacritics 0')
            """)
        return try database.prepare("INSERT INTO \(table)(rowid, words, parties) VALUES (?, ?, ?)")
    }

    /// The segment has only so many entries left. If that is news, its letters are read again.
    func forget(_ base: Int64, kept: Int64) throws(StoreError) {
        guard filled[base]?.kept != kept else { return }
        let state = Filled(through: kept == 0 ? end(base) : max(base, 1) - 1, kept: kept)
        insertion = nil
        try database.transaction { () throws(StoreError) in
            try database.execute("DROP TABLE IF EXISTS \(Self.table(base))")
            try write(state, of: base)
        }
        filled[base] = state
    }

    // MARK: - Finding

    /// The segments that may have something, the newest first.
    var bases: [Int64] {
        filled.lazy.filter { $0.value.through >= max($0.key, 1) && $0.value.kept != 0 }
            .map(\.key).sorted(by: >)
    }

    /// All these words, and somebody whom the reader may see. Each word is quoted, so that none
    /// means anything but itself.
    static func expression(_ words: Set<[UInt8]>, _ query: SearchQuery) -> String {
        let words = words.map { "\"\(String(decoding: $0, as: UTF8.self))\"" }
        let parties = ["e", "a\(query.reader.value)"] + query.rooms.map { "r\($0.value)" }
        return "words : (\(words.sorted().joined(separator: " AND "))) AND parties : "
            + "(\(parties.joined(separator: " OR ")))"
    }

    /// The numbers of a segment, the newest first, until it is told to stop.
    func visit(
        _ expression: String, in base: Int64,
        _ visit: (Int64) throws(StoreError) -> Bool
    ) throws(StoreError) {
        let table = Self.table(base)
        let rows = try database.prepare(
            "SELECT rowid FROM \(table) WHERE \(table) MATCH ? ORDER BY rowid DESC")
        rows.bind(copying: Array(expression.utf8), 1)
        while try rows.step(), try visit(rows.integer(0)) {}
    }
}

extension Letter {
    /// Who may see it, as words.
    fileprivate var parties: String {
        let words =
            switch to {
            case .one, .several: [from.word] + persons.map(\.word)
            case .everyone: [from.word, "e"]
            case .rooms(let rooms, let and, _):
                rooms.map { "r\($0.value)" } + and.map(\.word) + (and.isEmpty ? [] : [from.word])
            }
        return words.joined(separator: " ")
    }
}

extension AccountNumber {
    fileprivate var word: String { "a\(value)" }
}
