#if canImport(Glibc)
    package import Glibc
#else
    package import Darwin
#endif

/// A folder of its own for one test, gone when the last reference is.
package final class TestFolder: Sendable {
    package let path: String

    package init(in place: String = "/tmp") {
        path = Self.make(in: place, "chatserv-test")
    }

    /// An empty folder of nobody else's, which stays. Its path.
    package static func make(in place: String, _ name: String) -> String {
        var template = Array("\(place)/\(name)-XXXXXX".utf8CString)
        // The template ends with a NUL, and is long enough for itself.
        guard unsafe mkdtemp(&template) != nil else { fatalError("no temporary folder") }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        Self.remove(path)
    }

    package func put(_ text: String, in name: String) {
        Self.put(text, in: "\(path)/\(name)")
    }

    package func text(of name: String) -> String {
        String(decoding: Self.contents(of: "\(path)/\(name)") ?? [], as: UTF8.self)
    }

    /// Who may do what with it, or nil when it does not exist.
    package func mode(of name: String) -> mode_t? {
        var status = stat()
        // A value of our own.
        guard unsafe stat("\(path)/\(name)", &status) == 0 else { return nil }
        return status.st_mode & 0o777
    }

    package func size(of name: String) -> Int {
        Self.contents(of: "\(path)/\(name)")?.count ?? 0
    }

    package static func contents(of path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            // The chunk's own length.
            let count = unsafe read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
        }
    }

    package static func put(_ text: String, in path: String) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        // The array's own length.
        guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else {
            fatalError("cannot write \(path)")
        }
    }

    /// The names of what is in a folder, sorted.
    package static func names(in folder: String) -> [String] {
        guard let entries = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(entries) }
        var names: [String] = []
        while let entry = unsafe readdir(entries) {
            // A text that ends with a NUL, in a field of 256 bytes.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func remove(_ folder: String) {
        for name in names(in: folder) {
            let path = "\(folder)/\(name)"
            if unsafe unlink(path) != 0 { remove(path) }
        }
        unsafe rmdir(folder)
    }
}
