// A disk that outlives its server, and can fail.
import Protocol
import Store

final class Disk {
    fileprivate(set) var log = MemoryStore()
    var isFull = false
    var isUnreadable = false
}

/// What a server sees of it.
struct DiskStandIn: MessageStore {
    private let disk: Disk

    init(_ disk: Disk) {
        self.disk = disk
    }

    func recover() -> Recovered { disk.log.recover() }

    func commit(_ group: [Entry]) throws(StoreError) -> MessageNumber {
        if disk.isFull, !group.isEmpty { throw .unable("the disk is full") }
        return disk.log.commit(group)
    }

    func mail(
        for reader: AccountNumber, after: MessageNumber, through: MessageNumber, bytes: Int
    ) throws(StoreError) -> MailPage {
        if disk.isUnreadable { throw .unable("the disk does not answer") }
        return disk.log.mail(for: reader, after: after, through: through, bytes: bytes)
    }

    func tidy() -> Bool { false }

    func close() {}
}
