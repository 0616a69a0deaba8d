// SQLite's calls to the operating system, on their way to it: each asks the drive first whether it
// may go on, and tells it what was done.

import CSQLite
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Drive {
    /// From now on the files in its folder are this drive's.
    func attach() {
        precondition(System.isReplaced, "SQLite takes no other system")
        drives.withLock { $0[folder] = self }
    }

    func detach() {
        drives.withLock { $0[folder] = nil }
    }
}

/// By folder. Whoever's files are in none of them goes to the system as ever.
private let drives = Mutex<[String: Drive]>([:])

// SQLite's paths end with a NUL.
private func find(_ path: UnsafePointer<CChar>?) -> (drive: Drive, name: String)? {
    guard let path = unsafe path.map({ unsafe String(cString: $0) }),
        let slash = path.lastIndex(of: "/"),
        let drive = drives.withLock({ $0[String(path[..<slash])] })
    else { return nil }
    return (drive, String(path[path.index(after: slash)...]))
}

// MARK: - In place of the system

/// The pointers are SQLite's own, or made once for as long as the process lives, and nothing is
/// changed behind them later.
@safe private struct System: @unchecked Sendable {
    let own: UnsafeMutablePointer<sqlite3_vfs>

    static let original: System = {
        // Has to come before anything else is asked of SQLite; the store does the same.
        _ = csqlite_config_without_memory_statistics()
        return unsafe System(own: sqlite3_vfs_find(nil))
    }()

    static let isReplaced: Bool = {
        let replacement = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        unsafe replacement.initialize(to: original.own.pointee)
        unsafe replacement.pointee.zName = UnsafePointer(strdup("drive"))
        unsafe replacement.pointee.szOsFile += Int32(MemoryLayout<Place>.size)
        unsafe replacement.pointee.xOpen = openFile
        unsafe replacement.pointee.xDelete = deleteFile
        return unsafe sqlite3_vfs_register(replacement, 1) == SQLITE_OK
    }()
}

private let openFile: OpenCall = { _, path, file, flags, outFlags in
    let found = unsafe find(path)
    if let found, found.drive.refusal(of: .open) != nil {
        // So SQLite knows that there is nothing to close.
        unsafe file!.pointee.pMethods = nil
        return SQLITE_CANTOPEN
    }
    let system = unsafe System.original.own
    let code = unsafe system.pointee.xOpen(system, path, file, flags, outFlags)
    if let found, code == SQLITE_OK {
        let original = unsafe file!.pointee.pMethods!
        unsafe place(behind: file!).initialize(
            to: Place(.passUnretained(found.drive.opened(found.name)), original))
        unsafe file!.pointee.pMethods = Methods.replacing(original)
    }
    return code
}

private let deleteFile: DeleteCall = { _, path, flushesFolder in
    if let (drive, name) = unsafe find(path) {
        if drive.refusal(of: .delete) != nil { return Failed.deleting }
        drive.willDelete(name, flushesFolder: flushesFolder != 0)
    }
    let system = unsafe System.original.own
    return unsafe system.pointee.xDelete(system, path, flushesFolder)
}

// MARK: - Open files

/// Behind what the system keeps of an open file. The drive keeps the object alive.
@safe
private struct Place {
    let file: Unmanaged<DriveFile>
    /// The system's; they differ from file to file.
    let original: UnsafePointer<sqlite3_io_methods>

    init(_ file: Unmanaged<DriveFile>, _ original: UnsafePointer<sqlite3_io_methods>) {
        unsafe (self.file, self.original) = (file, original)
    }
}

// `szOsFile` says how much room there is: that of the system, and this.
private func place(
    behind file: UnsafeMutablePointer<sqlite3_file>
) -> UnsafeMutablePointer<Place> {
    let start = unsafe UnsafeMutableRawPointer(file) + Int(System.original.own.pointee.szOsFile)
    return unsafe start.assumingMemoryBound(to: Place.self)
}

