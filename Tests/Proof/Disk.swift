// A folder on a disk that only keeps what was flushed for certain: what a power cut could leave of
// it at any moment of a record.

/// What is known of the folder up to some entry of the record.
///
/// A file is its content, as of the last flush, and the changes since then. The names are those as
/// of the last flush of the folder, and the changes since then. Flushing a file makes its own name
/// durable, and with it all changes to names before that: a file system that keeps a journal of
/// them writes it in order. Nothing else is promised, by POSIX or by anybody.
struct Disk: Sendable {
    struct File: Sendable {
        var content: [UInt8] = []
        var pending: [Pending] = []
    }

    struct Pending: Sendable {
        enum Change: Sendable {
            case written(offset: Int, bytes: Range<Int>)
            case cut(size: Int)
        }
        let change: Change
        /// The entry's end.
        let at: Int
    }

    struct Renaming: Sendable {
        enum Change: Sendable {
            case added(path: String, Item)
            case removed(path: String)
            case moved(from: String, to: String, Item)
        }
        let change: Change
        let at: Int

        var paths: [String] {
            switch change {
            case .added(let path, _), .removed(let path): [path]
            case .moved(let from, let to, _): [from, to]
            }
        }
    }

    enum Item: Hashable, Sendable {
        case folder
        /// Its place in `files`.
        case file(Int)
    }

    let record: DiskRecord
    private(set) var next = 0
    private(set) var files: [File] = []
    /// As they are durable.
    private(set) var names: [String: Item] = [:]
    private(set) var renamings: [Renaming] = []
    private var filesByInode: [UInt64: Int] = [:]
    private var foldersByInode: [UInt64: String] = [:]
    private var ignored: Set<UInt64> = []

    /// With what was in the folder before the record begins.
    init(_ record: DiskRecord, before: Picture) {
        self.record = record
        for (path, content) in before {
            guard let content else {
                names[path] = .folder
                continue
            }
            names[path] = .file(files.count)
            files.append(File(content: content))
        }
    }

    /// As of this entry; back is not possible.
    mutating func advance(through event: Int) {
        while next <= event {
            apply(record.events[next])
            next += 1
        }
    }

    // MARK: What happens

    private mutating func apply(_ event: DiskEvent) {
        switch event.change {
        case .opened(let path), .created(let path):
            // What is shared there is not for the time after a crash.
            if path.hasSuffix("-shm") { ignored.insert(event.inode) }
            if ignored.contains(event.inode) { return }
            if case .created = event.change {
                add(path, .file(files.count), event)
                filesByInode[event.inode] = files.count
                files.append(File())
            } else {
                meet(path, event.inode)
            }
        case .folderMade(let path):
            foldersByInode[event.inode] = path
            add(path, .folder, event)
        case .written(let offset, let bytes):
            change(event.inode, .written(offset: offset, bytes: bytes), event)
        case .cut(let size):
            change(event.inode, .cut(size: size), event)
        case .flushed(let begun):
            flush(event.inode, before: begun)
        case .unlinked(let path):
            if path.hasSuffix("-shm") { return }
            renamings.append(Renaming(change: .removed(path: path), at: event.end))
        case .renamed(let from, let to):
            guard let item = namesNow[from] else { preconditionFailure("\(from) is not known") }
            renamings.append(
                Renaming(change: .moved(from: from, to: to, item), at: event.end))
        }
    }

    private mutating func add(_ path: String, _ item: Item, _ event: DiskEvent) {
        renamings.append(Renaming(change: .added(path: path, item), at: event.end))
    }

    /// One that exists, under a number that may be known.
    private mutating func meet(_ path: String, _ inode: UInt64) {
        guard filesByInode[inode] == nil, foldersByInode[inode] == nil else { return }
        if case .file(let place)? = namesNow[path] {
            filesByInode[inode] = place
        } else {
            foldersByInode[inode] = path
        }
    }

    private mutating func change(
        _ inode: UInt64, _ change: Pending.Change, _ event: DiskEvent
    ) {
        if ignored.contains(inode) { return }
        guard let place = filesByInode[inode] else { preconditionFailure("an unknown file") }
        files[place].pending.append(Pending(change: change, at: event.end))
    }

    private mutating func flush(_ inode: UInt64, before begun: Int) {
        if let place = filesByInode[inode] {
            let covered = files[place].pending.prefix { $0.at <= begun }
            for pending in covered { record.carryOut(pending.change, on: &files[place].content) }
            files[place].pending.removeFirst(covered.count)
            let last = renamings.lastIndex { renaming in
                switch renaming.change {
                case .added(_, let item), .moved(_, _, let item):
                    item == .file(place) && renaming.at <= begun
                case .removed: false
                }
            }
            if let last { settleNames(last + 1) }
        } else if let path = foldersByInode[inode] {
            let prefix = path.isEmpty ? "" : path + "/"
            let last = renamings.lastIndex { renaming in
                renaming.at <= begun && renaming.paths.contains { $0.hasPrefix(prefix) }
            }
            if let last { settleNames(last + 1) }
        }
    }

    private mutating func settleNames(_ count: Int) {
        for renaming in renamings.prefix(count) { renaming.carryOut(on: &names) }
        renamings.removeFirst(count)
    }

    /// As a running process sees them.
    var namesNow: [String: Item] {
        var now = names
        for renaming in renamings { renaming.carryOut(on: &now) }
        return now
    }
}

extension Disk.Renaming {
    func carryOut(on names: inout [String: Disk.Item]) {
        switch change {
        case .added(let path, let item): names[path] = item
        case .removed(let path): names[path] = nil
        case .moved(let from, let to, let item):
            names[from] = nil
            names[to] = item
        }
    }
}

extension DiskRecord {
    /// Of a writing only the sectors that are wanted; where the file grows, the others are zero.
    func carryOut(
        _ change: Disk.Pending.Change, on content: inout [UInt8],
        sectors: (Int) -> Bool = { _ in true }
    ) {
        switch change {
        case .cut(let size):
            if size < content.count {
                content.removeLast(content.count - size)
            } else {
                content.append(contentsOf: repeatElement(0, count: size - content.count))
            }
        case .written(let offset, let range):
            let end = offset + range.count
            if end > content.count {
                content.append(contentsOf: repeatElement(0, count: end - content.count))
            }
            var at = offset
            while at < end {
                let sector = at / Self.sectorBytes
                let stop = min(end, (sector + 1) * Self.sectorBytes)
                if sectors(sector) {
                    let from = range.lowerBound + at - offset
                    content.replaceSubrange(at..<stop, with: bytes[from..<from + stop - at])
                }
                at = stop
            }
        }
    }

    /// What a disk writes at once, or not at all.
    static let sectorBytes = 512
}
