// A file that other processes change as well, by appending or by putting another in its place:
// one at a time, and each sure to hold the file that the path means now.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An open regular file, locked until it is dropped. Only who locks as well is kept out.
struct LockedFile: ~Copyable {
    enum Use {
        case reading
        case changing
    }

    private let descriptor: Int32
    private let path: String

    deinit {
        // Unlocks as well. What had to reach the disk was flushed before.
        close(descriptor)
    }

    /// The file at the path, once nobody else holds it.
    static func hold(_ path: String, for use: Use) throws(UserPassFileError) -> LockedFile {
        while true {
            // Opening a pipe would wait for its other end.
            let flags = (use == .reading ? O_RDONLY : O_RDWR | O_APPEND) | O_NONBLOCK | O_CLOEXEC
            let descriptor = try check("open", path) { unsafe open(path, flags) }
            let file = LockedFile(descriptor: descriptor, path: path)
            try file.waitForLock(use)
            guard try file.status().st_mode & S_IFMT == S_IFREG else {
                throw UserPassFileError(call: "open", path: path, code: EINVAL)
            }
            // While this waited, another file may have taken the place of the one that was opened.
            if try file.stamp().identity == Stamp.Identity(of: path) { return file }
        }
    }

    /// An empty file that only its owner can read. There must be none at the path.
    static func create(_ path: String) throws(UserPassFileError) -> LockedFile {
        let flags = O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let descriptor = try check("create", path) { unsafe open(path, flags, 0o600) }
        let file = LockedFile(descriptor: descriptor, path: path)
        try file.waitForLock(.changing)
        return file
    }

    private func waitForLock(_ use: Use) throws(UserPassFileError) {
        try check("flock", path) { flock(descriptor, use == .reading ? LOCK_SH : LOCK_EX) }
    }
}

// MARK: What stands in it

extension LockedFile {
    /// All of it.
    func contents() throws(UserPassFileError) -> [UInt8] {
        let size = try stamp().size
        guard size <= Self.sizeMax else {
            throw UserPassFileError(call: "read", path: path, code: EFBIG)
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var have = 0
        while have < size {
            let count = try check("read", path) {
                // The slice is alive for the call, which is told its length.
                unsafe bytes[have...].withUnsafeMutableBytes { rest in
                    unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(have))
                }
            }
            if count == 0 { break }
            have += count
        }
        bytes.removeLast(size - have)
        return bytes
    }

    func byte(at offset: Int) throws(UserPassFileError) -> UInt8 {
        var byte: UInt8 = 0
        // One byte is asked for, and there is room for one.
        try check("read", path) { unsafe pread(descriptor, &byte, 1, off_t(offset)) }
        return byte
    }

    /// Writes at the end, in one go where the system can.
    func append(_ bytes: [UInt8]) throws(UserPassFileError) {
        var written = 0
        while written < bytes.count {
            written += try check("write", path) {
                // The slice is alive for the call, which is told its length.
                unsafe bytes[written...].withUnsafeBytes { rest in
                    unsafe write(descriptor, rest.baseAddress, rest.count)
                }
            }
        }
    }

    func truncate(to size: Int) throws(UserPassFileError) {
        try check("ftruncate", path) { ftruncate(descriptor, off_t(size)) }
    }

    /// On return all of it survives a power cut.
    func flush() throws(UserPassFileError) {
        try flushToDisk(descriptor, path)
    }

    /// Room for some seven million accounts.
    private static var sizeMax: Int { 1 << 30 }
}

// MARK: Who it is

extension LockedFile {
    /// Tells whether a file is the one it was, as long as it was, and changed no later.
    struct Stamp: Hashable, Sendable {
        let identity: Identity
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        struct Identity: Hashable, Sendable {
            let device: UInt64
            let inode: UInt64

            fileprivate init(_ status: stat) {
                device = UInt64(truncatingIfNeeded: status.st_dev)
                inode = UInt64(status.st_ino)
            }

            fileprivate init(of path: String) throws(UserPassFileError) {
                var status = stat()
                // The structure is the one the call fills.
                try check("stat", path) { unsafe stat(path, &status) }
                self.init(status)
            }
        }
    }

    func stamp() throws(UserPassFileError) -> Stamp {
        let status = try status()
        #if canImport(Glibc)
            let changed = status.st_mtim
        #else
            let changed = status.st_mtimespec
        #endif
        return Stamp(
            identity: Stamp.Identity(status), size: Int(status.st_size),
            seconds: changed.tv_sec, nanoseconds: changed.tv_nsec)
    }

    /// Who may do what, as `chmod` has it.
    func mode() throws(UserPassFileError) -> Int {
        Int(try status().st_mode & 0o7777)
    }

    func setMode(_ mode: Int) throws(UserPassFileError) {
        try check("chmod", path) { fchmod(descriptor, mode_t(mode)) }
    }

    /// Gives this file the other's owner, group and mode.
    func resemble(_ other: borrowing LockedFile) throws(UserPassFileError) {
        let wanted = try other.status()
        let have = try status()
        if have.st_uid != wanted.st_uid || have.st_gid != wanted.st_gid {
            try check("chown", path) { fchown(descriptor, wanted.st_uid, wanted.st_gid) }
        }
        try setMode(Int(wanted.st_mode & 0o7777))
    }

    private func status() throws(UserPassFileError) -> stat {
        var status = stat()
        // The structure is the one the call fills.
        try check("fstat", path) { unsafe fstat(descriptor, &status) }
        return status
    }
}
