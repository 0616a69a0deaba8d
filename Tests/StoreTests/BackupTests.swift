import Protocol
import Testing

@testable import Store

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// `chatserv backup` and `chatserv restore`: what comes back is what was there.

@Suite struct BackupTests {
    private let folder = TemporaryFolder()
    private var data: String { folder.path + "/data" }
    private var accounts: String { folder.path + "/user_pass.txt" }
    private var file: String { folder.path + "/copy" }

    private func write(_ traffic: inout Traffic, _ store: SQLiteStore, groups: Int) throws {
        for _ in 1...groups {
            _ = try store.commit(traffic.group())
            _ = try store.tidy()
        }
    }

    private func open() throws -> SQLiteStore {
        let store = try SQLiteStore(folder: data, options: Subject.small)
        _ = try store.recover()
        return store
    }

    private func back() throws -> Backup.Summary {
        try Backup.write(data: data, accounts: accounts, to: file) { _ in }
    }

    private func restored(_ name: String = "restored") throws -> (String, [UInt8]) {
        let path = folder.path + "/" + name
        return (path, try Restoration.unpack(file, into: path) { _ in })
    }

    @Test(arguments: [false, true])
    func `a copy holds all that was there`(_ isRunning: Bool) throws {
        var traffic = Traffic(seed: 3)
        TemporaryFolder.put(Array("ann x\nbob y".utf8), in: accounts)
        let store = try open()
        try write(&traffic, store, groups: 60)
        if !isRunning { store.close() }

        let summary = try back()
        let (path, text) = try restored()

        let expected = traffic.reference.recover()
        #expect(summary.entries == expected.head.value)
        #expect(summary.segments == summary.entries / 8 + 1)
        #expect(summary.accountFileBytes == 11)
        #expect(summary.bytes == TemporaryFolder.contents(of: file)?.count)
        #expect(text == Array("ann x\nbob y".utf8))
        var report = try DataCheck.run(folder: path) { _ in }
        #expect(report.findings == [])
        #expect(report.notes == [])
        #expect(report.replayed == expected)
        Rehearsal.run(folder: path, &report) { _ in }
        #expect(report.findings == [])
    }

    @Test func `what is written meanwhile is not in it, and the log grows until it is done`() throws
    {
        TemporaryFolder.put([], in: accounts)
        let store = try open()
        _ = try store.commit([opened(1, "ann")])
        let long = String(repeating: "x", count: 400_000)
        for _ in 1...40 { _ = try store.commit([letter(1, to: 1, long)]) }
        while store.isCheckpointDue { _ = try store.tidy() }

        var late = 0
        _ = try Backup.write(data: data, accounts: accounts, to: file) { progress in
            // A copy that began again with every change would have no end.
            guard late < 20 else { return }
            late += 1
            _ = try? store.commit([letter(1, to: 1, long), letter(1, to: 1, "late \(late)")])
            while store.isCheckpointDue { _ = try? store.tidy() }
        }

        #expect(late > 1)
        #expect(store.young.head == Int64(41 + 2 * late))
        let (path, _) = try restored()
        let report = try DataCheck.run(folder: path) { _ in }
        #expect(report.findings == [])
        #expect(report.replayed.head == MessageNumber(41))
        store.close()
        #expect(try DataCheck.run(folder: data) { _ in }.findings == [])
    }

    @Test func `whoever registers meanwhile is in its account file, though not in its data`()
        throws
    {
        TemporaryFolder.put(Array("ann x\n".utf8), in: accounts)
        try open().close()

        _ = try Backup.write(data: data, accounts: accounts, to: file) { _ in
            TemporaryFolder.put(Array("ann x\nbob y\n".utf8), in: accounts)
        }

        #expect(try restored().1 == Array("ann x\nbob y\n".utf8))
    }

