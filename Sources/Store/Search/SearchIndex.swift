package import Protocol

/// Finds letters by their words.
///
/// It has a database of its own, `search.db`, which follows the log and may always be behind it:
/// what is lost of it is read from the log again, so that it need not be as durable. Every segment
/// of the log has a table of its own (`w0`, `w65536` …), which goes with the segment. Letters do
/// not stand in it, only what words they have and who may see them; whether a letter is for the
/// reader, the letter itself decides.
///
/// One thread uses it, not the one of the store. It reads the log through a connection that cannot
/// write or checkpoint (see `Database`), and never for long.
package final class SearchIndex {
    private let path: String
    private let log: Database
    private let segmentEntries: Int64
    private var readers = SegmentReaders()
    /// Nil only while they are made anew.
    private var opened: SearchTables?
    /// Of the log, when its segments were last looked at.
    private var schemaVersion: Int64 = -1

    /// The store has been opened before.
    package init(folder: String) throws(StoreError) {
        path = folder + "/search.db"
        log = try Database(path: DataFolder.database(in: folder), for: .reading)
        segmentEntries = try Schema.readLayout(of: log)
        let head = try log.head(segmentEntries)
        try mendingTables { tables throws(StoreError) in
            if tables.through > head { throw .damaged("search.db: ahead of the log") }
        }
    }

    /// Everything in them can be read from the log again; so when they are damaged, it is. Nil is
    /// given then.
    private func mendingTables<Result>(
        _ body: (SearchTables) throws(StoreError) -> Result
    ) throws(StoreError) -> Result? {
        do throws(StoreError) {
            return try body(tables())
        } catch .damaged {
            opened = nil
            schemaVersion = -1
            try SearchTables.remove(path)
            return nil
        } catch {
            throw error
        }
    }

    private func tables() throws(StoreError) -> SearchTables {
        if let opened { return opened }
        let tables = try SearchTables(path, segmentEntries: segmentEntries)
        opened = tables
        return tables
    }

    // MARK: - Filling

    /// A slice of what is missing up to here, some 3 ms. False when nothing is.
    package func fill(through head: MessageNumber) throws(StoreError) -> Bool {
        let hasMore = try mendingTables { tables throws(StoreError) in
            try dropForgotten(from: tables)
            guard let missing = tables.missing(through: head.value) else { return false }
            try fill(missing, of: tables)
            return true
        }
        return hasMore ?? true
    }

    private func fill(
        _ missing: ClosedRange<Int64>, of tables: SearchTables
    ) throws(StoreError) {
        let base = missing.lowerBound - missing.lowerBound % segmentEntries
        var letters: [(number: Int64, letter: Letter)] = []
        var bytes = 0
        var last = missing.lowerBound - 1
        for number in missing.prefix(Self.sliceEntries) where bytes < Self.sliceBytes {
            if case .letter(let letter) = try entry(number) {
                letters.append((number, letter))
                bytes += letter.text.bytes.count
            }
            last = number
        }
        try tables.add(letters, through: last, in: base)
    }

    private static let sliceEntries = 256
    private static let sliceBytes = 32_768

    /// Nil when it has been forgotten, or cannot be read: the store says so to whoever reads it.
    private func entry(_ number: Int64) throws(StoreError) -> Entry? {
        try unlessDamaged { () throws(StoreError) in
            try readers.entry(number, in: number - number % segmentEntries, of: log)
        }
    }

    private func unlessDamaged<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result? {
        do throws(StoreError) {
            return try body()
        } catch .damaged {
            return nil
        } catch {
            throw error
        }
    }

    // MARK: - Forgetting

    /// What the log has forgotten is not to be found, nor kept.
    private func dropForgotten(from tables: SearchTables) throws(StoreError) {
        let rows = try unlessDamaged { () throws(StoreError) -> [SegmentRow] in
            // It counts the tables that were made and dropped.
            let version = try log.integer("PRAGMA schema_version")
            guard version != schemaVersion else { return [] }
            schemaVersion = version
            return try log.segmentRows()
        }
        for row in rows ?? [] {
            if let kept = row.kept { try tables.forget(row.base, kept: kept) }
        }
    }

    // MARK: - Finding

    /// The newest that have all the words, whole, in any case.
    package func find(_ query: SearchQuery) throws(StoreError) -> Found {
        let words = SearchWords.of(query.words)
        let found = try mendingTables { tables throws(StoreError) in
            let isBehind = tables.missing(through: query.head.value) != nil
            guard !words.isEmpty else { return Found(numbers: [], isBehind: isBehind) }
            let numbers = try find(query, SearchTables.expression(words, query), in: tables)
            return Found(numbers: numbers, isBehind: isBehind)
        }
        return found ?? Found(numbers: [], isBehind: true)
    }

    private func find(
        _ query: SearchQuery, _ expression: String, in tables: SearchTables
    ) throws(StoreError) -> [MessageNumber] {
        var numbers: [MessageNumber] = []
        for base in tables.bases where numbers.count < query.count {
            try tables.visit(expression, in: base) { number throws(StoreError) in
                if case .letter(let letter) = try entry(number),
                    query.reaches(letter, MessageNumber(number))
                {
                    numbers.append(MessageNumber(number))
                }
                return numbers.count < query.count
            }
        }
        return numbers
    }
}

extension Database {
    /// The end of the log.
    fileprivate func head(_ segmentEntries: Int64) throws(StoreError) -> Int64 {
        guard let last = try segmentRows().last else { return 0 }
        guard last.state == .open else { return last.base + segmentEntries - 1 }
        return try integer("SELECT ifnull(max(n), 0) FROM \(Schema.segment(last.base))")
    }

    fileprivate func segmentRows() throws(StoreError) -> [SegmentRow] {
        var segments: [SegmentRow] = []
        let rows = try prepare("SELECT * FROM segments ORDER BY base")
        while try rows.step() {
            guard let row = rows.segmentRow else {
                throw .damaged("segments: \(rows.integer(0)) is not what was written")
            }
            segments.append(row)
        }
        return segments
    }
}
