// What the system says when the account file cannot be read or written.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A call that failed on the account file, or on the one that was to take its place.
package struct UserPassFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package let call: String
    package let path: String
    /// As `errno` has it.
    package let code: Int32

    package init(call: String, path: String, code: Int32) {
        self.call = call
        self.path = path
        self.code = code
    }

    package var isMissingFile: Bool { code == ENOENT }

    package var description: String { "\(path): \(call): \(reason)" }

    private var reason: String {
        var text = [CChar](repeating: 0, count: 256)
        // The buffer is alive for the call, which is told its length.
        guard unsafe strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// What the call returned. Made again when a signal cut it short.
@discardableResult
func check<Value: SignedInteger>(
    _ call: String, _ path: String, _ body: () -> Value
) throws(UserPassFileError) -> Value {
    while true {
        let value = body()
        if value >= 0 { return value }
        if errno != EINTR { throw UserPassFileError(call: call, path: path, code: errno) }
    }
}

/// On return what was written survives a power cut.
func flushToDisk(_ descriptor: Int32, _ path: String) throws(UserPassFileError) {
    #if canImport(Darwin)
        // There `fsync` stops at the drive's own memory.
        try check("fsync", path) { fcntl(descriptor, F_FULLFSYNC) }
    #else
        try check("fsync", path) { fsync(descriptor) }
    #endif
}

/// On return the names in the folder of this path survive a power cut.
func flushFolder(of path: String) throws(UserPassFileError) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
    let descriptor = try check("open", folder) { unsafe open(folder, flags) }
    defer { close(descriptor) }
    try flushToDisk(descriptor, folder)
}
