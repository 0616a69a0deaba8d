#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder with an account file, or room for one; gone with the last reference.
final class AccountFolder: Sendable {
    let folder: String
    var path: String { folder + "/user_pass.txt" }

    init(_ text: String? = nil) {
        var template = Array("/tmp/chatserv-accounts-XXXXXX".utf8CString)
        // A text of our own, which the call changes in its place.
        guard unsafe mkdtemp(&template) != nil else { fatalError("no temporary folder") }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        if let text { write(text) }
    }

    deinit {
        unsafe unlink(path)
        unsafe rmdir(folder)
    }

    func write(_ text: String) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        guard put(Array(text.utf8), descriptor) else { fatalError("cannot write \(path)") }
    }

    /// What stands in the file. Empty when there is none.
    var text: String {
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        // A buffer of our own, with its length.
        let count = unsafe read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

/// The kernel's own `write`, which hides behind the method within the class.
private func put(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
    // The array's own length.
    unsafe write(descriptor, bytes, bytes.count) == bytes.count
}
