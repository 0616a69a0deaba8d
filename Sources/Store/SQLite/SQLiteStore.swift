package import Protocol

/// The store that survives a power cut: one SQLite database, used as a log.
///
/// Entries are appended to segments, tables of 65,536 numbers without any index, because a row that
/// is keyed by its reader dirties a page of its own: 7 to 10 kB written for a message of 100 bytes,
/// and 50,000 of them a second. Who has letters in the newest segments is kept in memory. A segment
/// that is full is closed: in quiet moments its index is written, in the order of the parties, and
/// what it changed about accounts is folded into their rows. From then on it is read through its
/// index, and never replayed.
///
/// One thread uses it. Nothing in memory changes before the commit has succeeded.
package final class SQLiteStore: MessageStore {
    package struct Options: Sendable {
        /// Numbers in a segment, at most 65,536. A store that exists keeps its own.
        package var segmentEntries = 65_536
        /// Rows of an index, or of accounts, that one slice of tidying writes. 1,024 take some
        /// 2 ms.
        package var sliceRows = 1_024
        /// Letters kept in memory, in bytes of text.
        package var recentBytes = 64 << 20
        /// Pages in the write-ahead log at which tidying carries them home.
        package var checkpointPages = 500
        /// Pages at which a commit does it, when there has been no time to tidy.
        package var checkpointPagesMax = 4_000

        package init() {}
    }

    let options: Options
    /// Nil once it is closed.
    private var folder: DataFolder?
    private var connection: Database?
    /// Why it cannot be used any more.
    private var failure: StoreError?

    var young: YoungLog
    var isRecovered = false
    var readers = SegmentReaders()
    /// Which conversations are in the closed segments.
    var marks: RecentMarks
    /// In the place of the damaged indexes of these segments.
    var mended: [Int64: MendedIndex] = [:]
    /// What was found and has not been told.
    var damage: [String] = []
    /// In the tables, which are counted.
    var rows = SegmentRow.Rows()
    /// Those that are closed, the oldest first.
    var segments: [SegmentRow] = []
    /// Nil when there is nothing to forget.
    var forgetting: Forgetting?

    /// Where entries go. Nil before the first, and after one that failed.
    private var log: (base: Int64, rows: BulkInsert)?
    /// Pages in the write-ahead log at which the next checkpoint is due.
    private var checkpointDue: Int
    /// The write-ahead log, as it calls itself since it was last begun. Nil when that has to be
    /// looked up.
    private var salts: UInt64?
    /// What the last server had confirmed.
    let confirmed: Confirmed
    /// How many have been made.
    package private(set) var checkpoints = 0

    package init(folder path: String, options: Options = Options()) throws(StoreError) {
        precondition((2...65_536).contains(options.segmentEntries), "an offset has 16 bits")
        self.options = options
        checkpointDue = options.checkpointPages
        let folder = try DataFolder(path)
        confirmed =
            if case .this(let known) = try folder.confirmed() { known } else { Confirmed(head: 0) }
        if let damage = confirmed.damage(of: try WriteAheadLog(folder.log)) { throw damage }
        try folder.renewLog()
        try folder.makeDatabase()
        let database = try Database(path: folder.database)
        let entries = try Schema.open(
            database, segmentEntries: options.segmentEntries, confirmed: confirmed.head)
        try folder.flush()
        young = YoungLog(segmentEntries: entries, recentBytes: options.recentBytes)
        marks = RecentMarks(segmentEntries: entries)
        self.folder = consume folder
        connection = database
    }

    deinit {
        close()
    }

    /// The lock goes last: until then the log may be on its way home.
    package func close() {
        log = nil
        readers = SegmentReaders()
        connection = nil
        try? folder?.flushConfirmed()
        folder = nil
    }

    var database: Database {
        guard let connection else { preconditionFailure("the store has been closed") }
        return connection
    }

    // MARK: - Committing

    package func commit(_ group: [Entry]) throws(StoreError) -> MessageNumber {
        precondition(isRecovered, "recover() comes first")
        let first = MessageNumber(young.head + 1)
        guard !group.isEmpty else { return first }
        try guarded { () throws(StoreError) in
            try attempt { () throws(StoreError) in try keepPace(with: group.count) }
            log = try database.transaction { () throws(StoreError) in try write(group) }
            young.take(group)
            confirm()
            if database.logPages >= max(checkpointDue, options.checkpointPagesMax) {
                try attempt { () throws(StoreError) in try checkpoint() }
            }
        }
        return first
    }

    /// Gives what the next group goes to.
    private func write(_ group: [Entry]) throws(StoreError) -> (base: Int64, rows: BulkInsert) {
        var number = young.head + 1
        var (base, rows) = if let log { log } else { try beginSegment(number) }
        // It has one owner, so that appending copies nothing, and none when this fails.
        log = nil
        for entry in group {
            if number == base + young.segmentEntries {
                try rows.finish()
                (base, rows) = try beginSegment(number)
            }
            try rows.append(entry, number)
            number += 1
        }
        try rows.finish()
        return (base, rows)
    }

    /// The segment that this number belongs to. Its first number makes the table.
    private func beginSegment(
        _ number: Int64
    ) throws(StoreError) -> (base: Int64, rows: BulkInsert) {
        let base = young.base(of: number)
        if number == young.firstNumber(of: base) {
            try database.execute(Schema.createSegment(base))
            try SegmentRow(base: base).write(to: database)
        }
        let sql = "INSERT INTO \(Schema.segment(base))"
        let rows = BulkInsert(database, sql, columns: 7, seed: Schema.segmentSeed(base))
        return (base, rows)
    }

    /// Writes down how far the log has come; after every transaction, so that none of them can
    /// vanish unnoticed. What cannot be written now is written with the next one: an older word
    /// promises less.
    func confirm() {
        // Nothing was written since the last checkpoint.
        guard database.logPages > 0 else { return }
        if salts == nil { salts = try? folder?.logSalts() }
        let log = salts.map { Confirmed.Log(salts: $0, pages: database.logPages) }
        try? folder?.confirm(Confirmed(head: young.head, log: log))
    }

    /// Of the segment that has this number.
    func state(of number: Int64) -> SegmentRow.State {
        let place = Int(number / young.segmentEntries)
        return place < segments.count ? segments[place].state : .open
    }

    // MARK: - Failing

    /// Remembers what cannot be repaired, and refuses everything from then on.
    func guarded<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        if let failure { throw failure }
        do throws(StoreError) {
            return try body()
        } catch {
            if case .fatal = error {
                failure = error
                database.leaveLog()
            }
            throw error
        }
    }

    /// For what can also be done later: if it fails, it must not take a commit with it.
    private func attempt(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        do throws(StoreError) {
            try body()
        } catch {
            if case .fatal = error { throw error }
        }
    }

    // MARK: - Checkpoints

    var isCheckpointDue: Bool { database.logPages >= checkpointDue }

    func checkpoint() throws(StoreError) {
        checkpoints += 1
        let isComplete = try database.checkpoint()
        if isComplete { salts = nil }
        // A reader that stands in the way will do so for a while.
        checkpointDue = options.checkpointPages + (isComplete ? 0 : database.logPages)
    }
}
