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
    private var segments: [SegmentRow] = []
    private var tables: Set<String> = []

    /// What the log says, as far as it has been read. Of no use when something is forgotten.
    private var ledger = Ledger()
    private var hasHoles = false
    private var served = TablesCheck()
    private var accounts: AccountsCheck
    private var refusals = RefusalsCheck()
    private var waiting = WaitingCheck()
    private var mail = ReplayedMail()
    /// The last number that could be read, and whether all up to it could: else there is nothing
    /// that accounts could be compared with.
    private var head: Int64 = 0
    private var isComplete = true

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
        hasHoles = segments.contains { $0.state.hasHoles }
        let closed = segments.last { $0.state != .open }
        let closedEnd = closed.map { $0.base + entriesInSegment - 1 } ?? 0
        accounts.load(database, closedEnd: closedEnd, &report)
        served.load(database, besides: hasHoles ? [.accounts] : [.accounts, .refusals], &report)
        for segment in segments { check(segment, progress) }
        if confirmed > head, isComplete {
            report.find("log", "ends at \(head), but \(confirmed) had been confirmed")
        }
        if !isComplete {
            report.notes.append(
                "what cannot be read of the log cannot be compared with accounts and refusals")
        } else if hasHoles {
            served.finish(closed, end: closedEnd, &report)
        } else {
            accounts.finish(ledger, head: head, &report)
            refusals.finish(database, &report)
            served.compare(with: ledger, &report)
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
            guard let row = rows.segmentRow, row.base >= next, row.base % entriesInSegment == 0
            else {
                report.find("segments, \(rows.integer(0))", "not what was written")
                continue
            }
            take(missingBefore: row.base, &next)
            segments.append(row)
            next = row.base + entriesInSegment
        }
        take(missingBefore: nil, &next)

        var known: Set<String> = [
            "layout", "segments", "accounts", "rooms", "members", "apart", "refusals",
            "conversations",
        ]
        for segment in segments where segment.state != .dropped {
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
            let isClosed = tables.contains(Schema.index(next))
            segments.append(SegmentRow(base: next, state: isClosed ? .indexed : .open))
            next += entriesInSegment
        }
    }

    // MARK: - The log

    private mutating func check(_ segment: SegmentRow, _ progress: (Progress) -> Void) {
        report.segments += 1
        if segment.state != .open { report.closedSegments += 1 }
        if segment.state.hasHoles { tellForgotten(of: segment) }
        let end = segment.base + entriesInSegment - 1
        guard segment.state != .dropped else {
            head = end
            return
        }
        let isOpen = segment.base == segments.last?.base
        var scan = SegmentScan(
            base: segment.base, entries: entriesInSegment, isOpen: isOpen && segment.state == .open,
            confirmed: confirmed, mayHaveHoles: segment.state.hasHoles)
        var letters = SegmentLetters()
        let all = max(confirmed, segment.base)
        // Apart from `self`, which takes each entry meanwhile.
        var report = report
        scan.read(database, &report) { entry, number, isComplete, report in
            if number % Self.entriesPerReport == 0 {
                progress(Progress("reading entries", number, of: max(all, number)))
            }
            letters.append(entry, offset: Int(number - segment.base))
            if !isComplete { self.isComplete = false }
            take(entry, number, of: segment, &report)
        }
        self.report = report
        head = segment.state.hasHoles ? end : scan.last
        if !scan.isComplete { isComplete = false }
        if segment.state == .thinned { count(segment) }

        guard segment.state != .open else { return }
        var index = IndexCheck(segment, letters, scan)
        index.run(database, &self.report)
        MarksCheck(base: segment.base, letters).run(database, tables, &self.report)
        guard !hasHoles else { return }
        guard isComplete, let accounts = segment.accounts, let rooms = segment.rooms else { return }
        let changes = ledger.takeChanges()
        for (what, said, begun) in [
            ("accounts", accounts, Int64(changes.accountCount)),
            ("rooms", rooms, Int64(changes.roomCount)),
        ] where said != begun {
            self.report.find(
                "segments, \(segment.base)",
                "says that \(said) \(what) had begun, but they were \(begun)")
        }
    }

    private mutating func tellForgotten(of segment: SegmentRow) {
        report.thinnedSegments += 1
        if segment.state == .dropped { report.droppedSegments += 1 }
        if let newest = segment.newest, newest.seconds > report.historyBegins?.seconds ?? 0 {
            report.historyBegins = newest
        }
    }

    /// Numbers may be missing, but only so many.
    private mutating func count(_ segment: SegmentRow) {
        let table = Schema.segment(segment.base)
        guard let kept = segment.kept else {
            return report.find("segments, \(segment.base)", "does not say what is left of it")
        }
        do throws(StoreError) {
            let rows = try database.integer("SELECT count(*) FROM \(table)")
            guard rows != kept else { return }
            isComplete = false
            report.find("segment \(table)", "\(rows) entries are there, of \(kept)")
        } catch {
            report.find("segment \(table)", error.text)
        }
    }

    private static let entriesPerReport: Int64 = 4_096

    private mutating func take(
        _ entry: Entry, _ number: Int64, of segment: SegmentRow, _ report: inout DataReport
    ) {
        if case .letter(let letter) = entry {
            report.letters += 1
            if case .everyone = letter.to { report.lettersToEveryone += 1 }
        }
        mail.take(entry, MessageNumber(number), hasHoles ? served.ledger : ledger)
        if hasHoles { served.count(entry, number) }
        served.take(entry, number, of: segment)
        guard !hasHoles else { return }
        if isComplete {
            if let trouble = waiting.advance(to: entry, number, ledger) {
                report.find("segment \(Schema.segment(segment.base)), number \(number)", trouble)
            }
            accounts.advance(to: entry, number, ledger, &report)
            refusals.advance(to: entry, isClosed: segment.state != .open)
        }
        ledger.apply(entry, number, segment: segment.base)
    }

    // MARK: - The end

    /// As the server compares them when it opens the data.
    private mutating func checkCounts() throws(StoreError) {
        guard let counts = segments.last(where: { $0.rows != nil })?.rows else { return }
        for (table, count) in [
            ("refusals", counts.refusals), ("members", counts.members), ("apart", counts.apart),
        ] {
            let rows = try database.integer("SELECT count(*) FROM \(table)")
            if rows != count { report.find(table, "\(rows) are there, of \(count)") }
        }
    }

    private mutating func finish() {
        let ledger = hasHoles ? served.ledger : ledger
        report.knowsAccounts = isComplete
        report.replayed = mail.recovered(head: MessageNumber(head), ledger)
        var names: Set<Username> = []
        for account in ledger.accounts.values
        where account.exists && !names.insert(account.name).inserted {
            report.find(
                "accounts, number \(account.number.value)",
                "has the name of another, \(account.name.text)")
        }
    }
}
