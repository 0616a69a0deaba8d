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

    func mail(_ query: MailQuery, bytes: Int) throws(StoreError) -> MailPage {
        try readable().mail(query, bytes: bytes)
    }

    func inbox(_ query: MailQuery) throws(StoreError) -> [Unread] {
        try readable().inbox(query)
    }

    func history(_ query: HistoryQuery) throws(StoreError) -> HistoryPage {
        try readable().history(query)
    }

    func entries(_ numbers: [MessageNumber], bytes: Int) throws(StoreError) -> MailPage {
        try readable().entries(numbers, bytes: bytes)
    }

    private func readable() throws(StoreError) -> MemoryStore {
        if disk.isUnreadable { throw .unable("the disk does not answer") }
        return disk.log
    }

    func forget(before: WallTime) { disk.log.forget(before: before) }

    func tidy() -> Bool { false }

    func close() {}
}
