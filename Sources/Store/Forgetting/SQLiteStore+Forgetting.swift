package import Protocol

// The slices in which old segments are thinned.

extension SQLiteStore {
    package func forget(before: WallTime) throws(StoreError) {
        precondition(isRecovered, "recover() comes first")
        forgetting = Forgetting(before: before)
    }

    /// One slice. The step is taken after its commit.
    func forgetFurther(_ work: Forgetting) throws(StoreError) {
        do throws(StoreError) {
            forgetting = try next(work)
            confirm()
        } catch .damaged(let what) {
            // It is left as it was found, until the next time.
            forgetting = nil
            throw .damaged(what)
        } catch {
            throw error
        }
    }

    /// Nil when there is nothing left that is old enough.
    private func next(_ work: Forgetting) throws(StoreError) -> Forgetting? {
        guard work.place < segments.count else { return nil }
        let row = segments[work.place]
        let range = young.firstNumber(of: row.base)...(row.base + young.segmentEntries - 1)
        var work = work
        switch work.step {
        case .begun:
            guard let newest = row.newest else {
                work.step = .dating(next: range.lowerBound, newest: nil)
                return work
            }
            guard newest.seconds < work.before.seconds else { return nil }
            if row.state == .dropped || mended[row.base] != nil { return skip(work) }
            let thinning = Thinning(base: row.base, range: range)
            work.step = .gathering(thinning, next: AccountNumber(0))

        case .dating(let next, let newest):
            let slice = next...min(range.upperBound, next + Int64(options.sliceRows) - 1)
            let newest = try self.newest(in: slice, newest)
            if slice.upperBound < range.upperBound {
                work.step = .dating(next: slice.upperBound + 1, newest: newest)
            } else {
                var row = row
                // The first moment, if none of its entries says one.
                row.newest = newest ?? WallTime(seconds: 0)
                try replace(work.place, with: row) { () throws(StoreError) in }
                work.step = .begun
            }

        case .gathering(let thinning, let next):
            let end = AccountNumber(next.value + Self.accountsInSlice)
            for number in next.value..<end.value {
                if let account = young.ledger.accounts[AccountNumber(number)] {
                    thinning.stragglers.add(account)
                }
            }
            work.step =
                end <= young.ledger.lastAccount
                ? .gathering(thinning, next: end)
                : .collecting(thinning, parties(of: thinning)[...])

        case .collecting(let thinning, let parties):
            let rest = try collect(thinning, parties)
            if mended[row.base] != nil { return skip(work) }
            work.step = .collecting(thinning, rest)
            if rest.isEmpty { return try begin(thinning, row, work) }

        case .deleting(let thinning, let pieces):
            let rest = try delete(pieces, from: thinning)
            work.step =
                rest.isEmpty
                ? .indexing(thinning, above: nil) : .deleting(thinning, rest)

        case .indexing(let thinning, let above):
            if let edge = try thinIndex(thinning, above) {
                work.step = .indexing(thinning, above: edge)
            } else {
                var row = row
                row.state = .thinned
                try replace(work.place, with: row) { () throws(StoreError) in }
                return skip(work)
            }
        }
        return work
    }

    private static let accountsInSlice: UInt32 = 8_192

    private func skip(_ work: Forgetting) -> Forgetting {
        Forgetting(before: work.before, place: work.place + 1)
    }

