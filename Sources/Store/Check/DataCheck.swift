// `chatserv check`: everything in a data folder is looked at, and compared with what can be worked
// out from the rest. Nothing is changed.
import Protocol

/// A look at all of the data, with nobody else at it.
///
/// The log is read once from its beginning. From it come, step by step, the lists that indexes
/// should hold and the state that accounts should have, and those are compared with what is there.
/// What a crash has left in the write-ahead log is read as the server would, and stays there.
package struct DataCheck {
    private var report: DataReport
    private let database: Database
    private let confirmed: Int64
    private let entriesInSegment: Int64
    private var segments: [Segment] = []
    private var tables: Set<String> = []

    /// What the log says, as far as it has been read.
    private var ledger = Ledger()
    private var accounts: AccountsCheck
    private var refusals = RefusalsCheck()
    private var waiting = WaitingCheck()
    private var broadcasts: [Recovered.Broadcast] = []
    /// The last number that could be read, and whether all up to it could: else there is nothing
    /// that accounts could be compared with.
    private var head: Int64 = 0
    private var isComplete = true

    private struct Segment {
        let base: Int64
        let isClosed: Bool
        let accounts: Int64
        /// Nil when it says nothing about them.
        let refusals: Int64?
    }

    /// Throws when it cannot look, as while a server uses the data.
    package static func run(
        folder path: String, progress: (Progress) -> Void
    ) throws(StoreError) -> DataReport {
        let folder = try DataFolder(existing: path)
        let report = try look(into: folder, progress)
        folder.letGo()
        return report
    }

    private static func look(
        into folder: borrowing DataFolder, _ progress: (Progress) -> Void
    ) throws(StoreError) -> DataReport {
        var report = DataReport()
        var confirmed = Confirmed(head: 0)
        switch try folder.confirmed() {
        case .this(let known): confirmed = known
        case .nothing: report.notes.append("nothing says how far the log had been confirmed")
        case .unreadable: report.find("lock", "how far the log had been confirmed is unreadable")
        }
        guard folder.has(folder.database) else {
            report.find("messages.db", "missing")
            return report
        }
        let log = try WriteAheadLog(folder.log)
        report.logPages = log?.pages ?? 0
        if let damage = confirmed.damage(of: log) { report.find(damage) }

        let hasLog = folder.has(folder.log)
        do throws(StoreError) {
            let database = try Database(path: folder.database)
            // One that is there stays; an empty one, which reading makes, goes.
            if hasLog { database.leaveLog() }
            try database.execute("PRAGMA query_only = ON; PRAGMA cell_size_check = ON;")
            var check = try DataCheck(database, report, confirmed: confirmed.head)
            try check.run(progress)
            return check.report
        } catch {
            report.find(error)
            return report
        }
    }

    private init(
        _ database: Database, _ report: DataReport, confirmed: Int64
    ) throws(StoreError) {
        let layout = try database.integer("PRAGMA user_version")
        guard layout == Schema.version else {
            throw .damaged("messages.db: has layout \(layout), and not \(Schema.version)")
        }
        self.database = database
        self.confirmed = confirmed
        self.report = report
        entriesInSegment = try Schema.readLayout(of: database)
        accounts = AccountsCheck()
    }

    private mutating func run(_ progress: (Progress) -> Void) throws(StoreError) {
        try askSQLite(progress)
        try listTables()
        try listSegments()
        let closedEnd = segments.last { $0.isClosed }.map { $0.base + entriesInSegment - 1 }
        accounts.load(database, closedEnd: closedEnd ?? 0, &report)
        for segment in segments { check(segment, progress) }
        if confirmed > head, isComplete {
            report.find("log", "ends at \(head), but \(confirmed) had been confirmed")
        }
        if isComplete {
            accounts.finish(ledger, head: head, &report)
            refusals.finish(database, &report)
        } else {
            report.notes.append(
                "what cannot be read of the log cannot be compared with accounts and refusals")
        }
        try checkCounts()
        finish()
    }

    // MARK: - The database

    /// Its pages, and how they hang together.
    private mutating func askSQLite(_ progress: (Progress) -> Void) throws(StoreError) {
        progress(Progress("checking pages", 0, of: 0))
        let rows = try database.prepare("PRAGMA integrity_check(1000)")
        while try rows.step() {
            for line in rows.text(0).split(separator: "\n")
            where line != "ok" && !line.hasPrefix("***") {
                report.find("messages.db", String(line))
            }
        }
    }

    private mutating func listTables() throws(StoreError) {
        let rows = try database.prepare(
            "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        while try rows.step() { tables.insert(rows.text(0)) }
    }

    private mutating func listSegments() throws(StoreError) {
        var next: Int64 = 0
        let rows = try database.prepare("SELECT * FROM segments ORDER BY base")
        while try rows.step() {
            let base = rows.integer(0)
            guard rows.isIntact(seed: Schema.segmentsSeed), base >= next,
                base % entriesInSegment == 0
            else {
                report.find("segments, \(base)", "not what was written")
                continue
            }
            take(missingBefore: base, &next)
            segments.append(
                Segment(
                    base: base, isClosed: rows.integer(1) == 1, accounts: rows.integer(2),
                    refusals: rows.isNull(3) ? nil : rows.integer(3)))
            next = base + entriesInSegment
        }
        take(missingBefore: nil, &next)

        var known: Set<String> = ["layout", "segments", "accounts", "refusals"]
        for segment in segments {
            known.insert(Schema.segment(segment.base))
            // One that is not closed can have some of its index from before a crash.
            known.insert(Schema.index(segment.base))
        }
        for table in tables.subtracting(known).sorted() {
            report.find("table \(table)", "does not belong there")
        }
    }

    /// Segments that are there, though nothing says so.
    private mutating func take(missingBefore base: Int64?, _ next: inout Int64) {
        while base.map({ next < $0 }) ?? tables.contains(Schema.segment(next)) {
            report.find("segments, \(next)", "missing")
            segments.append(
                Segment(
                    base: next, isClosed: tables.contains(Schema.index(next)), accounts: -1,
                    refusals: nil))
            next += entriesInSegment
        }
    }

    // MARK: - The log

    private mutating func check(_ segment: Segment, _ progress: (Progress) -> Void) {
        let isOpen = segment.base == segments.last?.base
        var scan = SegmentScan(
            base: segment.base, entries: entriesInSegment, isOpen: isOpen && !segment.isClosed,
            confirmed: confirmed)
        var letters = SegmentLetters()
        let all = max(confirmed, segment.base)
        // Apart from `self`, which takes each entry meanwhile.
        var report = report
        scan.read(database, &report) { entry, number, isComplete, report in
            if number % Self.entriesPerReport == 0 {
                progress(Progress("reading entries", number, of: max(all, number)))
            }
            if case .letter(let letter) = entry {
                letters.append(letter, offset: Int(number - segment.base))
            }
            if !isComplete { self.isComplete = false }
            take(entry, number, of: segment, &report)
        }
        self.report = report
        head = scan.last
        if !scan.isComplete { isComplete = false }

        self.report.segments += 1
        guard segment.isClosed else { return }
        self.report.closedSegments += 1
        var index = IndexCheck(base: segment.base, letters, scan)
        index.run(database, &self.report)
        if isComplete, segment.accounts >= 0 {
            let begun = Int64(ledger.takeChanges().accountCount)
            if begun != segment.accounts {
                self.report.find(
                    "segments, \(segment.base)",
                    "says that \(segment.accounts) accounts had begun, but they were \(begun)")
            }
        }
    }

    private static let entriesPerReport: Int64 = 4_096

    private mutating func take(
        _ entry: Entry, _ number: Int64, of segment: Segment, _ report: inout DataReport
    ) {
        if case .letter(let letter) = entry {
            report.letters += 1
            if case .everyone(let except) = letter.to {
                report.lettersToEveryone += 1
                broadcasts.append(
                    Recovered.Broadcast(
                        number: MessageNumber(number), from: letter.from, except: except))
            }
        }
        if isComplete {
            if let trouble = waiting.advance(to: entry, number, ledger) {
                report.find("segment \(Schema.segment(segment.base)), number \(number)", trouble)
            }
            accounts.advance(to: entry, number, ledger, &report)
            refusals.advance(to: entry, isClosed: segment.isClosed)
        }
        ledger.apply(entry, number, segment: segment.base)
    }

    // MARK: - The end

    /// As the server compares them when it opens the data.
    private mutating func checkCounts() throws(StoreError) {
        guard let count = segments.last(where: { $0.refusals != nil })?.refusals else { return }
        let rows = try database.integer("SELECT count(*) FROM refusals")
        if rows != count { report.find("refusals", "\(rows) are there, of \(count)") }
    }

    private mutating func finish() {
        let all = ledger.accounts.values
        let allRead = all.lazy.filter(\.exists).map(\.cursor).min() ?? head
        report.replayed = Recovered(
            head: MessageNumber(head), accounts: all.map(\.recovered),
            lastAccount: ledger.lastAccount,
            broadcasts: broadcasts.filter { $0.number.value > allRead },
            refusals: ledger.refusals.sorted { $0.key < $1.key }.map(\.value))
        var names: Set<Username> = []
        for account in all where account.exists && !names.insert(account.name).inserted {
            report.find(
                "accounts, number \(account.number.value)",
                "has the name of another, \(account.name.text)")
        }
    }
}
