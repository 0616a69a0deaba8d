import Protocol

/// A full segment on its way to being read through its index.
///
///     begun ──► indexing ──► folding ──► foldingRooms ──► foldingRefusals
///                                                                 └──► indexed, gone from memory
///
/// Every arrow and every slice within a state is a transaction of its own. Until the last one has
/// been committed the segment is served from memory, and replayed when the server starts: a crash
/// on the way costs the work again, nothing else.
struct ClosingSegment {
    enum Step {
        /// Left when the parties and accounts are in order: rows that lie side by side share pages.
        case begun
        /// Left when the list of every party is on disk.
        case indexing(ArraySlice<Party>)
        /// Left when the rows of every account that changed are on disk.
        case folding(ArraySlice<AccountNumber>)
        /// Left when the row of every room that changed is on disk.
        case foldingRooms(ArraySlice<RoomNumber>)
        /// Left with the segment marked as indexed.
        case foldingRefusals(ArraySlice<RefusalKey>)
    }

    let base: Int64
    let letters: SegmentLetters
    let changes: Ledger.Changes
    let newest: WallTime?
    /// Of all lists that are on disk. Two people may be there twice.
    var conversations: [ConversationMarks.Key] = []
    /// Made of them when all are there.
    var marks: ConversationMarks?
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
            } else if let forgetting {
                try forgetFurther(forgetting)
            }
            return isCheckpointDue || !young.closing.isEmpty || forgetting != nil
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
            let everyone = parties.first == .everyone ? [] : [Party.everyone]
            young.closing[0].step = .indexing((everyone + parties)[...])

        case .indexing(let parties):
            // The slice may fail, and be tried again.
            var conversations = segment.conversations
            var marks: ConversationMarks?
            let rest = try database.transaction { () throws(StoreError) in
                if parties.startIndex == 0 {
                    try database.execute(Schema.createIndex(segment.base))
                }
                let rest = try writeIndex(of: segment, parties, &conversations)
                if rest.isEmpty {
                    let made = ConversationMarks(conversations)
                    try made.write(of: segment.base, to: database)
                    marks = made
                }
                return rest
            }
            young.closing[0].conversations = rest.isEmpty ? [] : conversations
            young.closing[0].marks = marks
            young.closing[0].step =
                rest.isEmpty ? .folding(segment.changes.accounts.sorted()[...]) : .indexing(rest)

        case .folding(let accounts):
            let rest = try fold(accounts, of: segment.base)
            young.closing[0].step =
                rest.isEmpty ? .foldingRooms(segment.changes.rooms.sorted()[...]) : .folding(rest)

        case .foldingRooms(let rooms):
            let rest = try fold(rooms)
            young.closing[0].step =
                rest.isEmpty
                ? .foldingRefusals(segment.changes.refusals.sorted()[...]) : .foldingRooms(rest)

        case .foldingRefusals(let keys):
            let rest = try fold(keys, of: segment)
            if rest.isEmpty {
                marks[segment.base] = segment.marks
                young.closing.removeFirst()
            } else {
                young.closing[0].step = .foldingRefusals(rest)
            }
        }
        confirm()
    }

    /// Writes the lists of some parties, and says which are left.
    private func writeIndex(
        of segment: ClosingSegment, _ parties: ArraySlice<Party>,
        _ conversations: inout [ConversationMarks.Key]
    ) throws(StoreError) -> ArraySlice<Party> {
        var rows = BulkInsert(
            database, "INSERT INTO \(Schema.index(segment.base))", columns: 3,
            seed: Schema.indexSeed(segment.base))
        var lines = 0
        var rest = parties.prefix(options.sliceRows)
        while lines < Self.sliceLines, let party = rest.popFirst() {
            let list = segment.letters.lines(of: party)
            lines += list.count
            ConversationMarks.add(list, of: party, to: &conversations)
            let next = rest.first ?? parties.dropFirst(options.sliceRows).first
            try rows.append(party, next: next, list)
        }
        try rows.finish()
        return parties[rest.startIndex...]
    }
}
