internal import CSQLite

/// A connection, used by one thread.
///
/// At most one of all connections to a database writes and checkpoints, because SQLite before
/// 3.51.3 can damage it when two do at the same instant.
@safe
final class Database {
    // Open until `deinit`, and handed to no other thread.
    let handle: OpaquePointer
    /// Pages in the log that a checkpoint has not carried home; SQLite tells it after each commit.
    private let pagesInLog: UnsafeMutablePointer<Int32>

    private var begin: Statement?
    private var commit: Statement?

    enum Use {
        case writing
        /// Beside whoever writes: it has no right to change the database, and leaves the log alone.
        case reading
    }

    /// The file exists already, so that its mode is ours to choose; SQLite gives the same to the
    /// files beside it.
    init(path: String, for use: Use = .writing) throws(StoreError) {
        _ = Self.withoutMemoryStatistics
        var opened: OpaquePointer?
        let access = use == .writing ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
        let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            let message = unsafe String(cString: sqlite3_errstr(code))
            unsafe sqlite3_close_v2(opened)
            throw SQLiteError(code: code, call: "open \(path)", message: message).storeError
        }
        unsafe handle = opened
        unsafe pagesInLog = .allocate(capacity: 1)
        unsafe pagesInLog.initialize(to: 0)

        unsafe sqlite3_busy_timeout(handle, 1_000)
        // Having a hook of our own turns the automatic checkpoints off, which would hide a failed
        // flush. The counter outlives the connection: `deinit` closes it first.
        unsafe sqlite3_wal_hook(
            handle,
            { counter, _, _, pages in
                // The counter is what was given below.
                unsafe counter!.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, pagesInLog)
        if use == .reading { leaveLog() }
    }

    deinit {
        begin = nil
        commit = nil
        // Waits for statements that are still alive; then carries the log home and removes it.
        unsafe sqlite3_close_v2(handle)
        unsafe pagesInLog.deallocate()
    }

    /// Debian's SQLite counts every allocation under a lock. Has to be said before the first use.
    private static let withoutMemoryStatistics: Void = {
        _ = csqlite_config_without_memory_statistics()
    }()

    // MARK: - Statements

    func execute(_ sql: String) throws(StoreError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, sql) }
    }

    func prepare(_ sql: String) throws(StoreError) -> Statement {
        var prepared: OpaquePointer?
        let persistent = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = unsafe sqlite3_prepare_v3(handle, sql, -1, persistent, &prepared, nil)
        guard code == SQLITE_OK, let prepared = unsafe prepared else { throw error(code, sql) }
        return unsafe Statement(handle: prepared, of: self)
    }

    /// The single integer that the query gives.
    func integer(_ sql: String) throws(StoreError) -> Int64 {
        let statement = try prepare(sql)
        guard try statement.step() else { throw .damaged("\(sql): nothing") }
        return statement.integer(0)
    }

    /// The single word that the query gives.
    func text(_ sql: String) throws(StoreError) -> String {
        let statement = try prepare(sql)
        guard try statement.step() else { throw .damaged("\(sql): nothing") }
        return statement.text(0)
    }

    /// Rows that the last statement has changed.
    var lastChanges: Int64 { unsafe Int64(sqlite3_changes(handle)) }

    func error(_ code: Int32, _ call: String) -> StoreError {
        let message = unsafe String(cString: sqlite3_errmsg(handle))
        // The beginning of an INSERT of 64 rows says as much as all of it, on one line.
        let words = call.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let error = SQLiteError(
            code: code, call: String(words.prefix(80)), message: message,
            readHasFailed: unsafe csqlite_read_has_failed(handle) != 0)
        return error.storeError
    }

    // MARK: - Transactions

    /// All of it is on disk on return; when it throws, none of it.
    func transaction<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        if begin == nil { begin = try prepare("BEGIN IMMEDIATE") }
        if commit == nil { commit = try prepare("COMMIT") }
        guard let begin, let commit else { preconditionFailure("prepared above") }
        do throws(StoreError) {
            _ = try begin.step()
            let result = try body()
            _ = try commit.step()
            return result
        } catch {
            try rollback(after: error)
            throw error
        }
    }

    private func rollback(after error: StoreError) throws(StoreError) {
        // Some errors have already rolled back.
        guard unsafe sqlite3_get_autocommit(handle) == 0 else { return }
        let code = unsafe sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
        guard unsafe sqlite3_get_autocommit(handle) != 0 else {
            throw .fatal("ROLLBACK gives \(code) after \(error)")
        }
    }

    // MARK: - Checkpoints

    var logPages: Int { unsafe Int(pagesInLog.pointee) }

    /// Carries the log home as far as no reader needs it. False when a reader stood in the way;
    /// else the next commit begins the log anew.
    func checkpoint() throws(StoreError) -> Bool {
        var pages: Int32 = 0
        var carried: Int32 = 0
        let code = unsafe sqlite3_wal_checkpoint_v2(
            handle, nil, SQLITE_CHECKPOINT_PASSIVE, &pages, &carried)
        guard code == SQLITE_OK else { throw error(code, "checkpoint") }
        guard carried == pages else { return false }
        unsafe pagesInLog.pointee = 0
        return true
    }

    /// Closing will not carry the log home. After a failed flush it may differ from what memory has
    /// of it: the next start reads it from disk, with its checksums.
    func leaveLog() {
        _ = unsafe csqlite_leave_log(handle)
    }
}
