// What is left when the power goes: for everything that was not flushed it is chance.

struct PowerCut: Sendable {
    enum Model: CaseIterable, Sendable {
        /// The disk had not begun.
        case nothingKept
        /// It had just finished.
        case allKept
        /// All bytes, but the names lag behind.
        case bytesKept
        /// All names, but the bytes lag behind.
        case namesKept
        /// Some writes, in whatever order.
        case someKept
        /// Some files to their end, the others not at all.
        case someFilesKept
        /// Everything up to some moment.
        case beginningKept
        /// As before; and the write at that moment is torn.
        case lastTorn
        /// Any sector by itself.
        case allTorn
    }

    let model: Model
    var chance: Seeded

    /// What is found after it.
    mutating func picture(of disk: Disk) -> Picture {
        let moment = moment(in: disk)
        let names = names(of: disk, moment)
        var picture: Picture = [:]
        for (path, item) in names.sorted(by: { $0.key < $1.key }) {
            // What is in a folder that is not there is not there either.
            if let slash = path.lastIndex(of: "/"), names[String(path[..<slash])] != .folder {
                continue
            }
            switch item {
            case .folder: picture.updateValue(nil, forKey: path)
            case .file(let place):
                picture[path] = content(of: disk.files[place], in: disk.record, moment)
            }
        }
        return picture
    }

    /// Among all that is pending.
    private mutating func moment(in disk: Disk) -> Int {
        let first = disk.files.compactMap(\.pending.first?.at).min()
        let moments = [first, disk.renamings.first?.at].compactMap(\.self)
        let last = disk.record.events[max(0, disk.next - 1)].end
        return moments.min().map { chance.number(min($0, last)...last) } ?? last
    }

    private mutating func names(of disk: Disk, _ moment: Int) -> [String: Disk.Item] {
        var names = disk.names
        var lagging: Set<String> = []
        for renaming in disk.renamings {
            let isKept: Bool
            switch model {
            case .nothingKept, .bytesKept: isKept = false
            case .allKept, .namesKept: isKept = true
            case .someKept, .someFilesKept, .allTorn: isKept = chance.oneIn(2)
            case .beginningKept, .lastTorn: isKept = renaming.at <= moment
            }
            // One change of a name cannot overtake another of the same.
            if isKept, lagging.isDisjoint(with: renaming.paths) {
                renaming.carryOut(on: &names)
            } else {
                lagging.formUnion(renaming.paths)
            }
        }
        return names
    }

    private mutating func content(
        of file: Disk.File, in record: DiskRecord, _ moment: Int
    ) -> [UInt8] {
        var content = file.content
        let fileIsKept = chance.oneIn(2)
        for pending in file.pending {
            switch model {
            case .nothingKept, .namesKept:
                continue
            case .allKept, .bytesKept:
                record.carryOut(pending.change, on: &content)
            case .someKept:
                if chance.oneIn(2) { record.carryOut(pending.change, on: &content) }
            case .someFilesKept:
                if fileIsKept { record.carryOut(pending.change, on: &content) }
            case .beginningKept:
                if pending.at <= moment { record.carryOut(pending.change, on: &content) }
            case .lastTorn:
                if pending.at <= moment {
                    record.carryOut(pending.change, on: &content)
                } else {
                    tear(pending, on: &content, in: record)
                    return content
                }
            case .allTorn:
                tear(pending, on: &content, in: record)
            }
        }
        return content
    }

    private mutating func tear(
        _ pending: Disk.Pending, on content: inout [UInt8], in record: DiskRecord
    ) {
        if case .cut = pending.change, chance.oneIn(2) { return }
        var sectors = chance.branch()
        record.carryOut(pending.change, on: &content) { _ in sectors.oneIn(2) }
    }
}