    @Test
    func `nothing of the data is changed, neither of a server that runs nor of a stopped one`()
        throws
    {
        var traffic = Traffic(seed: 4)
        TemporaryFolder.put([], in: accounts)
        let store = try open()
        try write(&traffic, store, groups: 30)
        for isRunning in [true, false] {
            if !isRunning { store.close() }
            var before = folder.contents(of: "data")
            _ = try back()
            TemporaryFolder.remove(file: file)
            var after = folder.contents(of: "data")
            // Locks of readers are in there; and both are made, empty, when there are none.
            for name in ["messages.db-shm", "messages.db-wal"] where before[name] ?? [] == [] {
                #expect(isRunning || after[name]?.isEmpty != false || name.hasSuffix("shm"))
                (before[name], after[name]) = (nil, nil)
            }
            (before["messages.db-shm"], after["messages.db-shm"]) = (nil, nil)
            #expect(after == before)
        }
        #expect(try open().young.head == traffic.reference.recover().head.value)
    }

    @Test func `it is one file, for its owner alone, and nothing is left beside it`() throws {
        TemporaryFolder.put([], in: accounts)
        try open().close()

        _ = try back()
        #expect(folder.mode(of: "copy") == 0o600)
        for name in ["copy.new", "copy-wal", "copy-shm", "copy-journal", "copy.new-wal"] {
            #expect(TemporaryFolder.contents(of: folder.path + "/" + name) == nil, "\(name)")
        }
    }

