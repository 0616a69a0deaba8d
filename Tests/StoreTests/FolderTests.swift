import Protocol
import Testing

@testable import Store

// The data folder: for one server, and for nobody else's eyes.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct FolderTests {
    @Test func `a second server is refused, until the first has let go`() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/data"
        let first = try SQLiteStore(folder: path)

        #expect(throws: StoreError.fatal("data in \(path) is in use by another server")) {
            _ = try SQLiteStore(folder: path)
        }

        first.close()
        try SQLiteStore(folder: path).close()
    }

    @Test func `a copy of the lock that was made meanwhile keeps nobody out`() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/data"
        let first = try SQLiteStore(folder: path)
        let copy = try #require(copyOfDescriptor(of: path + "/lock"))
        defer { close(copy) }

        first.close()
        try SQLiteStore(folder: path).close()
    }

    @Test func `everything it makes is for its owner alone`() throws {
        let subject = try Subject(.sqlite)

        #expect(subject.folder.mode(of: "data") == 0o700)
        for file in ["lock", "messages.db", "messages.db-wal", "messages.db-shm"] {
            #expect(subject.folder.mode(of: "data/\(file)") == 0o600, "\(file)")
        }
    }

    @Test(arguments: [0o750, 0o701] as [UInt32])
    func `a folder that others can look into is refused`(_ mode: UInt32) throws {
        let folder = TemporaryFolder()
        folder.makeFolder("data", mode: .init(mode))
        let path = folder.path + "/data"
        let digits = String(mode, radix: 8)

        #expect(
            throws: StoreError.fatal(
                "others can look into \(path) (mode \(digits)): chmod 700 \(path)")
        ) { _ = try SQLiteStore(folder: path) }
    }

    @Test func `a folder in a place that does not exist is refused`() throws {
        let path = TemporaryFolder().path + "/nowhere/data"

        #expect(
            throws: StoreError.fatal(
                "cannot make the data folder \(path): No such file or directory")
        ) { _ = try SQLiteStore(folder: path) }
    }

    @Test func `a store keeps the size of its segments`() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/data"
        let store = try SQLiteStore(folder: path, options: Subject.small)
        _ = try store.recover()
        for account: UInt32 in 1...20 { _ = try store.commit([opened(account, "n\(account)")]) }
        store.close()

        let reopened = try SQLiteStore(folder: path)
        #expect(try reopened.recover().accounts.count == 20)
        #expect(reopened.young.segmentEntries == 8)
    }
}

/// As whoever is started at that moment gets it.
private func copyOfDescriptor(of path: String) -> Int32? {
    var wanted = stat()
    guard unsafe stat(path, &wanted) == 0 else { return nil }
    for descriptor in Int32(3)..<4_096 {
        var found = stat()
        guard unsafe fstat(descriptor, &found) == 0 else { continue }
        if found.st_dev == wanted.st_dev, found.st_ino == wanted.st_ino { return dup(descriptor) }
    }
    return nil
}
