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
    /// All that was ever taken, written, accepted or closed.
    var deeds = 0
    /// Turns in a row in which nothing was.
    var idleTurns = 0
    /// What was to be written after the last of them, in bytes.
    var unwrittenBefore = 0
    var leavingAt: Instant?
    /// Reports and outcomes that the loop has not looked at.
    var reports: [StoreReport] = []
    var outcomes: [HashOutcome] = []
    var findings: [SearchReport] = []
    var hasHangUp = false
    /// The account file as this server has read it, and as it had read it before.
    var told: [AccountLine]
    var toldBefore: [AccountLine] = []
    /// When a name was last in it.
    var goneAt: [String: Instant] = [:]
    /// Who is inside where, as far as it has heard.
    var hall: Hall

    // MARK: The store's thread

    var writer: StoreWriter<CrashingStore>
    var orders: [StoreOrder] = []
    /// What it is at work on.
    var group: [StoreOrder] = []
    var storeIsAtWork = false
    /// There is work for moments of rest.
    var storeMayTidy = false
    /// On their way to the loop, each batch by itself.
    var reportsComing: [[StoreReport]] = []

    // MARK: The hashing threads

    var jobs: [HashJob?] = []
    var lanesFreeAt: [Instant]
    var outcomesComing: [HashOutcome] = []

    init(
        _ disk: Disk, _ conditions: Conditions, _ recovered: Recovered, _ town: Town,
        _ accounts: [AccountLine], at now: Moment
    ) {
        hall = Hall(town, at: now.instant)
        writer = StoreWriter(CrashingStore(disk: disk))
        told = accounts
        lanesFreeAt = [now.instant, now.instant]
        switchboard = Switchboard(
            recovered, accounts,
            rules: PostOffice.Rules(
                queueLimit: conditions.queueLimit + (disk.sabotage == .mailboxTakesOneMore ? 1 : 0),
                roomLimit: conditions.roomLimit,
                blockLength: .seconds(conditions.blockSeconds)),
            idleLimit: .seconds(conditions.idleSeconds),
            passwordRule: PasswordRule(isExposed: false), capacity: conditions.capacity, at: now)
    }

    /// The secrets that an account has, or has just had, for this server.
    func secrets(of name: String) -> [Secret] {
        (told + toldBefore).filter { $0.name.text == name }.map(\.secret)
    }

    /// What the kernels have not taken, in bytes.
    var unwritten: Int {
        lines.reduce(0) { sum, line in
            sum + (line.map { switchboard.withNextOutput(of: $0.id) { $0.count } } ?? 0)
        }
    }

    func line(_ id: SessionID) -> Line? {
        guard Int(id.slot) < lines.count, let line = lines[Int(id.slot)], line.id == id else {
            return nil
        }
        return line
    }
}
