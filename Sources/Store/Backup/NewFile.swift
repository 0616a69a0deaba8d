// Files that appear at once, whole and for good, and never in the place of another.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A file on its way to a path where there is none. Until it is put there it has `.new` behind its
/// name.
struct NewFile: ~Copyable {
    private let path: String
    private let draft: DataFile

    init(_ path: String) throws(StoreError) {
        try Self.checkThatNothing(at: path)
        let draft = try DataFile(path + Self.draftEnding, for: .drafting)
        guard try draft.makePrivate() else {
            throw .unable("\(path)\(Self.draftEnding) is there already, and somebody else's")
        }
        // It may be left by somebody who was interrupted. Who still works on it has it locked.
        guard try draft.lock() else {
            throw .unable("\(path)\(Self.draftEnding) is being written already")
        }
        try draft.truncate()
        self.path = path
        self.draft = draft
    }

    var draftPath: String { draft.path }

    func write(_ bytes: [UInt8]) throws(StoreError) {
        try draft.write(bytes, at: 0)
    }

    func size() throws(StoreError) -> Int { try draft.size() }

    /// On return it is there, and stays.
    consuming func put() throws(StoreError) {
        defer { Self.removeDraft(of: path) }
        try draft.flush()
        if unsafe link(draft.path, path) != 0 {
            guard errno != EEXIST else {
                throw .unable("\(path) is there already, and stays as it is")
            }
            // A file system without links.
            try Self.checkThatNothing(at: path)
            guard unsafe rename(draft.path, path) == 0 else { throw .failed("make", path) }
        }
        try DataFolder.flush(Self.folder(of: path))
    }

    consuming func forget() {
        Self.removeDraft(of: path)
    }

    /// And what SQLite puts beside one that is a database, should it have been interrupted.
    static func removeDraft(of path: String) {
        for ending in ["", "-journal", "-wal", "-shm"] {
            unsafe unlink(path + draftEnding + ending)
        }
    }

    private static let draftEnding = ".new"

    static func checkThatNothing(at path: String) throws(StoreError) {
        var status = stat()
        // The structure is the one the call fills.
        guard unsafe lstat(path, &status) != 0 else {
            throw .unable("\(path) is there already, and stays as it is")
        }
        guard errno == ENOENT else { throw .failed("look at", path) }
    }

    static func folder(of path: String) -> String {
        let path = path.last == "/" ? path.dropLast() : path[...]
        return path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    }
}
