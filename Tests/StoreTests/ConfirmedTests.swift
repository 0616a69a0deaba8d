import Protocol
import Testing

@testable import Store

// What the file `lock` knows: an end of the log that is gone is told from one that never was.

@Suite struct ConfirmedTests {
    @Test func `it is one line that reads back`() throws {
        let known = Confirmed(
            head: 70_012, log: Confirmed.Log(salts: 0x3a5f_00c1_17be_22d4, pages: 402))
        let line = String(decoding: known.text, as: UTF8.self)

        #expect(
            line.hasPrefix("confirmed 0000000000000070012 log 3a5f00c117be22d4 0000000402 sum "))
        #expect(line.hasSuffix("\n"))
        #expect(try reading(known.text) == .this(known))
        let most = Confirmed(head: .max, log: Confirmed.Log(salts: .max, pages: 4_294_967_295))
        #expect(try reading(most.text) == .this(most))
        #expect(try reading(Confirmed(head: 0).text) == .this(Confirmed(head: 0)))
        #expect(try reading([]) == .nothing)
    }

    @Test func `any changed bit and any missing byte makes it say nothing`() throws {
        let text = Confirmed(head: 70_012, log: Confirmed.Log(salts: 77, pages: 402)).text

        for bit in 0..<text.count * 8 {
            var changed = text
            changed[bit / 8] ^= 1 << (bit % 8)
            let found = try reading(changed)
            #expect(found == .unreadable, "bit \(bit)")
        }
        for count in 1..<text.count {
            #expect(try reading(Array(text[..<count])) == .unreadable, "\(count) bytes")
        }
        #expect(try reading(text + [10]) == .unreadable)
    }

    @Test func `every transaction is written down`() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(folder: folder.path + "/data", options: Subject.small)
        _ = try store.recover()
        var pages = 0
        func check(_ head: Int64) throws {
            let bytes = try #require(TemporaryFolder.contents(of: folder.path + "/data/lock"))
            guard case .this(let known) = try reading(bytes) else {
                Issue.record("none")
                return
            }
            #expect(known.head == head)
            let log = try #require(try WriteAheadLog(folder.path + "/data/messages.db-wal"))
            #expect(known.log == Confirmed.Log(salts: log.salts, pages: log.pages))
            pages = max(pages, log.pages)
        }

        for number: Int64 in 1...20 {
            _ = try store.commit([opened(UInt32(number), "n\(number)")])
            try check(number)
        }
        while !store.young.closing.isEmpty {
            _ = try store.tidy()
            if !store.isCheckpointDue, store.database.logPages > 0 { try check(20) }
        }
        #expect(pages >= 10)
        #expect(store.checkpoints >= 1)
    }

    @Test func `a log that ends before what was confirmed is damage`() throws {
        let folder = TemporaryFolder()
        try write(12, to: folder.path + "/data")
        try Database(path: folder.path + "/data/messages.db").execute("DELETE FROM s8 WHERE n = 12")

        let store = try SQLiteStore(folder: folder.path + "/data")
        #expect(
            throws: StoreError.damaged(
                "messages.db: the log ends at 11, but 12 had been confirmed")
        ) { try store.recover() }
    }

    @Test(arguments: ["gone", "empty"])
    func `a database that is gone is not begun anew`(_ how: String) throws {
        let folder = TemporaryFolder()
        try write(12, to: folder.path + "/data")
        let file = folder.path + "/data/messages.db"
        if how == "gone" {
            TemporaryFolder.remove(file: file)
        } else {
            TemporaryFolder.put([], in: file)
        }

        #expect(
            throws: StoreError.damaged("messages.db: empty, but 12 had been confirmed")
        ) { _ = try SQLiteStore(folder: folder.path + "/data") }
    }

    @Test func `a write-ahead log that was cut short is found before it is carried home`() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(folder: folder.path + "/data")
        _ = try store.recover()
        for number: UInt32 in 1...4 { _ = try store.commit([opened(number, "n\(number)")]) }
        folder.copyFiles(from: folder.path + "/data", to: "crashed", with: ["lock"])
        let path = folder.path + "/crashed/messages.db-wal"
        let whole = try #require(TemporaryFolder.contents(of: path))
        let database = try #require(
            TemporaryFolder.contents(of: folder.path + "/crashed/messages.db"))
        let pages = try #require(try WriteAheadLog(path)).pages

        TemporaryFolder.put(Array(whole.dropLast()), in: path)
        #expect(
            throws: StoreError.damaged(
                "messages.db-wal: of \(pages) pages that were confirmed "
                    + "\(try WriteAheadLog(path)?.pages ?? 0) are there and as they were written")
        ) { _ = try SQLiteStore(folder: folder.path + "/crashed") }
        #expect(
            TemporaryFolder.contents(of: folder.path + "/crashed/messages.db") == database)

        TemporaryFolder.put(whole, in: path)
        #expect(
            try SQLiteStore(folder: folder.path + "/crashed").recover().head == MessageNumber(4))
    }

    @Test func `what a crash leaves behind what was confirmed is nobody's loss`() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(folder: folder.path + "/data")
        _ = try store.recover()
        _ = try store.commit([opened(1, "ann")])
        let before = try #require(TemporaryFolder.contents(of: folder.path + "/data/lock"))
        _ = try store.commit([opened(2, "bob")])
        folder.copyFiles(from: folder.path + "/data", to: "crashed", with: [])
        // Killed between the commit and the word about it, with half a group behind it.
        TemporaryFolder.put(before, in: folder.path + "/crashed/lock")
        let log = folder.path + "/crashed/messages.db-wal"
        let whole = try #require(TemporaryFolder.contents(of: log))
        TemporaryFolder.put(whole + whole.suffix(1_000), in: log)

        let crashed = try SQLiteStore(folder: folder.path + "/crashed")
        #expect(try crashed.recover().head == MessageNumber(2))
    }

    @Test func `a folder whose lock says nothing is taken as it is`() throws {
        for text in [[], Array("rubbish".utf8)] {
            let folder = TemporaryFolder()
            try write(12, to: folder.path + "/data")
            TemporaryFolder.put(text, in: folder.path + "/data/lock")

            let store = try SQLiteStore(folder: folder.path + "/data")
            #expect(try store.recover().head == MessageNumber(12))
            _ = try store.commit([opened(13, "zoe")])
            let bytes = try #require(TemporaryFolder.contents(of: folder.path + "/data/lock"))
            guard case .this(let known) = try reading(bytes) else {
                Issue.record("none")
                return
            }
            #expect(known.head == 13)
        }
    }

    /// So many accounts, in segments of 8, and closed.
    private func write(_ entries: UInt32, to path: String) throws {
        let store = try SQLiteStore(folder: path, options: Subject.small)
        _ = try store.recover()
        for number in 1...entries { _ = try store.commit([opened(number, "n\(number)")]) }
        store.close()
    }

    private func reading(_ text: [UInt8]) throws -> Confirmed.Reading {
        let folder = TemporaryFolder()
        TemporaryFolder.put(text, in: folder.path + "/lock")
        return try Confirmed.read(from: DataFile(folder.path + "/lock", for: .reading))
    }
}
