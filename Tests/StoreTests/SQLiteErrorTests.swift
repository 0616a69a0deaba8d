import Testing

@testable import Store

// What an answer of SQLite means for the store, where a wrong answer would cost somebody's mail.

@Suite struct SQLiteErrorTests {
    /// SQLite says SQLITE_CORRUPT of every EIO of a read.
    @Test func `what nobody could look at is not damaged`() {
        let error = SQLiteError(code: 11, call: "look", message: "no", readHasFailed: true)
        #expect(
            error.storeError == .unable("look: no (SQLite 11), after a read has failed"))
    }

    /// SQLITE_IOERR_SHORT_READ, SQLITE_CORRUPT, SQLITE_NOTADB.
    @Test(arguments: [522, 11, 26] as [Int32])
    func `what is not what was written is damaged`(_ code: Int32) {
        #expect(error(code) == .damaged("look: no (SQLite \(code))"))
    }

    /// SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC.
    @Test(arguments: [1_034, 1_290] as [Int32])
    func `after a failed flush nothing can be relied on`(_ code: Int32) {
        #expect(error(code) == .fatal("look: no (SQLite \(code))"))
    }

    private func error(_ code: Int32) -> StoreError {
        SQLiteError(code: code, call: "look", message: "no").storeError
    }
}