// Only files that have a place have our methods.
private func open(
    _ file: UnsafeMutablePointer<sqlite3_file>?
) -> (driven: DriveFile, original: sqlite3_io_methods) {
    let place = unsafe place(behind: file!).pointee
    return unsafe (place.file.takeUnretainedValue(), place.original.pointee)
}

/// What can be done with an open file: made once for each kind that the system has, and never
/// changed.
@safe private struct Methods: @unchecked Sendable {
    let own: UnsafePointer<sqlite3_io_methods>
    let original: UnsafePointer<sqlite3_io_methods>

    private static let made = Mutex<[Methods]>([])

    static func replacing(
        _ original: UnsafePointer<sqlite3_io_methods>
    ) -> UnsafePointer<sqlite3_io_methods> {
        let methods = made.withLock { made in
            if let known = made.first(where: { unsafe $0.original == original }) { return known }
            let new = unsafe Methods(own: make(over: original), original: original)
            made.append(new)
            return new
        }
        return unsafe methods.own
    }

    private static func make(
        over original: UnsafePointer<sqlite3_io_methods>
    ) -> UnsafePointer<sqlite3_io_methods> {
        let own = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        unsafe own.initialize(to: original.pointee)
        unsafe own.pointee.xRead = read
        unsafe own.pointee.xWrite = write
        unsafe own.pointee.xTruncate = truncate
        unsafe own.pointee.xSync = flush
        return unsafe UnsafePointer(own)
    }
}

private let read: ReadCall = { file, bytes, count, offset in
    let (driven, original) = unsafe open(file)
    if driven.drive.refusal(of: .read) != nil { return Failed.reading }
    return unsafe original.xRead(file, bytes, count, offset)
}

private let write: WriteCall = { file, bytes, count, offset in
    let (driven, original) = unsafe open(file)
    let end = Int(offset) + Int(count)
    switch driven.drive.refusal(of: .write, growing: end > driven.size) {
    case .failure: return Failed.writing
    case .full: return SQLITE_FULL
    case nil: break
    }
    // SQLite says how many there are.
    let copy = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    driven.change(.bytes(copy, at: Int(offset)))
    return unsafe original.xWrite(file, bytes, count, offset)
}

private let truncate: TruncateCall = { file, size in
    let (driven, original) = unsafe open(file)
    if driven.drive.refusal(of: .truncate) != nil { return Failed.truncating }
    driven.change(.size(Int(size)))
    return unsafe original.xTruncate(file, size)
}

/// Nothing is given to the system: the files are in memory, and the drive says what survives.
private let flush: FlushCall = { file, _ in
    let driven = unsafe open(file).driven
    if driven.drive.refusal(of: .flush) != nil {
        if !driven.drive.isDead { driven.failToFlush() }
        return driven.drive.hidesFailures ? SQLITE_OK : Failed.flushing
    }
    driven.flush()
    return SQLITE_OK
}

// MARK: - As C knows them

/// Extended result codes, which are macros of two parts.
private enum Failed {
    static let reading = SQLITE_IOERR | 1 << 8
    static let writing = SQLITE_IOERR | 3 << 8
    static let flushing = SQLITE_IOERR | 4 << 8
    static let truncating = SQLITE_IOERR | 6 << 8
    static let deleting = SQLITE_IOERR | 10 << 8
}

private typealias File = UnsafeMutablePointer<sqlite3_file>
private typealias OpenCall =
    @convention(c) (
        UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?, File?, Int32,
        UnsafeMutablePointer<Int32>?
    ) -> Int32
private typealias DeleteCall =
    @convention(c) (
        UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?, Int32
    ) -> Int32
private typealias ReadCall = @convention(c) (File?, UnsafeMutableRawPointer?, Int32, Int64) -> Int32
private typealias WriteCall = @convention(c) (File?, UnsafeRawPointer?, Int32, Int64) -> Int32
private typealias TruncateCall = @convention(c) (File?, Int64) -> Int32
private typealias FlushCall = @convention(c) (File?, Int32) -> Int32
