// A disk that forgets: what was written and not flushed may be lost in a power cut, whole or in
// part, in any order. And any call may fail.

/// The files of one folder. They are real ones, in memory, and what SQLite does to them goes
/// through here (`Drive+SQLite.swift`); beside each stands what of it would survive.
///
/// Used by the one thread that runs its world.
final class Drive: @unchecked Sendable {
    enum Call: Sendable {
        case open, read, write, truncate, flush, delete
    }

    /// Why a call does not do what it was asked to.
    enum Refusal: Sendable {
        case failure
        case full
    }

    let folder: String
    private var chance: Chance
    private let sabotage: Sabotage?

    var isFull = false
    /// Calls until one fails, and how many do then.
    var failure: (after: Int, count: Int)?
    var failsNextFlush = false
    /// Calls until no other is answered: the server is killed, or the power fails.
    var callsLeft: Int?
    private(set) var isDead = false
    private(set) var failedCalls = 0
    private(set) var lostWrites = 0
    private(set) var tornWrites = 0

    private var files: [String: DriveFile] = [:]
    /// Deleted, but the folder was not flushed.
    private var deleted: [String: [UInt8]] = [:]

    init(folder: String, _ chance: Chance, _ sabotage: Sabotage?) {
        self.folder = folder
        self.chance = chance
        self.sabotage = sabotage
    }

    /// Another life of the server begins.
    func begin(_ chance: Chance) {
        self.chance = chance
        isDead = false
        callsLeft = nil
        for (name, file) in files where file.mayLose {
            DataOnDisk.setTime(of: "\(folder)/\(name)", to: Self.longAgo)
        }
    }

    private static let longAgo = 1

    /// Whatever is tried from now on fails.
    func die() {
        isDead = true
    }

    // MARK: Calls

    /// Nil when it may go on.
    func refusal(of call: Call, growing: Bool = false) -> Refusal? {
        if let left = callsLeft {
            callsLeft = left - 1
            if left <= 0 { isDead = true }
        }
        if isDead { return .failure }
        if call == .flush, failsNextFlush {
            failsNextFlush = false
            failedCalls += 1
            return .failure
        }
        if let plan = failure {
            failure = plan.after > 0 ? (plan.after - 1, plan.count) : nil
            if plan.after <= 0 {
                if plan.count > 1 { failure = (0, plan.count - 1) }
                failedCalls += 1
                return .failure
            }
        }
        return isFull && growing ? .full : nil
    }

    /// What is known of a file, which has just been opened.
    func opened(_ name: String) -> DriveFile {
        deleted[name] = nil
        if let file = files[name] {
            // Somebody has written it since this life began, and not through SQLite, which has only
            // now opened it.
            let isRenewed = DataOnDisk.time(of: "\(folder)/\(name)") != Self.longAgo
            if file.mayLose, isRenewed, sabotage != .logIsNotRenewed {
                file.survived(as: DataOnDisk.read("\(folder)/\(name)"))
            }
            return file
        }
        let file = DriveFile(name, of: self, DataOnDisk.read("\(folder)/\(name)"))
        files[name] = file
        return file
    }

    func willDelete(_ name: String, flushesFolder: Bool) {
        files[name] = nil
        deleted[name] = flushesFolder ? nil : DataOnDisk.read("\(folder)/\(name)")
    }

    /// What was deleted does not come back.
    func folderIsFlushed() {
        deleted = [:]
    }

    var hidesFailures: Bool { sabotage == .failedFlushIsIgnored && !isDead }

    func flushes(_ name: String) -> Bool {
        sabotage != .logIsNotFlushed || !name.hasSuffix("-wal")
    }

    // MARK: The power fails

    private enum Mercy { case none, full, mixed }

    /// Leaves in the files what was flushed, and of the rest whatever chance wants.
    func losePower() {
        let mercy = chance.one(of: [Mercy.none, .full, .mixed, .mixed])
        for (name, file) in files.sorted(by: { $0.key < $1.key }) where file.mayLose {
            var bytes = file.flushed
            for change in file.changes {
                switch mercy {
                case .none: lostWrites += 1
                case .full: change.apply(to: &bytes)
                case .mixed: applyInPart(change, to: &bytes)
                }
            }
            file.survived(as: bytes)
            DataOnDisk.replace(bytes, at: "\(folder)/\(name)")
        }
        for (name, bytes) in deleted.sorted(by: { $0.key < $1.key }) where chance.oneIn(2) {
            DataOnDisk.replace(bytes, at: "\(folder)/\(name)")
        }
        deleted = [:]
    }

    private func applyInPart(_ change: DriveFile.Change, to bytes: inout [UInt8]) {
        switch chance.below(3) {
        case 0:
            change.apply(to: &bytes)
        case 1:
            lostWrites += 1
        default:
            tornWrites += 1
            for part in change.sectors where chance.oneIn(2) { part.apply(to: &bytes) }
        }
    }
}

/// One file: what is safe, and what was done to it since it was last flushed.
final class DriveFile {
    enum Change: Sendable {
        case bytes([UInt8], at: Int)
        case size(Int)

        func apply(to file: inout [UInt8]) {
            switch self {
            case .size(let size):
                if size < file.count {
                    file.removeSubrange(size...)
                } else {
                    file += [UInt8](repeating: 0, count: size - file.count)
                }
            case .bytes(let bytes, let offset):
                let end = offset + bytes.count
                if file.count < end { Change.size(end).apply(to: &file) }
                file.replaceSubrange(offset..<end, with: bytes)
            }
        }

        /// What a drive writes at once, or not at all.
        var sectors: [Change] {
            guard case .bytes(let bytes, let offset) = self else { return [self] }
            var parts: [Change] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Self.sector - (offset + start) % Self.sector)
                parts.append(.bytes(Array(bytes[start..<end]), at: offset + start))
                start = end
            }
            return parts
        }

        private static let sector = 512
    }

    let name: String
    unowned let drive: Drive
    private(set) var flushed: [UInt8]
    private(set) var changes: [Change] = []
    /// A flush has failed: what was to be written then is in the kernel's memory, which takes it
    /// for written, and nowhere else.
    private var isAdrift = false
    private(set) var size: Int

    init(_ name: String, of drive: Drive, _ bytes: [UInt8]) {
        self.name = name
        self.drive = drive
        flushed = bytes
        size = bytes.count
    }

    func change(_ change: Change) {
        changes.append(change)
        switch change {
        case .bytes(let bytes, let offset): size = max(size, offset + bytes.count)
        case .size(let count): size = count
        }
    }

    func flush() {
        guard drive.flushes(name) else { return }
        for change in changes { change.apply(to: &flushed) }
        changes = []
    }

    func failToFlush() {
        isAdrift = isAdrift || !changes.isEmpty
        changes = []
    }

    var mayLose: Bool { isAdrift || !changes.isEmpty }

    fileprivate func survived(as bytes: [UInt8]) {
        flushed = bytes
        changes = []
        isAdrift = false
        size = bytes.count
    }
}
