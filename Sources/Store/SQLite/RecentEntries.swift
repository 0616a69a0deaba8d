import Protocol

/// The newest entries, so that young mail is read from memory: the groups as they were committed,
/// up to a ceiling for their bytes. What is older is read from disk.
struct RecentEntries {
    private struct Group {
        let first: Int64
        let entries: [Entry]
        let bytes: Int
    }

    private var groups: [Group] = []
    /// Of those at the front that have been dropped; the array is moved up when they are many.
    private var dropped = 0
    private var bytes = 0
    private let bytesMax: Int

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    subscript(number: Int64) -> Entry? {
        var low = dropped
        var high = groups.count
        while low < high {
            let middle = (low + high) / 2
            if groups[middle].first <= number { low = middle + 1 } else { high = middle }
        }
        guard low > dropped, case let group = groups[low - 1],
            number - group.first < group.entries.count
        else { return nil }
        return group.entries[Int(number - group.first)]
    }

    mutating func append(_ entries: [Entry], first: Int64) {
        let size = entries.reduce(0) { $0 + Self.size($1) }
        groups.append(Group(first: first, entries: entries, bytes: size))
        bytes += size
        while bytes > bytesMax, dropped < groups.count { dropFirst() }
    }

    private mutating func dropFirst() {
        bytes -= groups[dropped].bytes
        groups[dropped] = Group(first: groups[dropped].first, entries: [], bytes: 0)
        dropped += 1
        if dropped > groups.count / 2 {
            groups.removeFirst(dropped)
            dropped = 0
        }
    }

    /// With the entry itself and what the allocation of a text costs.
    private static func size(_ entry: Entry) -> Int {
        if case .letter(let letter) = entry { letter.text.bytes.count + 128 } else { 128 }
    }
}
