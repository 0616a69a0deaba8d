// A folder and what is in it, in memory.
import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Contents by path, relative to the folder; nil for a folder within it.
typealias Picture = [String: [UInt8]?]

enum Folder {
    /// The same place, wherever one works.
    static func absolute(_ path: String) -> String {
        // A text that ends with a NUL, allocated by the call, and ours to free.
        guard let text = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// What is there now, two levels deep, which is all there is.
    static func picture(of folder: String) -> Picture {
        var picture: Picture = [:]
        for name in TestFolder.names(in: folder) {
            let inner = TestFolder.names(in: "\(folder)/\(name)")
            for name in inner.map({ "\(name)/\($0)" }) {
                picture[name] = TestFolder.contents(of: "\(folder)/\(name)")
            }
            if isFolder("\(folder)/\(name)") {
                picture.updateValue(nil, forKey: name)
            } else {
                picture[name] = TestFolder.contents(of: "\(folder)/\(name)")
            }
        }
        return picture
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        // A value of our own.
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Makes all of it, for nobody else to read.
    static func make(_ picture: Picture, in folder: String) {
        // A folder is sorted before what is in it.
        for (name, content) in picture.sorted(by: { $0.key < $1.key }) {
            let path = "\(folder)/\(name)"
            guard let content else {
                guard unsafe mkdir(path, 0o700) == 0 else { fatalError("cannot make \(path)") }
                continue
            }
            put(content, in: path)
        }
    }

    private static func put(_ bytes: [UInt8], in path: String) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { fatalError("cannot make \(path): errno \(errno)") }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            // The slice is alive for the call, which is told its length.
            let count = unsafe bytes[written...].withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { fatalError("cannot write \(path): errno \(errno)") }
            written += count
        }
    }

    /// Where files cost no disk. A thousand servers a minute would wear one out.
    static let inMemory: String =
        unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"

    /// A copy for whoever wants to look at it, which stays. Its path.
    static func keep(_ picture: Picture, as name: String) -> String {
        let folder = TestFolder.make(in: "/tmp", name)
        make(picture, in: folder)
        return folder
    }
}
