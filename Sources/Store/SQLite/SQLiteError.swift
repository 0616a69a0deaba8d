internal import CSQLite

/// What SQLite answered instead of OK, and what that means for the store.
struct SQLiteError: Error {
    /// The extended result code.
    let code: Int32
    /// What was being done.
    let call: String
    let message: String
    /// Whether a read has failed. What nobody could look at is not damaged, though SQLite says of
    /// an EIO that the file is corrupt: it may have been away for a moment.
    var readHasFailed = false

    var storeError: StoreError {
        let text = "\(call): \(message) (SQLite \(code))"
        return switch code {
        // After a failed flush nobody knows what is on disk, and a second try would not tell.
        case csqlite_ioerr_fsync, csqlite_ioerr_dir_fsync: .fatal(text)
        // The file ends before a page that it should have.
        case csqlite_ioerr_short_read: .damaged(text)
        default:
            switch code & 0xff {
            case SQLITE_CORRUPT where readHasFailed: .unable("\(text), after a read has failed")
            case SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_NOMEM, SQLITE_BUSY,
                SQLITE_LOCKED, SQLITE_READONLY, SQLITE_PERM, SQLITE_TOOBIG, SQLITE_INTERRUPT:
                .unable(text)
            // An error in our SQL would have shown in the first test: here a table is missing or a
            // number is taken, and so the file is not the one we wrote.
            case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_MISMATCH:
                .damaged(text)
            default: .fatal(text)
            }
        }
    }
}
