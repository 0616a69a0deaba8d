import Protocol
import Store

/// Letters to 10,000 readers, committed in groups, with a slice of tidying after each.
struct Throughput {
    private let groupSize: Int
    private var letters = 0
    private var time = Duration.zero
    private var processorTime = Duration.zero
    private var bytes: Int?
    private var longestCommit = Duration.zero
    private var longestSlice = Duration.zero
    private var longestCheckpoint = Duration.zero
    private var checkpoints = 0

    static func measure(
        _ folder: String, groups: Int, of size: Int
    ) throws(StoreError) -> Throughput {
        let store = try SQLiteStore(folder: folder)
        _ = try store.recover()
        var traffic = Traffic(accounts: 10_000)
        var filling = store
        try filling.fill(traffic.openings())

        var result = Throughput(groupSize: size)
        let before = Machine.bytesWritten
        for _ in 0..<groups {
            let group = traffic.letters(size)
            try result.commit(group, to: store)
            _ = try result.tidy(store)
        }
        while try result.tidy(store) {}
        if let before, let after = Machine.bytesWritten { result.bytes = after - before }
        store.close()
        return result
    }

    private init(groupSize: Int) {
        self.groupSize = groupSize
    }

    private mutating func commit(_ group: [Entry], to store: SQLiteStore) throws(StoreError) {
        let taken = try timed { () throws(StoreError) in _ = try store.commit(group) }
        letters += group.count
        longestCommit = max(longestCommit, taken)
    }

    private mutating func tidy(_ store: SQLiteStore) throws(StoreError) -> Bool {
        let before = store.checkpoints
        var hasMore = false
        let taken = try timed { () throws(StoreError) in hasMore = try store.tidy() }
        if store.checkpoints > before {
            checkpoints += 1
            longestCheckpoint = max(longestCheckpoint, taken)
        } else {
            longestSlice = max(longestSlice, taken)
        }
        return hasMore
    }

    private mutating func timed(_ body: () throws(StoreError) -> Void) throws(StoreError)
        -> Duration
    {
        let processorStart = Machine.processorTime
        let start = ContinuousClock.now
        try body()
        let taken = ContinuousClock.now - start
        processorTime += Machine.processorTime - processorStart
        time += taken
        return taken
    }

    func rows(rateMin: Double, bytesMax: Double?) -> [Row] {
        let of = "groups of \(groupSize): "
        var rows = [
            Row.atLeast(of + "durable messages", rateMin, Double(letters) / time.inSeconds, "/s")
        ]
        if let bytes {
            let each = Double(bytes) / Double(letters)
            let what = of + "written for each"
            rows.append(bytesMax.map { .atMost(what, $0, each, "B") } ?? .note(what, each, "B"))
        }
        rows += [
            .note(
                of + "processor time for each",
                processorTime.inSeconds * 1e6 / Double(letters), "µs"),
            .note(of + "longest commit", longestCommit.inMilliseconds, "ms"),
            .atMost(of + "longest slice of closing", 10, longestSlice.inMilliseconds, "ms"),
            .note(of + "longest checkpoint", longestCheckpoint.inMilliseconds, "ms"),
            .note(of + "checkpoints", Double(checkpoints), ""),
        ]
        return rows
    }
}
