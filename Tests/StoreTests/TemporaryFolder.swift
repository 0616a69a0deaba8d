#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder of its own for one test, gone when the last reference is.
final class TemporaryFolder: Sendable {
    let path: String

    /// In memory, where there is such a place, flushing costs nothing.
    init(inMemory: Bool = false) {
        let isThere = unsafe inMemory && access("/dev/shm", W_OK) == 0
        let parent = isThere ? "/dev/shm" : "/tmp"
        var template = Array("\(parent)/chatserv-store-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { fatalError("no temporary folder") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        Self.remove(path)
    }

    func makeFolder(_ name: String, mode: mode_t) {
        unsafe mkdir(path + "/" + name, mode)
        unsafe chmod(path + "/" + name, mode)
    }

    /// What a process that died has left; without the lock, unless it is asked for.
    func copyFiles(from source: String, to name: String, with others: [String] = []) {
        makeFolder(name, mode: 0o700)
        for file in ["messages.db", "messages.db-wal"] + others {
            guard let bytes = Self.contents(of: source + "/" + file) else { continue }
            Self.put(bytes, in: "\(path)/\(name)/\(file)")
        }
    }

    /// How many bytes were changed: one bit in each place where the pattern stands.
    func flipBit(in file: String, behind pattern: [UInt8]) -> Int {
        guard var bytes = Self.contents(of: path + "/" + file) else { return 0 }
        var flipped = 0
        var start = 0
        while start + pattern.count <= bytes.count {
            if bytes[start] == pattern[0], bytes[start...].starts(with: pattern) {
                bytes[start + pattern.count - 1] ^= 1
                flipped += 1
            }
            start += 1
        }
        Self.put(bytes, in: path + "/" + file)
        return flipped
    }

    func mode(of file: String) -> mode_t {
        var status = stat()
        guard unsafe stat(path + "/" + file, &status) == 0 else { return 0 }
        return status.st_mode & 0o777
    }

    /// When it was last changed, in seconds since 1970.
    func time(of file: String) -> Int {
        var status = stat()
        guard unsafe stat(path + "/" + file, &status) == 0 else { return 0 }
        return status.st_mtim.tv_sec
    }

    func setTime(of file: String, to seconds: Int) {
        let time = timespec(tv_sec: seconds, tv_nsec: 0)
        // Two times, of access and of change, as the call wants them.
        _ = unsafe utimensat(AT_FDCWD, path + "/" + file, [time, time], 0)
    }

    static func contents(of path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
        }
    }

    static func put(_ bytes: [UInt8], in path: String) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else {
            fatalError("cannot write \(path)")
        }
    }

    /// Of every file in one of its folders.
    func contents(of folder: String) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in ["lock", "messages.db", "messages.db-wal", "messages.db-shm"] {
            files[name] = Self.contents(of: "\(path)/\(folder)/\(name)")
        }
        return files
    }

    static func remove(file: String) {
        unsafe unlink(file)
    }

    private static func remove(_ folder: String) {
        if let entries = unsafe opendir(folder) {
            while let entry = unsafe readdir(entries) {
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                    unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                        unsafe String(cString: $0)
                    }
                }
                guard name != ".", name != ".." else { continue }
                let path = folder + "/" + name
                if unsafe unlink(path) != 0 { remove(path) }
            }
            unsafe closedir(entries)
        }
        unsafe rmdir(folder)
    }
}
