import Protocol
import Store
import Testing

// kill -9 at any moment: what is found afterwards in the files as they are.

@Suite struct CrashTests {
    @Test func `a crash at any moment of closing segments loses nothing`() throws {
        var subject = try Subject(.sqlite)
        var reference = MemoryStore()
        func commit(_ group: Entry...) throws {
            try subject.commit(group)
            _ = reference.commit(group)
        }
        try commit(opened(1, "ann"), opened(2, "bob"), opened(3, "eve"), opened(4, "zoe"))
        for number in 1...30 {
            try commit(
                letter(1, to: 2, "a\(number)"), letter(2, toEach: [1, 3], "b\(number)"),
                letter(3, toAllBut: [4], "e\(number)"))
        }
        try commit(.ended(AccountNumber(4)), read(2, through: 40, own: 12))
        for name in ["p", "q", "r", "s", "t"] {
            try commit(
                .refusals(Refusals(name: name, address: "::1", failures: [1], blockedUntil: 2)))
        }

        var slices = 0
        while try subject.tidy() {
            slices += 1
            // The log goes on in between, for a while.
            if slices < 20 {
                try commit(letter(2, to: 3, "s\(slices)"), read(3, through: Int64(slices), own: 1))
            }

            var crashed = try subject.crashed()
            #expect(try crashed.recover() == reference.recover(), "slice \(slices)")
            for reader: UInt32 in 1...4 {
                let expected = reference.mail(query(reader), bytes: .max)
                #expect(try crashed.page(reader, bytes: .max) == expected, "slice \(slices)")
            }
        }
        #expect(slices > 30)
    }

    @Test func `after a crash closing goes on to its end`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit(opened(1, "ann"))
        for number in 2...30 { try subject.commit(letter(1, to: 1, "\(number)")) }
        for _ in 1...3 { _ = try subject.tidy() }

        subject = try subject.crashed()
        _ = try subject.recover()
        try subject.tidyAll()

        subject = try subject.crashed()
        let recovered = try subject.recover()
        #expect(recovered.accounts.map(\.waiting) == [29])
        #expect(try subject.mail(1) == (2...30).map(String.init))
    }

    /// What the kernel has of it may be on no disk, after a flush that failed.
    @Test func `the log that a crash has left is written again before it is relied on`() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(folder: folder.path + "/data")
        _ = try store.recover()
        _ = try store.commit([opened(1, "ann"), letter(1, to: 1, "hello")])
        let left = TemporaryFolder()
        left.copyFiles(from: folder.path + "/data", to: "data")
        let log = "data/messages.db-wal"
        let before = try #require(TemporaryFolder.contents(of: "\(left.path)/\(log)"))
        left.setTime(of: log, to: 1)

        let next = try SQLiteStore(folder: left.path + "/data")
        let recovered = try next.recover()
        #expect(recovered.head == MessageNumber(2))
        #expect(left.time(of: log) != 1)
        #expect(TemporaryFolder.contents(of: "\(left.path)/\(log)") == before)
    }

    @Test func `a store that is dropped without being closed can be opened again`() throws {
        let folder = TemporaryFolder()
        func open() throws -> SQLiteStore {
            try SQLiteStore(folder: folder.path + "/data", options: Subject.small)
        }
        var store: SQLiteStore? = try open()
        _ = try store?.recover()
        for number in 1...20 { _ = try store?.commit([opened(UInt32(number), "n\(number)")]) }
        _ = try store?.tidy()
        store = nil

        #expect(try open().recover().accounts.count == 20)
    }

    @Test func `nothing is committed for later when nobody tidies`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit(opened(1, "ann"))
        for number in 2...400 { try subject.commit(letter(1, to: 1, "\(number)")) }

        // Commits have done it themselves: what is left to close is a few segments, not fifty.
        var slices = 0
        while try subject.tidy() { slices += 1 }
        #expect(slices < 30)
        #expect(try subject.mail(1) == (2...400).map(String.init))
    }
}
