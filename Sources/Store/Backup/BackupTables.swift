/// What a backup has beside the tables of the data: the account file, in parts, and what makes sure
/// that nothing of either is missing.
///
///     backup        head accounts sum    the last number of the log; bytes of the account file
///     account_file  part bytes sum
enum BackupTables {
    struct Contents: Hashable {
        let head: Int64
        let accountFile: [UInt8]
    }

    static func write(_ contents: Contents, into database: Database) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            try database.execute(
                """
                CREATE TABLE backup(
                    head INTEGER NOT NULL, accounts INTEGER NOT NULL, sum INTEGER NOT NULL);
                CREATE TABLE account_file(
                    part INTEGER PRIMARY KEY, bytes BLOB NOT NULL, sum INTEGER NOT NULL);
                """)
            var row = BulkInsert(
                database, "INSERT INTO backup", columns: 2, seed: Schema.backupSeed)
            row.integer(contents.head)
            row.integer(Int64(contents.accountFile.count))
            try row.endRow()
            try row.finish()

            var parts = BulkInsert(
                database, "INSERT INTO account_file", columns: 2, seed: Schema.accountFileSeed)
            var rest = contents.accountFile[...]
            var number: Int64 = 0
            while !rest.isEmpty {
                parts.integer(number)
                parts.blob(rest.prefix(partBytes))
                try parts.endRow()
                rest = rest.dropFirst(partBytes)
                number += 1
            }
            try parts.finish()
        }
    }

    static func read(from database: Database) throws(StoreError) -> Contents {
        let row = try database.prepare("SELECT * FROM backup")
        guard try row.step(), row.isIntact(seed: Schema.backupSeed) else {
            throw .damaged("backup: not what was written")
        }
        var bytes: [UInt8] = []
        let parts = try database.prepare("SELECT * FROM account_file ORDER BY part")
        while try parts.step() {
            guard parts.isIntact(seed: Schema.accountFileSeed) else {
                throw .damaged("account_file, part \(parts.integer(0)): not what was written")
            }
            bytes += parts.bytes(1)
        }
        guard bytes.count == row.integer(1) else {
            throw .damaged("account_file: \(bytes.count) bytes are there, of \(row.integer(1))")
        }
        return Contents(head: row.integer(0), accountFile: bytes)
    }

    /// The secrets of the account file are not to be left in the pages that become free.
    static func drop(from database: Database) throws(StoreError) {
        try database.execute(
            "PRAGMA secure_delete = ON; DROP TABLE backup; DROP TABLE account_file;")
    }

    private static let partBytes = 1 << 20
}
