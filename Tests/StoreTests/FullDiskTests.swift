import Protocol
import Testing

@testable import Store

// No more room: refused without a trace, and taken again when there is some.

@Suite struct FullDiskTests {
    @Test func `a full disk refuses a group whole, and the next one works without a restart`()
        throws
    {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(folder: folder.path + "/data", options: Subject.small)
        _ = try store.recover()
        _ = try store.commit([opened(1, "ann"), letter(1, to: 1, "before")])
        let long = String(repeating: "x", count: 100_000)
        let pages = try store.database.integer("PRAGMA page_count")
        try store.database.execute("PRAGMA max_page_count = \(pages + 3)")

        for _ in 1...3 {
            #expect(
                performing: {
                    _ = try store.commit([letter(1, to: 1, "lost"), letter(1, to: 1, long)])
                }, throws: isUnable)
        }
        #expect(try texts(store) == ["before"])
        #expect(try store.commit([letter(1, to: 1, "small")]) == MessageNumber(3))

        try store.database.execute("PRAGMA max_page_count = 100000")
        #expect(try store.commit([letter(1, to: 1, long)]) == MessageNumber(4))
        #expect(try texts(store) == ["before", "small", long])
        store.close()

        let reopened = try SQLiteStore(folder: folder.path + "/data")
        let recovered = try reopened.recover()
        #expect(recovered.head == MessageNumber(4))
        #expect(recovered.accounts.map(\.waiting) == [3])
    }

    @Test func `a full disk at the beginning of a segment is got over`() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(folder: folder.path + "/data", options: Subject.small)
        _ = try store.recover()
        for account: UInt32 in 1...7 { _ = try store.commit([opened(account, "n\(account)")]) }
        let pages = try store.database.integer("PRAGMA page_count")
        try store.database.execute("PRAGMA max_page_count = \(pages)")

        // 8 is the first of the next segment, whose table has no page to go to.
        #expect(performing: { _ = try store.commit([active(1, at: 1)]) }, throws: isUnable)
        try store.database.execute("PRAGMA max_page_count = 100000")
        #expect(try store.commit([active(1, at: 1)]) == MessageNumber(8))
    }

    @Test func `a full disk only delays the closing of segments`() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(folder: folder.path + "/data", options: Subject.small)
        _ = try store.recover()
        _ = try store.commit([opened(1, "ann")])
        for number in 2...20 { _ = try store.commit([letter(1, to: 1, "\(number)")]) }
        let pages = try store.database.integer("PRAGMA page_count")
        try store.database.execute("PRAGMA max_page_count = \(pages)")

        #expect(performing: { while try store.tidy() {} }, throws: isUnable)
        #expect(performing: { while try store.tidy() {} }, throws: isUnable)
        #expect(try texts(store) == (2...20).map(String.init))

        try store.database.execute("PRAGMA max_page_count = 100000")
        while try store.tidy() {}
        #expect(store.young.closing.isEmpty)
        #expect(try texts(store) == (2...20).map(String.init))
    }

    @Test func `a slice of closing that failed lacks no conversation when it is tried again`()
        throws
    {
        let folder = TemporaryFolder()
        var options = Subject.small
        // So that each list takes a page of its own.
        options.segmentEntries = 4_096
        let store = try SQLiteStore(folder: folder.path + "/data", options: options)
        _ = try store.recover()
        _ = try store.commit((1...7).map { opened($0, "n\($0)") })
        _ = try store.commit(
            (0..<4_200).map { letter($0 % 7 + 1, to: ($0 + 1) % 7 + 1, "\($0)") })

        var failures = 0
        var hasMore = true
        while hasMore {
            let pages = try store.database.integer("PRAGMA page_count")
            try store.database.execute("PRAGMA max_page_count = \(pages)")
            do {
                hasMore = try store.tidy()
            } catch {
                failures += 1
                try store.database.execute("PRAGMA max_page_count = 100000")
                hasMore = try store.tidy()
            }
        }
        #expect(failures > 0)
        #expect(store.young.closing.isEmpty)
        for account: UInt32 in 1...7 {
            let page = try store.history(
                HistoryQuery(
                    reader: AccountNumber(account),
                    conversation: .person(AccountNumber(account % 7 + 1)),
                    before: MessageNumber(4_096), count: 1_000))
            #expect(page.numbers.count > 500)
        }
        store.close()
        #expect(try DataCheck.run(folder: folder.path + "/data") { _ in }.findings == [])
    }

    private func texts(_ store: SQLiteStore) throws -> [String] {
        try store.mail(query(1), bytes: .max).letters.map {
            String(decoding: $0.letter.text.bytes, as: UTF8.self)
        }
    }

    private func isUnable(_ error: any Error) -> Bool {
        if case .unable = error as? StoreError { true } else { false }
    }
}
