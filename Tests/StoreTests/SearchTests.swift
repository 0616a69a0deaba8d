import Protocol
import Testing

@testable import Store

// Finding letters by their words: only one's own, and all of them.

@Suite struct SearchTests {
    private func search(
        _ reader: UInt32, _ words: String, in rooms: [UInt32] = [], opened: Int64 = 0,
        count: Int = 50, head: Int64 = .max
    ) -> SearchQuery {
        SearchQuery(
            reader: AccountNumber(reader), opened: MessageNumber(opened),
            rooms: rooms.map(RoomNumber.init), words: words, count: count,
            head: MessageNumber(head))
    }

    /// A store with these entries, and an index that knows them.
    private func filled(_ entries: [Entry]) throws -> (Subject, SearchIndex) {
        var subject = try Subject(.sqlite)
        try subject.commit(entries)
        let index = try SearchIndex(folder: subject.folder.path + "/data")
        while try index.fill(through: MessageNumber(Int64(entries.count))) {}
        return (subject, index)
    }

    @Test func `all words have to be there, whole, in any case and order`() throws {
        let (_, index) = try filled([
            opened(1, "ann"), letter(1, to: 1, "The red fox, and a FOX-terrier"),
            letter(1, to: 1, "Über den Zaun, über-mütig"), letter(1, to: 1, "foxes are red"),
            letter(1, to: 1, "it's 10:45, don't wait"), letter(1, to: 1, "красный лис Лис"),
        ])
        func found(_ words: String) throws -> [Int64] {
            try index.find(search(1, words, head: 6)).numbers.map(\.value)
        }

        #expect(try found("fox") == [2])
        #expect(try found("RED  fox") == [2])
        #expect(try found("fox red the") == [2])
        #expect(try found("red") == [4, 2])
        #expect(try found("re") == [])
        #expect(try found("über") == [3])
        #expect(try found("ÜBER") == [3])
        #expect(try found("uber") == [])
        #expect(try found("Don't") == [5])
        #expect(try found("10 45") == [5])
        #expect(try found("лис") == [6])
        #expect(try found("fox zaun") == [])
    }

    @Test(arguments: [
        "\"", "fox\"", "'", "NOT", "a AND b", "OR", "fox OR zoe", "fox*", "^fox", "words:fox",
        "parties:a1", "(fox", "fox) OR (e", "NEAR(fox zoe)", "a1", "e", "{words} : fox", "- fox",
        "fox;DROP TABLE filled", "\u{0}fox", "-", "", "   ", "\\", "%", "fox\u{301}",
    ])
    func `whatever is typed is words, and nothing else`(_ words: String) throws {
        let entries = [
            opened(1, "ann"), opened(2, "bob"), letter(1, to: 1, "fox"),
            letter(2, to: 2, "fox zoe e a1"), letter(1, to: 1, "a and b or not fox near words"),
        ]
        let (_, index) = try filled(entries)
        var reference = MemoryStore()
        _ = reference.commit(entries)
        let query = search(1, words, head: 5)

        #expect(try index.find(query) == reference.find(query))
    }

    @Test func `many words and long ones are words as well`() throws {
        let words = (1...900).map { "word\($0)" }.joined(separator: " ")
        let long = String(repeating: "x", count: 4_000)
        let (_, index) = try filled([
            opened(1, "ann"), letter(1, to: 1, words), letter(1, to: 1, long),
        ])

        #expect(try index.find(search(1, words, head: 3)).numbers == [MessageNumber(2)])
        #expect(try index.find(search(1, long, head: 3)).numbers == [MessageNumber(3)])
        #expect(try index.find(search(1, words + " y", head: 3)).numbers == [])
    }

