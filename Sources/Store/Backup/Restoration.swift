// `chatserv restore`: a backup as data that a server can use again.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

package enum Restoration {
    /// Makes a data folder, where there must be nothing, of a backup. Gives the text of the account
    /// file.
    package static func unpack(
        _ backup: String, into path: String, progress: (Progress) -> Void
    ) throws(StoreError) -> [UInt8] {
        try checkThatNothing(at: path)
        let contents: BackupTables.Contents
        do throws(StoreError) {
            let folder = try DataFolder(path)
            try folder.makeDatabase()
            contents = try fill(folder.database, from: backup, progress)
            try DataFile(folder.database, for: .changing).flush()
            try folder.confirm(Confirmed(head: contents.head))
            try folder.flushConfirmed()
            try folder.flush()
            folder.letGo()
        } catch {
            remove(path)
            throw error
        }
        return contents.accountFile
    }

    private static func fill(
        _ database: String, from backup: String, _ progress: (Progress) -> Void
    ) throws(StoreError) -> BackupTables.Contents {
        let beginning = try DataFile(backup, for: .reading).read(databaseMark.count, at: 0)
        guard beginning == databaseMark else {
            throw .unable("\(backup) is no backup of a server, or damaged at its very beginning")
        }
        let source = try Database(path: backup, for: .reading)
        let isBackup = try source.integer(
            "SELECT count(*) FROM sqlite_master WHERE name IN ('backup', 'account_file')")
        guard isBackup == 2 else { throw .unable("\(backup) is no backup of a server") }
        let contents = try BackupTables.read(from: source)

        let target = try Database(path: database)
        // What a crash leaves of it is not used; at the end it is flushed as a whole.
        try target.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        try PageCopy.run(from: source, to: target, progress)
        try BackupTables.drop(from: target)
        return contents
    }

    /// The first bytes of every SQLite database.
    private static let databaseMark = Array("SQLite format 3\0".utf8)

    /// Puts the data in its place, where there must be nothing, and then the account file: a server
    /// that finds the one without the other must not begin with empty mailboxes.
    package static func put(
        _ draft: String, at folder: String, accounts text: [UInt8], at path: String
    ) throws(StoreError) {
        let accounts = try NewFile(path)
        do throws(StoreError) {
            try accounts.write(text)
            try checkThatNothing(at: folder)
            guard unsafe rename(draft, folder) == 0 else { throw .failed("make", folder) }
            try DataFolder.flush(NewFile.folder(of: folder))
        } catch {
            accounts.forget()
            throw error
        }
        try accounts.put()
    }

    /// Where a folder is made before it is put in its place: beside it, also when its name ends
    /// as a folder's may.
    package static func draft(of folder: String) -> String {
        var name = folder[...]
        while name.count > 1, name.last == "/" { name.removeLast() }
        return name + ".new"
    }

    package static func checkThatNothing(at path: String) throws(StoreError) {
        try NewFile.checkThatNothing(at: path)
    }

    /// A data folder, and nothing else that may be in it.
    package static func remove(_ folder: String) {
        for file in ["messages.db", "messages.db-wal", "messages.db-shm", "lock"] {
            unsafe unlink("\(folder)/\(file)")
        }
        unsafe rmdir(folder)
    }
}
