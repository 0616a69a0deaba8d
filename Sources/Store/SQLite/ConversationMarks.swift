import Protocol

/// Which conversations something of is in a closed segment: so that one that was led long ago is
/// found without a look at all the lists since.
///
/// A set that may hold too much, but never too little (a Bloom filter): each conversation marks
/// four of twelve bits for each, so that one in 150 is looked for in vain. It is an aid alone:
/// without it, or when it is damaged, the lists are looked at.
struct ConversationMarks {
    private var words: [UInt64]

    /// Better each only once.
    init(_ conversations: [Key]) {
        let bits = conversations.count * Self.bitsForEach
        words = Array(repeating: 0, count: max(1, (bits + 63) / 64))
        for key in conversations {
            for place in places(of: key) { words[place >> 6] |= 1 << UInt64(place & 63) }
        }
    }

    /// Adds what is in a party's list of an index, each once. What was sent stands in another list
    /// as well.
    static func add(_ lines: [Line], of party: Party, to conversations: inout [Key]) {
        let start = conversations.count
        if let room = party.room { return conversations.append(Key(room)) }
        for line in lines where !line.flags.contains(.sent) {
            conversations.append(Key(line, of: party))
        }
        conversations[start...].sort()
        var end = start
        for place in start..<conversations.count
        where place == start || conversations[place] != conversations[end - 1] {
            conversations[end] = conversations[place]
            end += 1
        }
        conversations.removeLast(conversations.count - end)
    }

    /// As they were written. Nil when they cannot have been.
    init?(words: [UInt64]) {
        guard !words.isEmpty else { return nil }
        self.words = words
    }

    private static let bitsForEach = 12
    private static let marksOfEach: UInt32 = 4

    func mayHold(_ key: Key) -> Bool {
        places(of: key).allSatisfy { words[$0 >> 6] >> UInt64($0 & 63) & 1 == 1 }
    }

    private func places(of key: Key) -> some Sequence<Int> {
        let bits = UInt64(words.count * 64)
        let mixed = key.mixed
        let (first, step) = (UInt32(truncatingIfNeeded: mixed), UInt32(mixed >> 32) | 1)
        return (0..<Self.marksOfEach).lazy.map { number in
            // A number of 32 bits, spread over all places.
            Int((UInt64(first &+ number &* step) &* bits) >> 32)
        }
    }

    // MARK: - On disk

    func write(of base: Int64, to database: Database) throws(StoreError) {
        var rows = BulkInsert(
            database, "INSERT OR REPLACE INTO conversations", columns: 2,
            seed: Schema.conversationsSeed)
        rows.integer(base)
        rows.blob(words)
        try rows.endRow()
        try rows.finish()
    }
}

extension ConversationMarks {
    /// Two people, a room, or what somebody writes to everybody.
    struct Key: Hashable, Comparable {
        private let bits: UInt64

        init(_ one: AccountNumber, _ another: AccountNumber) {
            let (low, high) = one < another ? (one, another) : (another, one)
            bits = UInt64(low.value) << 32 | UInt64(high.value)
        }

        /// No two people: an account has 32 bits, and none the highest of all.
        init(_ room: RoomNumber) {
            bits = .max << 32 | UInt64(room.value)
        }

        init(toEveryoneFrom sender: AccountNumber) {
            bits = UInt64(sender.value)
        }

        /// Of a line in somebody's list.
        init(_ line: Line, of party: Party) {
            if let room = party.room {
                self.init(room)
            } else if let account = party.account {
                self.init(account, line.other)
            } else {
                self.init(toEveryoneFrom: line.other)
            }
        }

        static func < (left: Key, right: Key) -> Bool { left.bits < right.bits }

        /// SplitMix64, so that every bit has an influence on every place.
        fileprivate var mixed: UInt64 {
            var mixed = bits &+ 0x9e37_79b9_7f4a_7c15
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }
}

extension Statement {
    /// A row of `conversations`. Nil when it is not what was written.
    var conversationMarks: (base: Int64, marks: ConversationMarks)? {
        guard isIntact(seed: Schema.conversationsSeed), let words: [UInt64] = words(1),
            let marks = ConversationMarks(words: words)
        else { return nil }
        return (integer(0), marks)
    }
}

/// Those of the newest segments, which are kept in memory.
struct RecentMarks {
    private var marks: [Int64: ConversationMarks] = [:]
    private var segmentEntries: Int64

    /// Some 100 kB each, if no two letters are of one conversation.
    static let segmentsMax = 512

    init(segmentEntries: Int64) {
        self.segmentEntries = segmentEntries
    }

    subscript(base: Int64) -> ConversationMarks? {
        get { marks[base] }
        set {
            marks[base] = newValue
            marks[base - segmentEntries * Int64(Self.segmentsMax)] = nil
        }
    }
}
