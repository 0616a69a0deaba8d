// The few bytes that a world has on a real file system, which is one in memory where there is one.

import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum DataOnDisk {
    /// Where folders go.
    static let place: String = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"

    /// Nothing when there is no such file.
    static func read(_ path: String) -> [UInt8] {
        TestFolder.contents(of: path) ?? []
    }

    static func replace(_ bytes: [UInt8], at path: String) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        // The array's own length.
        guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else {
            fatalError("cannot write \(path)")
        }
    }

    /// When it was last changed, in seconds since 1970.
    static func setTime(of path: String, to seconds: Int) {
        let time = timespec(tv_sec: seconds, tv_nsec: 0)
        // Two times, of access and of change, as the call wants them.
        guard unsafe utimensat(AT_FDCWD, path, [time, time], 0) == 0 else {
            fatalError("cannot set the time of \(path)")
        }
    }

    static func time(of path: String) -> Int {
        var status = stat()
        // The structure is the one the call fills.
        guard unsafe stat(path, &status) == 0 else { fatalError("no \(path)") }
        return status.st_mtim.tv_sec
    }

    static func move(_ path: String, to other: String) {
        guard unsafe rename(path, other) == 0 else { fatalError("cannot rename \(path)") }
    }
}
