// The account file as bytes on a disk. People edit it, `chatserv passwd` rewrites it and the
// server appends to it, all at the same time; and what was confirmed outlives a power cut.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `user_pass.txt`, by its path. Knows lines, not accounts.
///
/// Every operation opens the file afresh, so that a file which was put in its place is the one that
/// is used from then on. All of them wait while another process holds the lock.
package struct UserPassFile: Sendable {
    package let path: String
    /// How the file was left here, nil when that is not certain.
    private var known: LockedFile.Stamp?

    package init(path: String) {
        self.path = path
    }

    package mutating func read() throws(UserPassFileError) -> [UInt8] {
        let file = try LockedFile.hold(resolved(), for: .reading)
        known = try file.stamp()
        return try file.contents()
    }

    /// What was read is not sound: the next appending is to look at it again.
    package mutating func forget() {
        known = nil
    }

    package enum Privacy: Hashable, Sendable {
        /// Nobody but the owner can read it.
        case kept
        /// So it is now; others could read it before.
        case restored
        /// Others can read it, and this process may not change that.
        case lacking
    }

    /// Takes from others what rights they have on it.
    package func restorePrivacy() throws(UserPassFileError) -> Privacy {
        let file = try LockedFile.hold(resolved(), for: .reading)
        let mode = try file.mode()
        if mode & 0o077 == 0 { return .kept }
        do throws(UserPassFileError) {
            try file.setMode(mode & 0o700)
            return .restored
        } catch {
            return .lacking
        }
    }

    /// Adds a line, which is on disk on return, and stands alone. When it throws, the file is as it
    /// was.
    ///
    /// When somebody else has changed the file in the meantime, `examine` gets what stands in it
    /// and says how much of that is sound: the rest is cut off. Nil: nothing is added, and this
    /// returns false.
    package mutating func append(
        _ line: [UInt8], examine: ([UInt8]) -> Int?
    ) throws(UserPassFileError) -> Bool {
        let file = try LockedFile.hold(resolved(), for: .changing)
        let before = try file.stamp()
        var end = before.size
        if before != known {
            guard let sound = examine(try file.contents()) else { return false }
            if sound < end { try file.truncate(to: sound) }
            end = sound
        }
        let isWhereItWas = before.identity == known?.identity
        known = nil

        var bytes: [UInt8] = []
        if end > 0, try file.byte(at: end - 1) != UInt8(ascii: "\n") {
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes += line
        bytes.append(UInt8(ascii: "\n"))
        do throws(UserPassFileError) {
            try file.append(bytes)
            try file.flush()
            // An editor that put this file in the place of another may not have flushed that.
            if !isWhereItWas { try flushFolder(of: resolved()) }
        } catch {
            // Should this fail as well, `examine` will find the beginning of a line the next time.
            try? file.truncate(to: end)
            try? file.flush()
            throw error
        }
        known = try file.stamp()
        return true
    }

    /// Puts another text in its place, at once and for good: after a power cut there is the one or
    /// the other. Nobody appends in the meantime. Nil leaves everything as it is, and this returns
    /// false.
    package mutating func rewrite(
        _ change: ([UInt8]) -> [UInt8]?
    ) throws(UserPassFileError) -> Bool {
        let path = try resolved()
        let old = try LockedFile.hold(path, for: .changing)
        guard let bytes = change(try old.contents()) else { return false }
        known = nil

        // Whoever holds the lock has this name for itself: what stands there is from a crash.
        let draft = path + ".new"
        unsafe unlink(draft)
        // Locked from before it has the path until the folder is flushed: what others append to it
        // cannot be confirmed before it is certain that it stays.
        let new = try LockedFile.create(draft)
        do throws(UserPassFileError) {
            try new.resemble(old)
            try new.append(bytes)
            try new.flush()
            try check("rename", draft) { unsafe rename(draft, path) }
        } catch {
            unsafe unlink(draft)
            throw error
        }
        try flushFolder(of: path)
        known = try new.stamp()
        return true
    }

    /// Cuts off what stands from there on. False, and nothing is done, when the file is not as it
    /// was read.
    package mutating func truncate(to offset: Int) throws(UserPassFileError) -> Bool {
        let before = known
        known = nil
        let file = try LockedFile.hold(resolved(), for: .changing)
        guard let before, try file.stamp() == before, offset <= before.size else { return false }
        try file.truncate(to: offset)
        try file.flush()
        known = try file.stamp()
        return true
    }

    /// Makes an empty one, for nobody but its owner. There must be none.
    package mutating func create() throws(UserPassFileError) {
        let file = try LockedFile.create(path)
        try file.flush()
        try flushFolder(of: path)
        known = try file.stamp()
    }

    /// The path of the file itself, where this one is a symbolic link: a link that is renamed over
    /// would be gone.
    private func resolved() throws(UserPassFileError) -> String {
        // Freed below; nil when there is no such file.
        guard let real = unsafe realpath(path, nil) else {
            throw UserPassFileError(call: "open", path: path, code: errno)
        }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }
}
