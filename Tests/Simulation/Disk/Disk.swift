// What survives a crash: the log, and the account file. Both outlive the server that uses them.

import Delivery
import ProofKit
import Protocol
import Store

/// The data folder under its drive, and the store that is open on it.
final class Disk {
    private let folder = TestFolder(in: DataOnDisk.place)
    let drive: Drive
    private let options: SQLiteStore.Options
    let sabotage: Sabotage?
    private var store: SQLiteStore?
    private var marks: [[UInt8]] = []

    var isUnreadable = false
    /// So often something could not be kept, or read.
    private(set) var refusedGroups = 0
    private(set) var refusedPages = 0
    /// So often there was more than fits into one page.
    private(set) var partialPages = 0

    /// What was committed since the world last looked.
    private var news: [(entry: Entry, number: Int64)] = []
    /// Given to the store, which has not said what became of it.
    private var inFlight: [Entry] = []

    init(_ conditions: Conditions, _ chance: Chance, sabotage: Sabotage?) {
        options = conditions.store
        self.sabotage = sabotage
        drive = Drive(folder: folder.path + "/data", chance, sabotage)
        drive.attach()
    }

    deinit {
        drive.die()
        store?.close()
        drive.detach()
    }

    /// The file that a commit flushes.
    static let log = "messages.db-wal"

    var accountFile: String { folder.path + "/user_pass.txt" }

    func takeNews() -> [(entry: Entry, number: Int64)] {
        defer { news = [] }
        return news
    }

    // MARK: Lives of the server

    /// Everything that the next server knows.
    func open() throws(StoreError) -> Recovered {
        marks = [mark]
        // The store flushes its folder before it opens the database, and behind it.
        drive.folderIsFlushed()
        let store = try SQLiteStore(folder: drive.folder, options: options)
        self.store = store
        drive.folderIsFlushed()
        var recovered = try store.recover()
        if drive.isDead { throw .fatal("the power fails") }
        if sabotage == .refusalsAreForgotten { recovered.refusals = [] }
        return recovered
    }

    /// The server is gone, in whatever way; its kernel is not.
    func crash() {
        drive.die()
        store?.close()
        store = nil
    }

    /// After a crash: the kernel is gone as well.
    func losePower(_ chance: inout Chance) {
        drive.losePower()
        loseMark(&chance)
    }

    /// The store says what has become of what was in flight.
    func settle() -> [Entry] {
        defer { inFlight = [] }
        return inFlight
    }

    // MARK: How far the log had come

    private var markFile: String { drive.folder + "/lock" }

    private var mark: [UInt8] { DataOnDisk.read(markFile) }

    /// It is written in place and never flushed: any of the latest may be what is left, or a
    /// mixture.
    private func loseMark(_ chance: inout Chance) {
        let latest = mark
        let left: [UInt8]
        switch chance.below(4) {
        case 0: left = latest
        case 1: left = marks[0]
        case 2: left = chance.one(of: marks)
        default: left = zip(latest, marks[0]).map { chance.oneIn(8) ? $1 : $0 }
        }
        DataOnDisk.replace(left, at: markFile)
    }

    // MARK: The store's work

    fileprivate func commit(_ group: [Entry]) throws(StoreError) -> MessageNumber {
        inFlight = group
        if marks.count < 8 { marks.append(mark) }
        do throws(StoreError) {
            let first = try openStore.commit(group)
            for (place, entry) in group.enumerated() {
                news.append((entry, first.value + Int64(place)))
            }
            inFlight = []
            try checkPower()
            return first
        } catch {
            try checkPower()
            if case .fatal = error { throw error }
            refusedGroups += 1
            inFlight = []
            throw error
        }
    }

    /// Whatever is read.
    fileprivate func reading<Result>(
        _ body: (SQLiteStore) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        do throws(StoreError) {
            if isUnreadable { throw .unable("the disk does not answer") }
            let result = try body(openStore)
            try checkPower()
            return result
        } catch {
            try checkPower()
            refusedPages += 1
            throw error
        }
    }

    fileprivate func mail(_ query: MailQuery, bytes: Int) throws(StoreError) -> MailPage {
        let page = try reading { store throws(StoreError) in
            try store.mail(sabotaged(query), bytes: bytes)
        }
        if !page.isLast { partialPages += 1 }
        return sabotaged(page)
    }

    /// As they are, whatever is done to those that the server reads.
    func letters(
        for reader: AccountNumber, after: MessageNumber
    ) throws(StoreError) -> MailPage {
        let query = MailQuery(reader: reader, after: after, through: MessageNumber(.max))
        return try openStore.mail(query, bytes: Limits.mailPageBytes)
    }

    fileprivate func tidy() throws(StoreError) -> Bool {
        do throws(StoreError) {
            let hasMore = try openStore.tidy()
            try checkPower()
            return hasMore
        } catch {
            try checkPower()
            throw error
        }
    }

    fileprivate func forget(before time: WallTime) throws(StoreError) {
        try openStore.forget(before: time)
        try checkPower()
    }

    fileprivate func close() {
        store?.close()
        store = nil
    }

    private var openStore: SQLiteStore {
        guard let store else { preconditionFailure("nobody uses a store after its server's end") }
        return store
    }

    private func checkPower() throws(StoreError) {
        if drive.isDead { throw .fatal("the power fails") }
    }
}

/// What the store's thread sees of the disk.
struct CrashingStore: MessageStore {
    let disk: Disk

    func recover() throws(StoreError) -> Recovered { try disk.open() }

    func commit(_ group: [Entry]) throws(StoreError) -> MessageNumber {
        try disk.commit(group)
    }

    func mail(_ query: MailQuery, bytes: Int) throws(StoreError) -> MailPage {
        try disk.mail(query, bytes: bytes)
    }

    func inbox(_ query: MailQuery) throws(StoreError) -> [Unread] {
        try disk.reading { store throws(StoreError) in
            disk.sabotaged(try store.inbox(query))
        }
    }

    func history(_ query: HistoryQuery) throws(StoreError) -> HistoryPage {
        try disk.reading { store throws(StoreError) in
            disk.sabotaged(try store.history(disk.sabotaged(query)))
        }
    }

    func entries(_ numbers: [MessageNumber], bytes: Int) throws(StoreError) -> MailPage {
        try disk.reading { store throws(StoreError) in
            try store.entries(numbers, bytes: bytes)
        }
    }

    func forget(before time: WallTime) throws(StoreError) { try disk.forget(before: time) }

    func tidy() throws(StoreError) -> Bool { try disk.tidy() }

    func close() { disk.close() }
}
