// A place of its own to try a backup in.
import Store

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder for nobody else, until it is removed.
struct Scratch: Sendable {
    private let path: String

    init?(in parent: String) {
        var template = Array("\(parent)/chatserv-restore-XXXXXX".utf8CString)
        // A text of our own, which the call changes in its place.
        guard unsafe mkdtemp(&template) != nil else { return nil }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Where the data goes.
    var data: String { path + "/data" }

    func remove() {
        Restoration.remove(data)
        unsafe rmdir(path)
    }
}
