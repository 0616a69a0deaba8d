// `chatserv backup`: the data of a server that may be running, and its account file, in one file.

/// A copy of everything that a server keeps.
package enum Backup {
    package struct Summary: Hashable, Sendable {
        package let bytes: Int
        package let entries: Int64
        package let segments: Int64
        package let accountFileBytes: Int
        /// What to know of it, though it is whole.
        package let note: String?
    }

    /// On return the copy is at the path, whole and for good, where there was none.
    ///
    /// The connection is one of its own that can only read: a second one that writes or checkpoints
    /// could damage the data (see `Database`). What it reads is the state of one moment, whatever
    /// the server does meanwhile. Until it is done, the write-ahead log cannot be begun anew.
    package static func write(
        data folder: String, accounts: String, to path: String, progress: (Progress) -> Void
    ) throws(StoreError) -> Summary {
        let file = try NewFile(path)
        let summary: Summary
        do throws(StoreError) {
            summary = try fill(file, folder, accounts, progress)
        } catch {
            file.forget()
            throw error
        }
        try file.put()
        return summary
    }

    /// What an interrupted `write` leaves.
    package static func removeDraft(of path: String) {
        NewFile.removeDraft(of: path)
    }

    private static func fill(
        _ file: borrowing NewFile, _ folder: String, _ accounts: String,
        _ progress: (Progress) -> Void
    ) throws(StoreError) -> Summary {
        let (confirmed, note) = try confirmed(in: folder)
        let (entries, segments) = try copy(folder, confirmed, to: file.draftPath, progress)

        // After the snapshot: an account is in the account file before it is in the data, so that
        // every account of the snapshot stands in what is read now, unless it was removed. The
        // other way round a server on this copy would end those in between, and their mail.
        var book = UserPassFile(path: accounts)
        let text: [UInt8]
        do throws(UserPassFileError) {
            text = try book.read()
        } catch {
            throw .unable("account file \(error)")
        }

        let database = try Database(path: file.draftPath)
        // So far it says of itself that it has a write-ahead log. It is to be one file.
        try database.execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF;")
        try BackupTables.write(.init(head: entries, accountFile: text), into: database)
        return Summary(
            bytes: try file.size(), entries: entries, segments: segments,
            accountFileBytes: text.count, note: note)
    }

    /// How far the log goes at least, as it was before the copy; and what to say when nobody knows.
    private static func confirmed(
        in folder: String
    ) throws(StoreError) -> (Confirmed, note: String?) {
        switch try DataFolder.confirmed(in: folder) {
        case .this(let known): return (known, nil)
        case .nothing: return (Confirmed(head: 0), nil)
        case .unreadable:
            return (
                Confirmed(head: 0),
                "\(folder)/lock is unreadable: nobody can tell whether all that was confirmed is "
                    + "there"
            )
        }
    }

    /// How many entries there are, in how many segments.
    private static func copy(
        _ folder: String, _ confirmed: Confirmed, to path: String, _ progress: (Progress) -> Void
    ) throws(StoreError) -> (Int64, Int64) {
        guard DataFolder.hasDatabase(folder) else { throw .unable("there is no data in \(folder)") }
        let source = try Database(path: DataFolder.database(in: folder), for: .reading)
        try source.execute("BEGIN")
        let layout = try source.integer("PRAGMA user_version")
        guard layout == Schema.version else {
            throw .damaged("messages.db: has layout \(layout), and not \(Schema.version)")
        }
        let segments = try source.integer("SELECT count(*) FROM segments")
        let base = try source.integer("SELECT ifnull(max(base), 0) FROM segments")
        let entries =
            segments == 0
            ? 0 : try source.integer("SELECT ifnull(max(n), 0) FROM \(Schema.segment(base))")
        // Known before the snapshot was taken, so that it cannot be ahead of it.
        if let damage = confirmed.damage(ofLogEndingAt: entries) { throw damage }

        let target = try Database(path: path)
        // What a crash leaves of it is of no use to anybody; at the end it is flushed as a whole.
        try target.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        try PageCopy.run(from: source, to: target, progress)
        try source.execute("COMMIT")
        return (entries, segments)
    }
}
