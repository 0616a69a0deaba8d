#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The folder that holds the data: for its owner alone, and for one server at a time.
struct DataFolder: ~Copyable {
    let path: String
    /// Locked as long as it is open. It also says how far the log had been confirmed.
    private let lock: DataFile

    /// Makes what is missing, and makes it durable.
    init(_ path: String) throws(StoreError) {
        if unsafe mkdir(path, 0o700) == 0 {
            try Self.flush(path + "/..")
        } else if errno != EEXIST {
            throw .failed("make the data folder", path)
        }
        try self.init(existing: path)
    }

    /// Makes nothing but the lock.
    init(existing path: String) throws(StoreError) {
        try Self.checkMode(path)
        let lock = try DataFile(path + "/lock", for: .changing)
        guard try lock.lock() else {
            throw .fatal("data in \(path) is in use by another server")
        }
        self.path = path
        self.lock = lock
    }

    var database: String { Self.database(in: path) }
    var log: String { path + "/messages.db-wal" }

    func logSalts() throws(StoreError) -> UInt64? {
        try WriteAheadLog.salts(of: log)
    }

    static func database(in folder: String) -> String { folder + "/messages.db" }

    /// An empty file for its owner alone, which SQLite takes for an empty database.
    func makeDatabase() throws(StoreError) {
        _ = try DataFile(database, for: .changing)
        try flush()
    }

    /// Writes the log once more, as it is, and flushes it.
    ///
    /// A server that has ended because a flush failed leaves in the kernel's memory what is on no
    /// disk and on its way to none: later flushes pass it by. The next server would read it there
    /// and go on behind it, and a power cut would take whatever is confirmed behind the gap.
    func renewLog() throws(StoreError) {
        guard has(log) else { return }
        let file = try DataFile(log, for: .changing)
        var offset = 0
        while case let chunk = try file.read(Self.renewedAtOnce, at: offset), !chunk.isEmpty {
            try file.write(chunk, at: offset)
            offset += chunk.count
        }
        try file.flush()
    }

    private static let renewedAtOnce = 1 << 20

    func has(_ file: String) -> Bool { Self.exists(file) }

    static func hasDatabase(_ folder: String) -> Bool { exists(database(in: folder)) }

    private static func exists(_ file: String) -> Bool {
        unsafe access(file, F_OK) == 0
    }

    /// Says until when the folder is held: whoever works in it has come to an end.
    consuming func letGo() {}

    /// What was made in the folder stays there.
    func flush() throws(StoreError) {
        try Self.flush(path)
    }

    static func flush(_ folder: String) throws(StoreError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failed("open", folder) }
        defer { _ = close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .failed("flush", folder) }
    }

    private static func checkMode(_ path: String) throws(StoreError) {
        var status = stat()
        // The structure is the one the call fills.
        guard unsafe stat(path, &status) == 0 else { throw .failed("look at", path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw .fatal("\(path) is no folder, but the data has to go there")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw .fatal("others can look into \(path) (mode \(mode)): chmod 700 \(path)")
        }
    }
}

// MARK: - How far the log had been confirmed

extension DataFolder {
    /// What the lock says of it.
    func confirmed() throws(StoreError) -> Confirmed.Reading {
        try Confirmed.read(from: lock)
    }

    /// Of a folder that somebody else may hold, and be writing it.
    static func confirmed(in folder: String) throws(StoreError) -> Confirmed.Reading {
        guard exists(folder + "/lock") else { return .nothing }
        let lock = try DataFile(folder + "/lock", for: .reading)
        for _ in 1...10 {
            let reading = try Confirmed.read(from: lock)
            if reading != .unreadable { return reading }
        }
        return .unreadable
    }

    func confirm(_ confirmed: Confirmed) throws(StoreError) {
        try lock.write(confirmed.text, at: 0)
    }

    func flushConfirmed() throws(StoreError) {
        try lock.flush()
    }
}
