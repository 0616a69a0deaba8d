import Protocol
import Store

/// A store in memory whose next answers can be errors.
struct FlakyStore: MessageStore {
    /// What the outside says and sees while the writer holds the store.
    final class Script {
        /// For the coming commits, one each; nil succeeds.
        var commits: [StoreError?] = []
        var reads: [StoreError?] = []
        /// What the coming pages say of damage.
        var damage: [[String]] = []
        var slices: [StoreError?] = []
        /// Slices that say there is more.
        var slicesLeft = 0
        /// The groups that were kept.
        var kept: [[Entry]] = []
        var isClosed = false
    }

    let script: Script
    private var memory = MemoryStore()

    init(_ script: Script) {
        self.script = script
    }

    private static func next(_ errors: inout [StoreError?]) throws(StoreError) {
        if !errors.isEmpty, let error = errors.removeFirst() { throw error }
    }

    func recover() -> Recovered { memory.recover() }

    mutating func commit(_ group: [Entry]) throws(StoreError) -> MessageNumber {
        try Self.next(&script.commits)
        script.kept.append(group)
        return memory.commit(group)
    }

    func mail(_ query: MailQuery, bytes: Int) throws(StoreError) -> MailPage {
        try Self.next(&script.reads)
        let page = memory.mail(query, bytes: bytes)
        guard !script.damage.isEmpty else { return page }
        return MailPage(
            letters: page.letters, isLast: page.isLast, damage: script.damage.removeFirst())
    }

    func inbox(_ query: MailQuery) throws(StoreError) -> [Unread] {
        try Self.next(&script.reads)
        return memory.inbox(query)
    }

    func history(_ query: HistoryQuery) throws(StoreError) -> HistoryPage {
        try Self.next(&script.reads)
        return memory.history(query)
    }

    func entries(_ numbers: [MessageNumber], bytes: Int) throws(StoreError) -> MailPage {
        try Self.next(&script.reads)
        return memory.entries(numbers, bytes: bytes)
    }

    func forget(before: WallTime) {}

    func tidy() throws(StoreError) -> Bool {
        try Self.next(&script.slices)
        script.slicesLeft -= 1
        return script.slicesLeft > 0
    }

    func close() { script.isClosed = true }
}
