import Protocol

/// What memory knows of the log: its head, what it says of accounts and rooms, the newest entries,
/// and who has letters in the segments that have no index yet.
///
/// It hears of entries when they have been committed, or are read again at the start, and of
/// nothing else.
struct YoungLog {
    let segmentEntries: Int64
    private(set) var head: Int64 = 0
    var ledger = Ledger()
    private(set) var recent: RecentEntries
    /// Of the segment that is written to.
    private var letters = SegmentLetters()
    private var newest: WallTime?
    private(set) var openBase: Int64 = 0
    /// Full, but not yet done with; the oldest first.
    var closing: [ClosingSegment] = []

    init(segmentEntries: Int64, recentBytes: Int) {
        self.segmentEntries = segmentEntries
        recent = RecentEntries(bytesMax: recentBytes)
    }

    /// Everything before this segment has its index.
    mutating func begin(at base: Int64) {
        openBase = base
        head = firstNumber(of: base) - 1
    }

    mutating func take(_ group: [Entry]) {
        guard !group.isEmpty else { return }
        recent.append(group, first: head + 1)
        for entry in group {
            head += 1
            if head == openBase + segmentEntries { closeSegment() }
            ledger.apply(entry, head, segment: openBase)
            letters.append(entry, offset: Int(head - openBase))
            if let time = entry.time, time.seconds > newest?.seconds ?? .min { newest = time }
        }
    }

    /// The next entry is damaged. What is left of a letter says whose it was, as the index of a
    /// closed segment would; but nothing vouches for that, so everybody is told.
    mutating func lose(_ remains: Remains) {
        head += 1
        if head == openBase + segmentEntries { closeSegment() }
        let offset = Int(head - openBase)
        if case .letter(let letter) = remains, ledger.knows(letter) {
            ledger.apply(.letter(letter), head, segment: openBase)
            letters.append(.letter(letter), offset: offset)
        }
        letters.lose(offset: offset)
    }

    private mutating func closeSegment() {
        closing.append(
            ClosingSegment(
                base: openBase, letters: letters, changes: ledger.takeChanges(), newest: newest))
        letters = SegmentLetters()
        newest = nil
        openBase += segmentEntries
    }

    /// Nil when the segment has its index on disk.
    func letters(in base: Int64) -> SegmentLetters? {
        base == openBase ? letters : closing.first { $0.base == base }?.letters
    }

    // MARK: - Numbers

    func base(of number: Int64) -> Int64 {
        number - number % segmentEntries
    }

    /// 0 is no number.
    func firstNumber(of base: Int64) -> Int64 {
        max(base, 1)
    }
}
