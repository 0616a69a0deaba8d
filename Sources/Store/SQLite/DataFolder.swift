#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The folder that holds the data: for its owner alone, and for one server at a time.
struct DataFolder: ~Copyable {
    let path: String
    /// Locked as long as it is open; the kernel lets go of it however the process ends.
    private let lock: Int32

    /// Makes what is missing, and makes it durable.
    init(_ path: String) throws(StoreError) {
        if unsafe mkdir(path, 0o700) == 0 {
            try Self.flush(path + "/..")
        } else if errno != EEXIST {
            throw Self.failure("cannot make the data folder \(path)")
        }
        try Self.checkMode(path)

        let lock = try Self.make(path + "/lock")
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let busy = errno == EWOULDBLOCK
            let failure = Self.failure("cannot lock \(path)/lock")
            Self.shut(lock)
            throw busy ? .fatal("data in \(path) is in use by another server") : failure
        }
        self.path = path
        self.lock = lock
    }

    var database: String { path + "/messages.db" }

    /// An empty file for its owner alone, which SQLite takes for an empty database.
    func makeDatabase() throws(StoreError) {
        Self.shut(try Self.make(database))
        try flush()
    }

    /// What was made in the folder stays there.
    func flush() throws(StoreError) {
        try Self.flush(path)
    }

    deinit {
        Self.shut(lock)
    }

    // MARK: - System calls

    private static func make(_ file: String) throws(StoreError) -> Int32 {
        let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot open \(file)") }
        return descriptor
    }

    private static func flush(_ folder: String) throws(StoreError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot open \(folder)") }
        defer { shut(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("cannot flush \(folder)") }
    }

    private static func checkMode(_ path: String) throws(StoreError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw failure("cannot look at \(path)") }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw .fatal("\(path) is no folder, but the data has to go there")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw .fatal("others can look into \(path) (mode \(mode)): chmod 700 \(path)")
        }
    }

    private static func shut(_ descriptor: Int32) {
        _ = close(descriptor)
    }

    private static func failure(_ what: String) -> StoreError {
        .fatal("\(what): \(unsafe String(cString: strerror(errno)))")
    }
}
