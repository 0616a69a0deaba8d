// The running server, without what is on disk: all of it dies in a crash.

import Delivery
import Protocol
import Server
import Store

struct ServerProcess {
    /// A connection's own end.
    struct Line {
        let id: SessionID
        let client: Int
        var wantsReading = true
        var wantsWriting = false
    }

    var switchboard: Switchboard
    /// By slot, with the number that tells tenants apart.
    var lines: [Line?] = []
    /// Clients that wait to be accepted.
    var callers: [Int] = []
    /// When the loop turns next.
    var turnsAt: Instant?
    var isBusy = false
    var leavingAt: Instant?
    /// Reports and outcomes that the loop has not looked at.
    var reports: [StoreReport] = []
    var outcomes: [HashOutcome] = []
    var hasHangUp = false

    // MARK: The store's thread

    var writer: StoreWriter<CrashingStore>
    var orders: [StoreOrder] = []
    /// What it is at work on.
    var group: [StoreOrder] = []
    var storeIsAtWork = false
    /// On their way to the loop, each batch by itself.
    var reportsComing: [[StoreReport]] = []

    // MARK: The hashing threads

    var jobs: [HashJob?] = []
    var lanesFreeAt: [Instant]
    var outcomesComing: [HashOutcome] = []

    init(
        _ disk: Disk, _ file: AccountFile, _ conditions: Conditions, recovered: Recovered,
        at now: Moment
    ) {
        writer = StoreWriter(CrashingStore(disk: disk))
        lanesFreeAt = [now.instant, now.instant]
        switchboard = Switchboard(
            recovered, file.lines,
            rules: PostOffice.Rules(
                queueLimit: conditions.queueLimit,
                blockLength: .seconds(conditions.blockSeconds)),
            idleLimit: .seconds(conditions.idleSeconds),
            passwordRule: PasswordRule(isExposed: false), capacity: conditions.capacity, at: now)
    }

    func line(_ id: SessionID) -> Line? {
        guard Int(id.slot) < lines.count, let line = lines[Int(id.slot)], line.id == id else {
            return nil
        }
        return line
    }
}
