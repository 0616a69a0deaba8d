// Files of the data that SQLite does not look after: the lock with its mark, copies, and the
// write-ahead log as bytes.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// An open file, by its path for complaints; closed when it is dropped.
struct DataFile: ~Copyable {
    let path: String
    private let descriptor: Int32

    enum Use {
        case reading
        /// An empty one is made, for its owner alone, when there is none.
        case changing
        /// The same in a folder where others may have put something in our way, as a link to a
        /// file of ours.
        case drafting
    }

    init(_ path: String, for use: Use) throws(StoreError) {
        let flags =
            switch use {
            case .reading: O_RDONLY
            case .changing: O_RDWR | O_CREAT
            case .drafting: O_RDWR | O_CREAT | O_NOFOLLOW
            }
        let descriptor = unsafe open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failed("open", path) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        // A process that is just being started may have a copy of it, which would keep the lock.
        _ = flock(descriptor, LOCK_UN)
        // What had to reach the disk was flushed before.
        _ = close(descriptor)
    }

    /// False when another process has it. The kernel lets go of it however this process ends.
    func lock() throws(StoreError) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw .failed("lock", path)
    }

    /// From now on nobody else reads it. False when it is theirs.
    func makePrivate() throws(StoreError) -> Bool {
        var status = stat()
        // The structure is the one the call fills.
        guard unsafe fstat(descriptor, &status) == 0 else { throw .failed("look at", path) }
        guard status.st_uid == geteuid(), status.st_mode & S_IFMT == S_IFREG else { return false }
        guard fchmod(descriptor, 0o600) == 0 else { throw .failed("protect", path) }
        return true
    }

    func size() throws(StoreError) -> Int {
        var status = stat()
        // The structure is the one the call fills.
        guard unsafe fstat(descriptor, &status) == 0 else { throw .failed("look at", path) }
        return Int(status.st_size)
    }

    /// As many bytes as there are, at most so many.
    func read(_ count: Int, at offset: Int) throws(StoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var have = 0
        while have < count {
            // The slice is alive for the call, which is told its length.
            let more = unsafe bytes[have...].withUnsafeMutableBytes { rest in
                unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + have))
            }
            if more < 0, errno == EINTR { continue }
            guard more >= 0 else { throw .failed("read", path) }
            if more == 0 { break }
            have += more
        }
        bytes.removeLast(count - have)
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(StoreError) {
        var written = 0
        while written < bytes.count {
            // The slice is alive for the call, which is told its length.
            let more = unsafe bytes[written...].withUnsafeBytes { rest in
                unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + written))
            }
            if more < 0, errno == EINTR { continue }
            guard more >= 0 else { throw .failed("write", path) }
            written += more
        }
    }

    func truncate() throws(StoreError) {
        guard ftruncate(descriptor, 0) == 0 else { throw .failed("empty", path) }
    }

    /// On return what was written survives a power cut.
    func flush() throws(StoreError) {
        #if canImport(Darwin)
            // There `fsync` stops at the drive's own memory.
            let isFlushed = fcntl(descriptor, F_FULLFSYNC) == 0
        #else
            let isFlushed = fsync(descriptor) == 0
        #endif
        guard isFlushed else { throw .failed("flush", path) }
    }
}

extension StoreError {
    /// A system call that has just failed.
    static func failed(_ what: String, _ path: String) -> StoreError {
        .fatal("cannot \(what) \(path): \(unsafe String(cString: strerror(errno)))")
    }
}