    private func replace(
        _ place: Int, with row: SegmentRow, _ body: () throws(StoreError) -> Void
    ) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            try row.write(to: database)
            try body()
        }
        segments[place] = row
    }

    private func newest(
        in slice: ClosedRange<Int64>, _ known: WallTime?
    ) throws(StoreError) -> WallTime? {
        var newest = known
        for number in slice {
            let entry = try unlessDamaged { () throws(StoreError) in
                try readers.entry(number, in: young.base(of: number), of: database)
            }
            if let time = entry?.time, time.seconds > newest?.seconds ?? .min { newest = time }
        }
        return newest
    }

    // MARK: - What is wanted

    /// In whose lists there may be something for somebody.
    private func parties(of thinning: Thinning) -> [Party] {
        let stragglers = thinning.stragglers
        guard !stragglers.persons.isEmpty else { return [] }
        return [.everyone] + stragglers.persons.map { Party($0.number) }
            + stragglers.rooms.filter { !$0.value.isEmpty }.keys.sorted().map(Party.init)
    }

    private func collect(
        _ thinning: Thinning, _ parties: ArraySlice<Party>
    ) throws(StoreError) -> ArraySlice<Party> {
        var rest = parties
        var work = Self.workInSlice
        while work > 0, let party = rest.popFirst() {
            let lines = try lines(of: party, in: thinning.base)
            work -= 200 + lines.count
            if let number = party.account {
                collect(lines, of: number, thinning)
            } else if !lines.isEmpty {
                work -= thinning.range.count / 16
                try collect(lines, of: party.room, thinning)
            }
        }
        return rest
    }

    /// Some 2 ms, in lines that are looked at. A list costs as much as 200 of them.
    private static let workInSlice = 100_000

    private func collect(_ lines: [Line], of number: AccountNumber, _ thinning: Thinning) {
        guard let account = young.ledger.accounts[number] else { return }
        for line in lines where !line.flags.contains(.sent) {
            let number = thinning.base + Int64(line.offset)
            let read = max(account.cursor, account.apart[.person(line.other)] ?? 0)
            if number > read { thinning.want(number) }
        }
    }

    /// To a room, or to everybody.
    private func collect(
        _ lines: [Line], of room: RoomNumber?, _ thinning: Thinning
    ) throws(StoreError) {
        let stragglers = thinning.stragglers
        let readership = room.flatMap { stragglers.rooms[$0] } ?? stragglers.everyone
        let counts = readership.counts
        for line in lines {
            // Of the lobby nobody comes to know later who has come and gone.
            if room == .lobby, line.flags.contains(.news) { continue }
            let number = thinning.base + Int64(line.offset)
            guard counts[Int(number - thinning.range.lowerBound)] > 0 else { continue }
            var others = Set(try leftOut(of: line, number))
            if !line.flags.contains(.toldToAll) { others.insert(line.other) }
            if room == nil {
                others.formUnion(stragglers.readApart(from: line.other, number))
            }
            if readership.hasReader(of: number, besides: others, counts) { thinning.want(number) }
        }
    }

    // MARK: - What is not

    private func begin(
        _ thinning: Thinning, _ row: SegmentRow, _ work: Forgetting
    ) throws(StoreError) -> Forgetting {
        var (row, work) = (row, work)
        readers.forget(row.base)
        row.kept = Int64(thinning.wanted)
        guard thinning.wanted > 0 else {
            row.state = .dropped
            try replace(work.place, with: row) { () throws(StoreError) in
                try database.execute("DELETE FROM conversations WHERE base = \(row.base)")
                try database.execute("DROP TABLE \(Schema.index(row.base))")
                try database.execute("DROP TABLE \(Schema.segment(row.base))")
            }
            marks[row.base] = nil
            return skip(work)
        }
        let had = segments[work.place].kept ?? Int64(thinning.range.count)
        if row.kept == had, row.state != .thinning { return skip(work) }
        row.state = .thinning
        try replace(work.place, with: row) { () throws(StoreError) in }
        work.step = .deleting(thinning, thinning.unwanted(piece: options.sliceRows)[...])
        return work
    }

    /// Gives what is left to delete.
    private func delete(
        _ pieces: ArraySlice<ClosedRange<Int64>>, from thinning: Thinning
    ) throws(StoreError) -> ArraySlice<ClosedRange<Int64>> {
        let table = Schema.segment(thinning.base)
        let deletion = try database.prepare("DELETE FROM \(table) WHERE n BETWEEN ? AND ?")
        var rest = pieces
        var rows = options.sliceRows
        try database.transaction { () throws(StoreError) in
            while rows > 0, let piece = rest.popFirst() {
                deletion.bind(piece.lowerBound, 1)
                deletion.bind(piece.upperBound, 2)
                _ = try deletion.step()
                // A statement costs as much as a few rows.
                rows -= piece.count + 4
            }
        }
        return rest
    }

    /// Takes out of some lists what is gone, beginning with the last party, so that it is always
    /// known who comes next. Gives how far it has come; nil at the end.
    private func thinIndex(
        _ thinning: Thinning, _ above: Forgetting.Edge?
    ) throws(StoreError) -> Forgetting.Edge? {
        var lists = try readers.lists(
            below: above?.party, before: above?.next, in: thinning.base, of: database,
            count: options.sliceRows, lines: Self.linesInSlice)
        guard let first = lists.first, let last = lists.last else {
            throw .damaged("\(Schema.index(thinning.base)): the list of 0 is missing")
        }
        // Its turn comes with the next slice; until then it has to know who comes next now.
        let isOver = last.party == .everyone
        if !isOver { lists.removeLast() }

        var next = above?.next
        try database.transaction { () throws(StoreError) in
            let table = Schema.index(thinning.base)
            try database.execute(
                """
                DELETE FROM \(table)
                WHERE party BETWEEN \(last.party.rawValue) AND \(first.party.rawValue)
                """)
            var rows = BulkInsert(
                database, "INSERT INTO \(table)", columns: 3,
                seed: Schema.indexSeed(thinning.base))
            for list in lists {
                let left = list.lines.filter(thinning.wants)
                guard !left.isEmpty || list.party == .everyone else { continue }
                try rows.append(list.party, next: next, left)
                next = list.party
            }
            if !isOver { try rows.append(last.party, next: next, last.lines) }
            try rows.finish()
        }
        return isOver
            ? nil : Forgetting.Edge(party: Party(rawValue: last.party.rawValue + 1), next: next)
    }

    private static let linesInSlice = 16_384
}
