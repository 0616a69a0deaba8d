import Protocol

/// A full segment on its way to being read through its index.
///
///     begun ──► indexing ──► folding ──► foldingRefusals ──► indexed, and gone from memory
///
/// Every arrow and every slice within a state is a transaction of its own. Until the last one has
/// been committed the segment is served from memory, and replayed when the server starts: a crash
/// on the way costs the work again, nothing else.
struct ClosingSegment {
    enum Step {
        /// Left when the parties and accounts are in order: rows that lie side by side share pages.
        case begun
        /// Left when the list of every party is on disk.
        case indexing(ArraySlice<AccountNumber>)
        /// Left when the row of every account that changed is on disk.
        case folding(ArraySlice<AccountNumber>)
        /// Left with the segment marked as indexed.
        case foldingRefusals(ArraySlice<RefusalKey>)
    }

    let base: Int64
    let letters: SegmentLetters
    let changes: Ledger.Changes
    var step = Step.begun
}

extension SQLiteStore {
    package func tidy() throws(StoreError) -> Bool {
        precondition(isRecovered, "recover() comes first")
        return try guarded { () throws(StoreError) in
            if isCheckpointDue {
                try checkpoint()
            } else if !young.closing.isEmpty {
                try closeFurther()
            }
            return isCheckpointDue || !young.closing.isEmpty
        }
    }

    /// When nobody tidies, commits do, so that what is in memory and what has to be replayed stays
    /// bounded: as many slices as one segment needs while the next one fills.
    func keepPace(with entries: Int) throws(StoreError) {
        guard young.closing.count > Self.closingMax else { return }
        for _ in 0...entries / 1_024 where !young.closing.isEmpty { try closeFurther() }
    }

    private static let closingMax = 2
    /// Of a slice, in the lists of an index: 128 kB.
    private static let sliceLines = 16_384

    /// One slice. The step is taken after its commit.
    private func closeFurther() throws(StoreError) {
        let segment = young.closing[0]
        switch segment.step {
        case .begun:
            // Everybody comes first, and has a list even when nothing is in it.
            let parties = segment.letters.parties
            let everyone = parties.first == .everyone ? [] : [AccountNumber.everyone]
            young.closing[0].step = .indexing((everyone + parties)[...])

        case .indexing(let parties):
            let rest = try database.transaction { () throws(StoreError) in
                if parties.startIndex == 0 {
                    try database.execute(Schema.createIndex(segment.base))
                }
                return try writeIndex(of: segment, parties)
            }
            young.closing[0].step =
                rest.isEmpty ? .folding(segment.changes.accounts.sorted()[...]) : .indexing(rest)

        case .folding(let accounts):
            let slice = accounts.prefix(options.sliceRows)
            try database.transaction { () throws(StoreError) in try fold(slice) }
            let rest = accounts.dropFirst(slice.count)
            young.closing[0].step =
                rest.isEmpty
                ? .foldingRefusals(segment.changes.refusals.sorted()[...]) : .folding(rest)

        case .foldingRefusals(let keys):
            let slice = keys.prefix(options.sliceRows)
            let rest = keys.dropFirst(slice.count)
            try database.transaction { () throws(StoreError) in
                try fold(slice)
                try writeSegment(
                    segment.base, isIndexed: rest.isEmpty,
                    accounts: Int64(segment.changes.accountCount),
                    refusals: try database.integer("SELECT count(*) FROM refusals"))
            }
            if rest.isEmpty {
                young.closing.removeFirst()
            } else {
                young.closing[0].step = .foldingRefusals(rest)
            }
        }
        confirm()
    }

    /// Writes the lists of some parties, and says which are left.
    private func writeIndex(
        of segment: ClosingSegment, _ parties: ArraySlice<AccountNumber>
    ) throws(StoreError) -> ArraySlice<AccountNumber> {
        var rows = BulkInsert(
            database, "INSERT INTO \(Schema.index(segment.base))", columns: 3,
            seed: Schema.indexSeed(segment.base))
        var lines = 0
        var rest = parties.prefix(options.sliceRows)
        while lines < Self.sliceLines, let party = rest.popFirst() {
            let list = segment.letters.lines(of: party)
            lines += list.count
            rows.integer(party.rawValue)
            let following = rest.first ?? parties.dropFirst(options.sliceRows).first
            rows.integer(following?.rawValue)
            rows.blob(list.lazy.map(\.bits))
            try rows.endRow()
        }
        try rows.finish()
        return parties[rest.startIndex...]
    }

    /// The rows get the state of now, and say so: entries up to the head will not be counted again.
    private func fold(_ accounts: ArraySlice<AccountNumber>) throws(StoreError) {
        var rows = BulkInsert(
            database, "INSERT OR REPLACE INTO accounts", columns: 9, seed: Schema.accountsSeed)
        for number in accounts {
            guard let account = young.ledger.accounts[number] else { continue }
            rows.integer(number.rawValue)
            rows.text(account.name.text)
            rows.integer(account.opened)
            rows.integer(account.ended)
            rows.integer(account.cursor)
            rows.integer(Int64(account.waiting))
            rows.integer(account.lastActive?.seconds)
            rows.integer((account.lastActive?.offset).map(Int64.init))
            rows.integer(young.head)
            try rows.endRow()
        }
        try rows.finish()
    }

    private func fold(_ keys: ArraySlice<RefusalKey>) throws(StoreError) {
        let removal = try database.prepare("DELETE FROM refusals WHERE name = ? AND address = ?")
        var rows = BulkInsert(
            database, "INSERT OR REPLACE INTO refusals", columns: 4, seed: Schema.refusalsSeed)
        for key in keys {
            if let known = young.ledger.refusals[key] {
                rows.text(known.name)
                rows.text(known.address)
                rows.text(known.failuresText)
                rows.integer(known.blockedUntil)
                try rows.endRow()
            } else {
                try removal.run(text: key.name, key.address)
            }
        }
        try rows.finish()
    }
}