    @Test func `nobody finds what is not theirs`() throws {
        let (_, index) = try filled([
            opened(1, "ann"), opened(2, "bob"), opened(3, "eve"), letter(1, to: 2, "fox"),
            letter(1, toEach: [2, 3], "fox"), letter(1, toAllBut: [2], "fox"),
            roomOpened(2, by: 1, "#den"), letter(1, toRooms: [2], "fox"),
            letter(1, toRooms: [2], and: [3], butNot: [2], "fox"), opened(4, "zoe"),
        ])
        func found(_ reader: UInt32, in rooms: [UInt32] = [], opened: Int64) throws -> [Int64] {
            try index.find(search(reader, "fox", in: rooms, opened: opened, head: 10))
                .numbers.map(\.value)
        }

        #expect(try found(1, opened: 1) == [9, 6, 5, 4])
        #expect(try found(1, in: [2], opened: 1) == [9, 8, 6, 5, 4])
        #expect(try found(2, opened: 2) == [5, 4])
        #expect(try found(2, in: [2], opened: 2) == [9, 8, 5, 4])
        #expect(try found(3, opened: 3) == [9, 6, 5])
        #expect(try found(3, in: [1], opened: 3) == [9, 6, 5])
        #expect(try found(4, in: [1], opened: 10) == [])
        #expect(try found(4, in: [1, 2], opened: 10) == [9, 8])
    }

