#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files, processes, and what the kernel counts.
enum Machine {
    static func say(_ progress: String) {
        put(progress + " …\n")
    }

    /// How far a long work has come: on one line at a terminal, else on a line for every tenth.
    static func show(_ work: String, _ done: Int, before: Int, of all: Int) {
        let (share, shownShare) = (done * 100 / all, before * 100 / all)
        let isTerminal = isatty(STDERR_FILENO) == 1
        let step = isTerminal ? 1 : 10
        guard share / step > shownShare / step else { return }
        put((isTerminal ? "\r" : "") + "\(work): \(share) %")
        if !isTerminal || share == 100 { put("\n") }
    }

    static func fail(_ reason: String, code: Int32) -> Never {
        put(reason + "\n")
        exit(code)
    }

    private static func put(_ text: String) {
        _ = unsafe write(STDERR_FILENO, text, text.utf8.count)
    }

    /// What the disk has room for, at this path.
    static func bytesFree(at path: String) -> Int {
        var status = statvfs()
        // The structure is the one the call fills.
        guard unsafe statvfs(path, &status) == 0 else { return .max }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    /// The kernel reads the file from the disk the next time, as far as it can be told to.
    static func forget(_ path: String) {
        #if canImport(Glibc)
            let descriptor = unsafe open(path, O_RDONLY)
            guard descriptor >= 0 else { return }
            // Only what is not waiting to be written goes.
            fsync(descriptor)
            posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
            close(descriptor)
        #endif
    }

    static func makeFolder(_ path: String?) -> String {
        if let path {
            guard unsafe mkdir(path, 0o700) == 0 else { fail("\(path) cannot be made", code: 2) }
            return path
        }
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/storebench-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { fail("no temporary folder", code: 1) }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The folder and the stores in it.
    static func remove(_ folder: String) {
        for name in names(in: folder) {
            let path = folder + "/" + name
            if unsafe unlink(path) != 0 { remove(path) }
        }
        unsafe rmdir(folder)
    }

    private static func names(in folder: String) -> [String] {
        guard let entries = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(entries) }
        var names: [String] = []
        while let entry = unsafe readdir(entries) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// What this process has used of the processors, which its neighbours do not change much.
    static var processorTime: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// What this process has had written to the disk. Nil where the kernel does not count it.
    static var bytesWritten: Int? {
        let descriptor = unsafe open("/proc/self/io", O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(
            separator: "\n")
        return lines.first { $0.hasPrefix("write_bytes: ") }.flatMap { Int($0.dropFirst(13)) }
    }
}
