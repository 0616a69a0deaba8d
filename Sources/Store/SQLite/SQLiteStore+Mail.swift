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
                    return finish(page, isLast: false)
                }
            }
            return finish(page, isLast: true)
        }
    }

    private func finish(_ page: Page, isLast: Bool) -> MailPage {
        MailPage(letters: page.letters, lost: page.lost, isLast: isLast, damage: takeDamage())
    }

    /// What goes into one page.
    private struct Page {
        private(set) var letters: [StoredLetter] = []
        private(set) var lost: [LostLetter] = []
        private var room: Int

        init(room: Int) {
            self.room = room
        }

        /// False when it does not fit any more. The first one always does.
        mutating func add(_ letter: Letter, _ number: Int64) -> Bool {
            guard take(letter.text.bytes.count) else { return false }
            letters.append(StoredLetter(number: MessageNumber(number), letter: letter))
            return true
        }

        mutating func add(_ letter: LostLetter) -> Bool {
            guard take(Self.lostBytes) else { return false }
            lost.append(letter)
            return true
        }

        private mutating func take(_ size: Int) -> Bool {
            guard letters.isEmpty && lost.isEmpty || size <= room else { return false }
            room -= size
            return true
        }

        /// About what the reader will be told of it.
        private static let lostBytes = 100
    }

    /// False when the page is full.
    private func add(
        to page: inout Page, for reader: AccountNumber, _ range: ClosedRange<Int64>, of base: Int64
    ) throws(StoreError) -> Bool {
        var places = try places(for: reader, range, of: base)
        while let place = places.next() {
            let found = try unlessDamaged { () throws(StoreError) in
                place.isReadable ? try letter(place.number) : nil
            }
            if let letter = found ?? nil {
                if place.mayLeaveOut, !letter.isFor(reader) { continue }
                guard page.add(letter, place.number) else { return false }
            } else {
                let number = MessageNumber(place.number)
                let about = try time(near: place.number)
                guard page.add(LostLetter(place.loss, number, about: about)) else { return false }
            }
        }
        return true
    }

    private func places(
        for reader: AccountNumber, _ range: ClosedRange<Int64>, of base: Int64
    ) throws(StoreError) -> MailPlaces {
        let from = Int(range.lowerBound - base)
        var own = try lines(of: reader, in: base, from: from)
        let everyones = try lines(of: .everyone, in: base, from: from)
        let mended = mended[base]
        // The index can have turned out to be damaged with the second list alone.
        if let mended { own = mended.letters.lines(of: reader, from: from) }
        return MailPlaces(
            reader: reader, base: base, range: range, own: own[...], everyones: everyones[...],
            gaps: mended?.gaps[...] ?? [])
    }

    /// From memory as long as the segment has no index, or none that can be relied on.
    func lines(
        of party: AccountNumber, in base: Int64, from offset: Int = 0
    ) throws(StoreError) -> [Line] {
        if let letters = young.letters(in: base) ?? mended[base]?.letters {
            return letters.lines(of: party, from: offset)
        }
        let lines = try unlessDamaged { () throws(StoreError) in
            try readers.lines(of: party, in: base, of: database, from: offset)
        }
        if let lines { return lines }
        return try mendIndex(of: base).letters.lines(of: party, from: offset)
    }

    func letter(_ number: Int64) throws(StoreError) -> Letter {
        if let letter = young.recent[number] { return letter }
        return try readers.letter(number, in: young.base(of: number), of: database)
    }
}