    @Test func `a file that is there is not written over`() throws {
        TemporaryFolder.put([], in: accounts)
        try open().close()
        TemporaryFolder.put([7], in: file)

        #expect(throws: StoreError.unable("\(file) is there already, and stays as it is")) {
            try back()
        }
        #expect(TemporaryFolder.contents(of: file) == [7])
    }

    @Test func `a draft that somebody left is taken, and one that is written is not`() throws {
        TemporaryFolder.put([], in: accounts)
        try open().close()
        TemporaryFolder.put(Array(repeating: 7, count: 100_000), in: file + ".new")
        _ = try back()
        _ = try restored()

        TemporaryFolder.remove(file: file)
        let other = try NewFile(file)
        #expect(throws: StoreError.unable("\(file).new is being written already")) { try back() }
        other.forget()
    }

    @Test func `a draft is for its owner alone, and no link to another file`() throws {
        TemporaryFolder.put([], in: accounts)
        try open().close()
        TemporaryFolder.put([7], in: file + ".new")
        unsafe chmod(file + ".new", 0o666)
        _ = try back()
        #expect(folder.mode(of: "copy") == 0o600)

        TemporaryFolder.remove(file: file)
        TemporaryFolder.put([7], in: folder.path + "/precious")
        unsafe symlink(folder.path + "/precious", file + ".new")
        #expect(throws: StoreError.self) { try back() }
        #expect(TemporaryFolder.contents(of: folder.path + "/precious") == [7])
    }

    @Test func `without data, or without an account file, there is no copy`() throws {
        #expect(throws: StoreError.unable("there is no data in \(data)")) { try back() }
        try open().close()
        #expect(
            performing: { try back() }, throws: { "\($0)".contains("account file \(accounts)") })
        #expect(TemporaryFolder.contents(of: file) == nil)
        #expect(TemporaryFolder.contents(of: file + ".new") == nil)
    }

    @Test func `data that lacks what was confirmed is not copied as if nothing were`() throws {
        TemporaryFolder.put([], in: accounts)
        let store = try open()
        for number: UInt32 in 1...12 { _ = try store.commit([opened(number, "n\(number)")]) }
        store.close()
        try Database(path: data + "/messages.db").execute("DELETE FROM s8 WHERE n = 12")

        #expect(
            throws: StoreError.damaged("messages.db: the log ends at 11, but 12 had been confirmed")
        ) { try back() }
    }

    @Test func `data whose lock is unreadable is copied with a word about it`() throws {
        TemporaryFolder.put([], in: accounts)
        let store = try open()
        _ = try store.commit([opened(1, "ann")])
        store.close()
        #expect(try back().note == nil)
        TemporaryFolder.remove(file: file)
        TemporaryFolder.put(Array("confirmed".utf8), in: data + "/lock")

        #expect(try back().note?.hasPrefix("\(data)/lock is unreadable") == true)
        #expect(try DataCheck.run(folder: try restored().0) { _ in }.replayed.accounts.count == 1)
    }

    // MARK: - Restoring

    @Test func `what is no backup is refused, and leaves nothing`() throws {
        try open().close()
        TemporaryFolder.put(Array("hello".utf8), in: file)
        #expect(throws: StoreError.self) { try restored() }

        TemporaryFolder.remove(file: file)
        #expect(throws: StoreError.self) { try restored() }

        let path = folder.path + "/restored"
        #expect(
            throws: StoreError.unable("\(data)/messages.db is no backup of a server")
        ) { try Restoration.unpack(data + "/messages.db", into: path) { _ in } }
        #expect(!DataFolder.hasDatabase(path))
        #expect(folder.mode(of: "restored") == 0)
    }

    @Test func `it takes nothing's place`() throws {
        TemporaryFolder.put([1], in: accounts)
        try open().close()
        _ = try back()

        #expect(throws: StoreError.unable("\(data) is there already, and stays as it is")) {
            try Restoration.unpack(file, into: data) { _ in }
        }
        let (draft, text) = try restored()
        let free = folder.path + "/free"
        #expect(throws: StoreError.unable("\(accounts) is there already, and stays as it is")) {
            try Restoration.put(draft, at: free, accounts: text, at: accounts)
        }
        #expect(throws: StoreError.unable("\(data) is there already, and stays as it is")) {
            try Restoration.put(draft, at: data, accounts: text, at: free)
        }
        #expect(TemporaryFolder.contents(of: free) == nil)

        try Restoration.put(draft, at: folder.path + "/there", accounts: text, at: free)
        #expect(TemporaryFolder.contents(of: free) == [1])
        #expect(folder.mode(of: "free") == 0o600)
        #expect(try DataCheck.run(folder: folder.path + "/there") { _ in }.findings == [])
        Restoration.remove(folder.path + "/there")
    }

    @Test func `where the data cannot be put, there is no account file without it`() throws {
        let free = folder.path + "/free"

        #expect(throws: StoreError.self) {
            try Restoration.put(
                folder.path + "/nothing", at: folder.path + "/there", accounts: [1], at: free)
        }
        #expect(TemporaryFolder.contents(of: free) == nil)
        #expect(TemporaryFolder.contents(of: free + ".new") == nil)
    }

    @Test func `a large account file comes back whole`() throws {
        let text = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        TemporaryFolder.put(text, in: accounts)
        try open().close()
        _ = try back()

        #expect(try restored().1 == text)

        try Database(path: file).execute("DELETE FROM account_file WHERE part = 1")
        #expect(
            throws: StoreError.damaged("account_file: 1451424 bytes are there, of 2500000")
        ) { try restored("again") }
    }

    @Test(arguments: 1...30)
    func `a copy that is damaged is found so, or nothing is`(_ seed: Int) throws {
        var chance = Chance(seed: UInt64(seed))
        var traffic = Traffic(seed: 5)
        let text = Array("ann $argon2id$v=19$m=19456,t=2,p=1$abc$def\n".utf8)
        TemporaryFolder.put(text, in: accounts)
        let store = try open()
        try write(&traffic, store, groups: 20)
        store.close()
        _ = try back()
        var bytes = try #require(TemporaryFolder.contents(of: file))
        let bit = chance.below(bytes.count * 8)
        if seed % 4 == 0 {
            bytes.removeLast(bytes.count - bit / 8)
        } else {
            bytes[bit / 8] ^= 1 << (bit % 8)
        }
        TemporaryFolder.put(bytes, in: file)

        do {
            let (path, accounts) = try restored()
            var report = try DataCheck.run(folder: path) { _ in }
            Rehearsal.run(folder: path, &report) { _ in }
            guard report.isSound else { return }
            #expect(accounts == text, "seed \(seed), byte \(bit / 8)")
            #expect(report.replayed == traffic.reference.recover(), "seed \(seed), byte \(bit / 8)")
        } catch {
            // Named, and not unpacked.
        }
    }
}
