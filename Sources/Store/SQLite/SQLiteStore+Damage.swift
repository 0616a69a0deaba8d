import Protocol

// What is done about damage that shows when mail is read: it is named, and hides as little as can
// be. Nothing is changed on disk: the log stays as it was found.

extension SQLiteStore {
    /// Nil when what was to be read is damaged.
    func unlessDamaged<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result? {
        do throws(StoreError) {
            return try body()
        } catch .damaged(let what) {
            note(what)
            return nil
        } catch {
            throw error
        }
    }

    func note(_ what: String) {
        if damage.count < Self.damageMax { damage.append(what) }
    }

    /// `chatserv check` names the rest.
    private static let damageMax = 1_000

    /// For the log.
    func takeDamage() -> [String] {
        defer { damage = [] }
        return damage
    }

    // MARK: - A letter

    /// When an entry beside it was written: the same one every time, so that what is shown of a
    /// lost letter stays the same.
    func time(near number: Int64) throws(StoreError) -> WallTime {
        let base = young.base(of: number)
        let segment = young.firstNumber(of: base)...(base + young.segmentEntries - 1)
        for distance: Int64 in 1...Self.neighbours {
            for other in [number - distance, number + distance]
            where segment.contains(other) && other <= young.head {
                let entry = try unlessDamaged { () throws(StoreError) in try kept(other) }
                if let time = entry??.time { return time }
            }
        }
        return WallTime(seconds: 0)
    }

    private static let neighbours: Int64 = 64

    // MARK: - An index

    /// The log is the truth, and the index a view on it: what the index of a segment should say is
    /// read from there, in some 50 ms, and kept in memory.
    func mendIndex(of base: Int64) throws(StoreError) -> MendedIndex {
        var index = MendedIndex()
        let mayBeMissing = try isMissingOnlyWhatIsForgotten(in: base)
        for number in young.firstNumber(of: base)..<base + young.segmentEntries {
            let entry = try unlessDamaged { () throws(StoreError) in
                mayBeMissing
                    ? try readers.find(number, in: base, of: database)
                    : try readers.entry(number, in: base, of: database)
            }
            if let entry {
                if let entry { index.letters.append(entry, offset: Int(number - base)) }
            } else {
                index.lose(number)
            }
        }
        if mended.count == Self.mendedMax { mended = [:] }
        mended[base] = index
        return index
    }

    /// As many are left as there should be.
    private func isMissingOnlyWhatIsForgotten(in base: Int64) throws(StoreError) -> Bool {
        switch state(of: base) {
        case .open, .indexed: return false
        case .thinning, .dropped: return true
        case .thinned:
            let rows = try database.integer("SELECT count(*) FROM \(Schema.segment(base))")
            return rows == segments[Int(base / young.segmentEntries)].kept
        }
    }

    /// Some 2 MB each.
    private static let mendedMax = 16
}

/// Who has letters in a segment, as far as its log can be read.
struct MendedIndex {
    var letters = SegmentLetters()
    /// What cannot be, and may have been for anybody.
    private(set) var gaps: [ClosedRange<Int64>] = []

    mutating func lose(_ number: Int64) {
        if let gap = gaps.last, gap.upperBound == number - 1 {
            gaps[gaps.count - 1] = gap.lowerBound...number
        } else {
            gaps.append(number...number)
        }
    }
}
