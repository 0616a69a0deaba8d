package import Protocol

// Reading a conversation back, from its end, segment by segment through the lists of its parties.

extension SQLiteStore {
    package func history(_ query: HistoryQuery) throws(StoreError) -> HistoryPage {
        precondition(isRecovered, "recover() comes first")
        return try guarded { () throws(StoreError) in
            guard let reader = young.ledger.accounts[query.reader], reader.exists,
                let beginning = beginning(of: query.conversation, for: reader)
            else { return HistoryPage(numbers: [], next: nil) }

            var numbers: [MessageNumber] = []
            var before = min(query.before.value, young.head + 1)
            var segments = 0
            while before - 1 > beginning, numbers.count < query.count,
                segments < Self.historySegments
            {
                let base = young.base(of: before - 1)
                let lists = lists(for: query, in: base)
                if !lists.isEmpty {
                    numbers += try said(
                        in: query, lists, between: beginning, and: before, of: base,
                        count: query.count - numbers.count)
                    segments += 1
                }
                before = young.firstNumber(of: base)
            }
            if numbers.count >= query.count { return HistoryPage(numbers: numbers, next: nil) }
            guard before - 1 <= beginning else {
                return HistoryPage(numbers: numbers, next: MessageNumber(before))
            }
            return HistoryPage(numbers: numbers, next: nil, cut: cut(after: beginning))
        }
    }

    /// Where something of a conversation can be.
    private struct Lists: OptionSet {
        let rawValue: Int
        /// That of the room, or those of the two people.
        static let own = Lists(rawValue: 1)
        static let everyone = Lists(rawValue: 2)
    }

    /// Those of a segment that are worth a look, which is found out without one at the disk.
    private func lists(for query: HistoryQuery, in base: Int64) -> Lists {
        guard state(of: base) != .dropped else { return [] }
        func mayHold(_ key: ConversationMarks.Key) -> Bool { marks[base]?.mayHold(key) ?? true }
        switch query.conversation {
        case .room(let room): return mayHold(ConversationMarks.Key(room)) ? .own : []
        case .person(let other):
            var lists: Lists = []
            if mayHold(ConversationMarks.Key(query.reader, other)) { lists.insert(.own) }
            if mayHold(ConversationMarks.Key(toEveryoneFrom: other)) { lists.insert(.everyone) }
            return lists
        }
    }

    /// What one question looks through: some 20 µs each.
    private static let historySegments = 256

    /// Nothing of it can have been written up to here. Nil when there is no such conversation.
    private func beginning(
        of conversation: Conversation, for reader: Ledger.Account
    ) -> Int64? {
        switch conversation {
        case .person: reader.opened
        case .room(.lobby): 0
        case .room(let room): young.ledger.rooms[room]?.opened
        }
    }

    /// Up to when something of what was written after this number may have been forgotten.
    private func cut(after beginning: Int64) -> WallTime? {
        guard let last = segments.last(where: \.state.hasHoles),
            last.base + young.segmentEntries - 1 > beginning
        else { return nil }
        return segments.lazy.filter(\.state.hasHoles).compactMap(\.newest)
            .filter { $0.seconds > 0 }.max { $0.seconds < $1.seconds }
    }

    /// The newest in one segment, the newest first.
    private func said(
        in query: HistoryQuery, _ lists: Lists, between beginning: Int64, and before: Int64,
        of base: Int64,
        count: Int
    ) throws(StoreError) -> [MessageNumber] {
        let range = beginning + 1..<before
        var numbers: [Int64] = []
        switch query.conversation {
        case .room(let room):
            numbers = try lines(of: Party(room), in: base).map { base + Int64($0.offset) }
        case .person(let other):
            if lists.contains(.own) {
                numbers = try between(query.reader, other, in: base).map {
                    base + Int64($0.offset)
                }
            }
            let toEveryone =
                lists.contains(.everyone) ? try lines(of: .everyone, in: base) : []
            for line in toEveryone where line.other == other {
                let number = base + Int64(line.offset)
                guard range.contains(number), try isShown(line, number, to: query.reader) else {
                    continue
                }
                numbers.append(number)
            }
            numbers.sort()
        }
        return numbers.reversed().lazy.filter(range.contains).prefix(count)
            .map(MessageNumber.init)
    }

    /// Letters of these two to each other: they stand in the lists of both.
    private func between(
        _ reader: AccountNumber, _ other: AccountNumber, in base: Int64
    ) throws(StoreError) -> [Line] {
        var (one, another) = (reader, other)
        if young.letters(in: base) == nil, mended[base] == nil {
            let sizes = try unlessDamaged { () throws(StoreError) in
                try readers.sizes(of: Party(reader), Party(other), in: base, of: database)
            }
            if let sizes, sizes.1 < sizes.0 { swap(&one, &another) }
        }
        return try lines(of: Party(one), in: base).filter { $0.other == another }
    }

    /// A letter to everybody, in what the reader and its writer have to do with each other.
    private func isShown(
        _ line: Line, _ number: Int64, to reader: AccountNumber
    ) throws(StoreError) -> Bool {
        guard line.other != reader, line.flags.contains(.leavesSomeOut) else { return true }
        guard case .letter(let letter) = try readable(number) else { return true }
        return letter.isFor(reader)
    }

    // MARK: - Entries

    package func entries(
        _ numbers: [MessageNumber], bytes: Int
    ) throws(StoreError) -> MailPage {
        precondition(isRecovered, "recover() comes first")
        return try guarded { () throws(StoreError) in
            var draft = PageDraft(bytes: bytes)
            for number in numbers where number > .zero && number.value <= young.head {
                guard let finding = try finding(at: number) else { continue }
                guard draft.add([finding]) else {
                    return draft.page(isLast: false, damage: takeDamage())
                }
            }
            return draft.page(isLast: true, damage: takeDamage())
        }
    }

    private func finding(at number: MessageNumber) throws(StoreError) -> Finding? {
        let found = try unlessDamaged { () throws(StoreError) in try kept(number.value) }
        if let found { return found.flatMap { Finding($0, number) } }
        let about = try time(near: number.value)
        return .lost(LostLetter(.ofAll(from: number), number, about: about))
    }
}
