internal import CSQLite

/// A database page by page into an empty one, as it is: also what is damaged arrives as it was, and
/// can be found there.
enum PageCopy {
    static func run(
        from source: Database, to target: Database, _ progress: (Progress) -> Void
    ) throws(StoreError) {
        // Both connections outlive it; it is finished below.
        guard
            let copy = unsafe sqlite3_backup_init(target.handle, "main", source.handle, "main")
        else { throw target.error(SQLITE_ERROR, "copying pages") }
        var code = SQLITE_OK
        while code == SQLITE_OK {
            unsafe code = sqlite3_backup_step(copy, pagesInStep)
            let all = unsafe Int64(sqlite3_backup_pagecount(copy))
            let rest = unsafe Int64(sqlite3_backup_remaining(copy))
            progress(Progress("copying pages", all - rest, of: all))
        }
        // What it says is the code of the last step again.
        unsafe sqlite3_backup_finish(copy)
        guard code == SQLITE_DONE else { throw target.error(code, "copying pages") }
    }

    /// 8 MB, a hundredth of a second.
    private static let pagesInStep: Int32 = 2_048
}
