package import Protocol

// Reading somebody's mail: the lists of the reader, of everybody and of the rooms, segment by
// segment, merged by number.

extension SQLiteStore {
    package func mail(_ query: MailQuery, bytes: Int) throws(StoreError) -> MailPage {
        precondition(isRecovered, "recover() comes first")
        return try guarded { () throws(StoreError) in
            var draft = PageDraft(bytes: bytes)
            let isLast = try walk(query) { place throws(StoreError) in
                let findings = try findings(at: place, query)
                return findings.isEmpty || draft.add(findings)
            }
            return draft.page(isLast: isLast, damage: takeDamage())
        }
    }

    /// Place by place where mail of the reader may be, until it is told to stop. Says whether it
    /// was not.
    func walk(
        _ query: MailQuery, _ visit: (MailPlaces.Place) throws(StoreError) -> Bool
    ) throws(StoreError) -> Bool {
        guard let account = young.ledger.accounts[query.reader], account.exists else { return true }
        let first = min(max(query.after.value, account.opened), young.head) + 1
        let last = min(query.through.value, young.head)
        guard first <= last else { return true }

        for base in stride(
            from: young.base(of: first), through: last, by: Int(young.segmentEntries))
        {
            guard state(of: base) != .dropped else { continue }
            let range = max(first, base)...min(last, base + young.segmentEntries - 1)
            var places = try places(for: query, range, of: base)
            while let place = places.next() {
                guard try visit(place) else { return false }
            }
        }
        return true
    }

    private func findings(
        at place: MailPlaces.Place, _ query: MailQuery
    ) throws(StoreError) -> [Finding] {
        let number = MessageNumber(place.number)
        if place.isReadable {
            let found = try unlessDamaged { () throws(StoreError) in try entry(place.number) }
            if let found { return found.map { query.findings(in: $0, number) } ?? [] }
        }
        let about = try time(near: place.number)
        return place.losses.map { .lost(LostLetter($0, number, about: about)) }
    }

    private func places(
        for query: MailQuery, _ range: ClosedRange<Int64>, of base: Int64
    ) throws(StoreError) -> MailPlaces {
        let parties = parties(of: query, range)
        let from = Int(range.lowerBound - base)
        var lists: [[Line]] = []
        for party in parties { lists.append(try lines(of: party, in: base, from: from)) }
        let mended = mended[base]
        // The index can have turned out to be damaged with the last list alone.
        if let mended { lists = parties.map { mended.letters.lines(of: $0, from: from) } }

        var places = MailPlaces(query, range, of: base, gaps: mended?.gaps ?? [])
        for (party, lines) in zip(parties, lists) { places.add(lines, of: party) }
        return places
    }

    /// In whose lists mail may be.
    private func parties(of query: MailQuery, _ range: ClosedRange<Int64>) -> [Party] {
        var parties: [Party] = []
        if case .room = query.only {} else { parties = [Party(query.reader), .everyone] }
        let rooms = query.rooms.filter { span in
            span.after.value < range.upperBound
                && span.through.map { $0.value >= range.lowerBound } ?? true
                && (query.only == nil || query.only == .room(span.room))
        }
        return parties + Set(rooms.map(\.room)).sorted().map(Party.init)
    }

    /// From memory as long as the segment has no index, or none that can be relied on.
    func lines(
        of party: Party, in base: Int64, from offset: Int = 0
    ) throws(StoreError) -> [Line] {
        if state(of: base) == .dropped { return [] }
        if let letters = young.letters(in: base) ?? mended[base]?.letters {
            return letters.lines(of: party, from: offset)
        }
        let lines = try unlessDamaged { () throws(StoreError) in
            try readers.lines(of: party, in: base, of: database, from: offset)
        }
        if let lines { return lines }
        return try mendIndex(of: base).letters.lines(of: party, from: offset)
    }

    /// Nil when it has been forgotten.
    func entry(_ number: Int64) throws(StoreError) -> Entry? {
        let base = young.base(of: number)
        switch state(of: number) {
        case .open, .indexed:
            if let entry = young.recent[number] { return entry }
            return try readers.entry(number, in: base, of: database)
        case .thinned: return try readers.entry(number, in: base, of: database)
        case .thinning: return try readers.find(number, in: base, of: database)
        case .dropped: return nil
        }
    }

    /// The same for a number of which nobody has said that there is a letter.
    func kept(_ number: Int64) throws(StoreError) -> Entry? {
        guard state(of: number) == .thinned else { return try entry(number) }
        return try readers.find(number, in: young.base(of: number), of: database)
    }

    /// Nil also when it is damaged, which is noted.
    func readable(_ number: Int64) throws(StoreError) -> Entry? {
        try unlessDamaged { () throws(StoreError) in try entry(number) } ?? nil
    }
}