    @Test func `the newest are found, as many as are wanted`() throws {
        let entries = [opened(1, "ann")] + (2...40).map { letter(1, to: 1, "fox \($0)") }
        let (_, index) = try filled(entries)

        #expect(
            try index.find(search(1, "fox", count: 3, head: 40)).numbers.map(\.value)
                == [40, 39, 38])
        #expect(
            try index.find(search(1, "fox", count: 2, head: 20)).numbers.map(\.value) == [20, 19])
        #expect(try index.find(search(1, "7", head: 40)).numbers.map(\.value) == [7])
        #expect(try index.find(search(1, "fox", head: 40)).numbers.count == 39)
    }

    @Test func `it says when it is behind`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit([opened(1, "ann")] + (2...40).map { letter(1, to: 1, "fox \($0)") })
        let index = try SearchIndex(folder: subject.folder.path + "/data")

        #expect(try index.find(search(1, "fox", head: 40)) == Found(numbers: [], isBehind: true))
        var slices = 0
        while try index.fill(through: MessageNumber(40)) { slices += 1 }
        #expect(slices >= 5)
        #expect(try !index.find(search(1, "fox", head: 40)).isBehind)
        try subject.commit(letter(1, to: 1, "late fox"))
        #expect(try index.find(search(1, "late", head: 41)) == Found(numbers: [], isBehind: true))
        #expect(try index.fill(through: MessageNumber(41)))
        #expect(try !index.fill(through: MessageNumber(41)))
        #expect(
            try index.find(search(1, "late", head: 41))
                == Found(numbers: [MessageNumber(41)], isBehind: false))
    }

    @Test(arguments: ["gone", "no database", "empty", "damaged page", "ahead", "later layout"])
    func `what is wrong with it is read from the log again`(_ what: String) throws {
        let entries = [opened(1, "ann")] + (2...60).map { letter(1, to: 1, "fox \($0)") }
        var subject = try filled(entries).0
        let path = subject.folder.path + "/data/search.db"
        let bytes = try #require(TemporaryFolder.contents(of: path))
        for file in [path + "-wal", path + "-shm"] { TemporaryFolder.remove(file: file) }
        switch what {
        case "gone": TemporaryFolder.remove(file: path)
        case "no database": TemporaryFolder.put([UInt8](repeating: 7, count: 8_192), in: path)
        case "empty": TemporaryFolder.put([], in: path)
        case "damaged page":
            var damaged = bytes
            for place in 4_096..<bytes.count where place % 4_096 < 60 { damaged[place] = 0xee }
            TemporaryFolder.put(damaged, in: path)
        case "ahead":
            // Of another log, which was longer.
            let shorter = try Subject(.sqlite)
            subject = shorter
            try subject.commit(Array(entries.prefix(20)))
            TemporaryFolder.put(bytes, in: subject.folder.path + "/data/search.db")
        default:
            var later = bytes
            later[63] = 9
            TemporaryFolder.put(later, in: path)
        }

        let head: Int64 = what == "ahead" ? 20 : 60
        let again = try SearchIndex(folder: subject.folder.path + "/data")
        while try again.fill(through: MessageNumber(head)) {}
        var reference = MemoryStore()
        _ = reference.commit(Array(entries.prefix(Int(head))))
        for words in ["fox", "fox 7", "20"] {
            let query = search(1, words, head: head)
            var found = try again.find(query)
            // Some damage shows only now.
            while found.isBehind {
                while try again.fill(through: MessageNumber(head)) {}
                found = try again.find(query)
            }
            #expect(found == reference.find(query))
        }
    }

    @Test func `a letter that is damaged hides no other`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit([opened(1, "ann")] + (2...20).map { letter(1, to: 1, "fox \($0)") })
        subject.close()
        try subject.change("UPDATE s8 SET what = 'fox' WHERE n = 10; DELETE FROM s8 WHERE n = 12")
        let index = try SearchIndex(folder: subject.folder.path + "/data")

        while try index.fill(through: MessageNumber(20)) {}
        #expect(
            try index.find(search(1, "fox", head: 20)).numbers.map(\.value).reversed()
                == (2...20).filter { $0 != 10 && $0 != 12 })
    }

    @Test func `what the log has forgotten is neither found nor kept`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit([opened(1, "ann")] + (2...40).map { letter(1, to: 1, "fox \($0)") })
        try subject.tidyAll()
        let path = subject.folder.path + "/data"
        let index = try SearchIndex(folder: path)
        while try index.fill(through: MessageNumber(40)) {}
        try subject.commit(read(1, through: 20, own: 19))
        try subject.forget(before: 1_795_000_001)
        // Also while it is being forgotten.
        while try subject.tidy() {
            #expect(try index.find(search(1, "39", head: 40)).numbers == [MessageNumber(39)])
        }

        while try index.fill(through: MessageNumber(41)) {}
        let found = try index.find(search(1, "fox", head: 41))
        #expect(found.numbers.map(\.value) == (21...40).reversed())
        #expect(!found.isBehind)
        let tables = try Database(path: path + "/search.db", for: .reading)
        #expect(
            try tables.integer(
                "SELECT count(*) FROM sqlite_master WHERE name IN ('w0', 'w8')") == 0)
        #expect(try tables.integer("SELECT rowid FROM w16 WHERE w16 MATCH 'fox'") == 21)
        // And it is not read again.
        #expect(try !SearchIndex(folder: path).fill(through: MessageNumber(41)))
    }

    @Test(arguments: 1...6)
    func `it finds what the reference finds, whatever was written`(_ seed: Int) throws {
        var chance = Chance(seed: UInt64(seed))
        var traffic = Traffic(seed: UInt64(seed))
        var subject = try Subject(.sqlite)
        let folder = subject.folder.path + "/data"
        var index = try SearchIndex(folder: folder)
        var head: Int64 = 0
        for step in 1...60 {
            let group = traffic.group()
            head = try subject.commit(group) + Int64(group.count) - 1
            for _ in 0..<chance.below(4) { _ = try subject.tidy() }
            if chance.below(8) == 0 { index = try SearchIndex(folder: folder) }
            while try index.fill(through: MessageNumber(head)) {}
            let query = search(
                UInt32(1 + chance.below(8)), ["a", "b c", "red", "red fox"][chance.below(4)],
                in: (1...3).filter { _ in chance.below(2) == 0 },
                opened: Int64(chance.below(Int(head))), count: 1 + chance.below(9), head: head)
            #expect(
                try index.find(query) == traffic.reference.find(query), "seed \(seed), \(step)")
        }
    }
}
