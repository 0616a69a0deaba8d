package import Protocol

// Reading somebody's mail: the list of the reader and the list of everybody, segment by segment,
// merged by number.

extension SQLiteStore {
    package func mail(
        for reader: AccountNumber, after: MessageNumber, through: MessageNumber, bytes: Int
    ) throws(StoreError) -> MailPage {
        precondition(isRecovered, "recover() comes first")
        return try guarded { () throws(StoreError) in
            guard let account = young.ledger.accounts[reader], account.exists else {
                return MailPage(letters: [], isLast: true)
            }
            let first = min(max(after.value, account.opened), young.head) + 1
            let last = min(through.value, young.head)
            guard first <= last else { return MailPage(letters: [], isLast: true) }

            var page = Page(room: bytes)
            for base in stride(
                from: young.base(of: first), through: last, by: Int(young.segmentEntries))
            {
                let range = max(first, base)...min(last, base + young.segmentEntries - 1)
                guard try add(to: &page, for: reader, range, of: base) else {
                    return MailPage(letters: page.letters, isLast: false)
                }
            }
            return MailPage(letters: page.letters, isLast: true)
        }
    }

    /// What goes into one page.
    private struct Page {
        var letters: [StoredLetter] = []
        var room: Int

        init(room: Int) {
            self.room = room
        }

        /// False when it does not fit any more. The first one always does.
        mutating func add(_ letter: Letter, _ number: Int64) -> Bool {
            let size = letter.text.bytes.count
            guard letters.isEmpty || size <= room else { return false }
            letters.append(StoredLetter(number: MessageNumber(number), letter: letter))
            room -= size
            return true
        }
    }

    /// False when the page is full.
    private func add(
        to page: inout Page, for reader: AccountNumber, _ range: ClosedRange<Int64>, of base: Int64
    ) throws(StoreError) -> Bool {
        let from = Int(range.lowerBound - base)
        var own = try lines(of: reader, in: base, from: from)[...]
        var everyones = try lines(of: .everyone, in: base, from: from)[...]

        while true {
            let line: Line
            if let first = own.first, first.offset < everyones.first?.offset ?? .max {
                line = own.removeFirst()
                if line.flags.contains(.sent) { continue }
            } else if let first = everyones.popFirst() {
                line = first
                if line.other == reader { continue }
            } else {
                return true
            }

            let number = base + Int64(line.offset)
            guard range.contains(number) else { return true }
            let letter = try letter(number)
            if line.flags.contains(.leavesSomeOut), !letter.isFor(reader) { continue }
            guard page.add(letter, number) else { return false }
        }
    }

    /// From memory as long as the segment has no index.
    func lines(
        of party: AccountNumber, in base: Int64, from offset: Int = 0
    ) throws(StoreError) -> [Line] {
        if let letters = young.letters(in: base) { return letters.lines(of: party, from: offset) }
        return try readers.lines(of: party, in: base, of: database, from: offset)
    }

    func letter(_ number: Int64) throws(StoreError) -> Letter {
        if let letter = young.recent[number] { return letter }
        return try readers.letter(number, in: young.base(of: number), of: database)
    }
}
