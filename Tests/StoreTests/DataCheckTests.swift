import Protocol
import Testing

@testable import Store

// `chatserv check`: says what is there, finds what is wrong, and touches nothing.

@Suite struct DataCheckTests {
    private static func findings(_ subject: Subject) throws -> [String] {
        try DataCheck.run(folder: subject.folder.path + "/data") { _ in }.findings
    }

    /// Four accounts, letters among them and a few readings, in segments of 8; closed.
    private func written(tidied: Bool = true) throws -> Subject {
        var subject = try Subject(.sqlite)
        try subject.commit(
            opened(1, "ann"), opened(2, "bob"), opened(3, "eve"), opened(4, "zoe"))
        try subject.commit(letter(1, to: 2, "five"), letter(2, toEach: [1, 3], "six"))
        try subject.commit(letter(3, toAllBut: [4], "seven"), letter(1, to: 1, "eight"))
        try subject.commit(read(2, through: 7, own: 1), active(3, at: 9), .ended(AccountNumber(4)))
        try subject.commit(
            .refusals(Refusals(name: "ann", address: "::1", failures: [1, 2], blockedUntil: 80)))
        for number in 13...20 { try subject.commit(letter(1, to: 2, "\(number)")) }
        if tidied { try subject.tidyAll() }
        subject.close()
        return subject
    }

    @Test(arguments: [false, true])
    func `sound data is found sound, and told`(_ tidied: Bool) throws {
        var subject = try written(tidied: tidied)

        let report = try DataCheck.run(folder: subject.folder.path + "/data") { _ in }
        #expect(report.findings == [])
        #expect(report.notes == [])
        #expect(report.segments == 3)
        #expect(report.closedSegments == (tidied ? 2 : 0))
        #expect(report.letters == 12)
        #expect(report.lettersToEveryone == 1)
        #expect(report.replayed == (try subject.reopen()))
    }

    @Test(arguments: 1...8)
    func `whatever people did is found sound, at every moment`(_ seed: Int) throws {
        var traffic = Traffic(seed: UInt64(seed))
        var subject = try Subject(.sqlite)
        for step in 1...40 {
            try subject.commit(traffic.group())
            for _ in 0..<(step % 4) { _ = try subject.tidy() }
            guard step % 5 == 0 else { continue }
            let crashed = try subject.left(with: ["lock"])
            let report = try DataCheck.run(folder: crashed.path + "/data") { _ in }
            #expect(report.findings == [], "seed \(seed), step \(step)")
            #expect(report.replayed == traffic.reference.recover(), "seed \(seed), step \(step)")
        }
    }

    @Test func `nothing is changed, neither in good order nor after a crash`() throws {
        for isCrashed in [false, true] {
            var subject = try Subject(.sqlite)
            try subject.commit(opened(1, "ann"))
            for number in 2...20 { try subject.commit(letter(1, to: 1, "\(number)")) }
            let left = isCrashed ? try subject.left(with: ["lock"]) : subject.folder
            if !isCrashed { subject.close() }
            let before = left.contents(of: "data")

            let report = try DataCheck.run(folder: left.path + "/data") { _ in }
            #expect(report.isSound)
            #expect((report.logPages > 0) == isCrashed)
            var after = left.contents(of: "data")
            // The index of the log, which every opening makes anew.
            after["messages.db-shm"] = nil
            #expect(after == before)
        }
    }

    @Test func `data in use is left alone`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit(opened(1, "ann"))
        let path = subject.folder.path + "/data"

        #expect(throws: StoreError.fatal("data in \(path) is in use by another server")) {
            try DataCheck.run(folder: path) { _ in }
        }
    }

    @Test func `a folder that is not there is not made`() throws {
        let path = TemporaryFolder().path + "/data"

        #expect(
            throws: StoreError.fatal("cannot look at \(path): No such file or directory")
        ) { try DataCheck.run(folder: path) { _ in } }
    }

    @Test(arguments: [
        ("UPDATE s0 SET what = 'five!' WHERE n = 5", "segment s0, number 5: not what was written"),
        ("DELETE FROM s8 WHERE n BETWEEN 9 AND 11", "segment s8, numbers 9 to 11: missing"),
        ("DELETE FROM s16 WHERE n > 18", "segment s16, numbers 19 to 20: missing"),
        (
            "DROP TABLE s8",
            "segment s8, numbers 8 to 15: SELECT * FROM s8 WHERE n >= ? ORDER BY n: "
                + "no such table: s8 (SQLite 1)"
        ),
        ("DELETE FROM i0 WHERE party = 2", "index i0: the list of 2 is missing"),
        (
            "UPDATE i0 SET next = 3 WHERE party = 1",
            "index i0: the list of 1 is not what was written"
        ),
        (
            "INSERT INTO i0 SELECT 9, NULL, entries, sum FROM i0 WHERE party = 3",
            "index i0: the list of 9 is not what was written"
        ),
        (
            "DROP TABLE i8",
            "index i8: SELECT * FROM i8 ORDER BY party: no such table: i8 (SQLite 1)"
        ),
        ("DELETE FROM accounts WHERE number = 3", "accounts, number 3: missing"),
        (
            "UPDATE accounts SET waiting = 7 WHERE number = 2",
            "accounts, number 2: not what was written"
        ),
        ("DELETE FROM refusals", "refusals, ann from ::1: missing"),
        ("DELETE FROM segments WHERE base = 8", "segments, 8: missing"),
        ("UPDATE segments SET state = 0 WHERE base = 8", "segments, 8: not what was written"),
        ("DELETE FROM segments", "segments, 0: missing"),
        ("CREATE TABLE s80(n)", "table s80: does not belong there"),
        ("PRAGMA user_version = 3", "messages.db: has layout 3, and not 2"),
        ("UPDATE layout SET segment_entries = 16", "layout: not what was written"),
    ])
    func `what is wrong is found, by its name`(_ sql: String, _ finding: String) throws {
        let subject = try written()
        try subject.change(sql)

        let findings = try Self.findings(subject)
        #expect(findings.contains(finding), "\(findings)")
    }

    // MARK: - Rows that are whole, but not true

    @Test func `an account that is not as the log says is found`() throws {
        for (field, column) in [
            ("name", 1), ("beginning", 2), ("end", 3), ("cursor", 4), ("waiting mail", 5),
            ("last activity", 6),
        ] {
            let subject = try written()
            try subject.rewrite("accounts", where: "number = 3", Schema.accountsSeed) { row in
                row[column] = column == 1 ? .text("eva") : .integer(4)
                if column == 6 { row[7] = .integer(0) }
            }

            #expect(
                try Self.findings(subject) == [
                    "accounts, number 3: \(field) not as in the log up to 20"
                ])
        }
    }

    @Test func `an account that knows too little or too much of the log is found`() throws {
        var subject = try written()
        try subject.rewrite("accounts", where: "number = 2", Schema.accountsSeed) {
            $0[8] = .integer(13)
        }
        let findings = try Self.findings(subject)
        #expect(
            findings.contains(
                "accounts, number 2: knows the log up to 13 alone, but 14 changes it"),
            "\(findings)")

        subject = try written()
        try subject.rewrite("accounts", where: "number = 2", Schema.accountsSeed) {
            $0[8] = .integer(21)
        }
        #expect(
            try Self.findings(subject) == [
                "accounts, number 2: knows the log up to 21, beyond its end"
            ])
    }

    @Test func `an index that is not that of the letters is found`() throws {
        let subject = try written()
        try subject.rewrite("i0", where: "party = 2", Schema.indexSeed(0)) {
            $0[2] = .blob([])
        }

        #expect(
            try Self.findings(subject) == ["index i0: the list of 2 is not that of the letters"])
    }

    @Test func `refusals that are not as the log says are found`() throws {
        let subject = try written()
        try subject.rewrite("refusals", where: "name = 'ann'", Schema.refusalsSeed) {
            $0[2] = .text("1")
        }

        #expect(try Self.findings(subject) == ["refusals, ann from ::1: not as in the log"])
    }

    @Test func `entries that cannot be are found`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit(opened(1, "ann"), opened(2, "ann"), opened(1, "bob"))
        try subject.commit(letter(1, to: 9, "x"), letter(7, toAllBut: [], "x"))
        try subject.commit(letter(1, to: 2, "x"), read(2, through: 6, own: 2))
        subject.close()

        #expect(
            try Self.findings(subject) == [
                "segment s0, number 3: account 1 begins, which has begun before",
                "segment s0, number 4: names account 9, which never began",
                "segment s0, number 5: names account 7, which never began",
                "segment s0, number 7: says that account 2 read 2 letters; it were 1",
                "accounts, number 2: has the name of another, ann",
            ])
    }

    // MARK: - Files

    @Test func `files that are cut short, changed or gone are found`() throws {
        let cases: [(String, String, ([UInt8]) -> [UInt8]?)] = [
            ("lock", "lock: how far the log had been confirmed is unreadable", { $0.dropLast() }),
            ("messages.db", "messages.db: missing", { _ in nil }),
            ("messages.db", "messages.db: has layout 0, and not 2", { _ in [] }),
        ]
        for (file, finding, change) in cases {
            let subject = try written()
            let path = subject.folder.path + "/data/" + file
            let bytes = try #require(TemporaryFolder.contents(of: path))
            TemporaryFolder.remove(file: path)
            if let bytes = change(bytes) { TemporaryFolder.put(Array(bytes), in: path) }

            #expect(try Self.findings(subject) == [finding])
        }
    }

    @Test func `a write-ahead log that lacks what was confirmed is found`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit(opened(1, "ann"))
        try subject.commit(letter(1, to: 1, "x"))
        let left = try subject.left(with: ["lock"])
        let path = left.path + "/data/messages.db-wal"
        let bytes = try #require(TemporaryFolder.contents(of: path))
        TemporaryFolder.put(bytes.dropLast(1_000), in: path)

        let findings = try DataCheck.run(folder: left.path + "/data") { _ in }.findings
        #expect(findings.count == 2)
        #expect(findings.first?.hasPrefix("messages.db-wal: of ") == true)
        #expect(findings.last == "segment s0, number 2: missing")
    }

    @Test func `progress goes from the first entry to the last`() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(folder: folder.path + "/data")
        _ = try store.recover()
        _ = try store.commit([opened(1, "ann")])
        for _ in 1...4 { _ = try store.commit((1...4_096).map { _ in letter(1, to: 1, "x") }) }
        store.close()

        var seen: [Progress] = []
        _ = try DataCheck.run(folder: folder.path + "/data") { seen.append($0) }
        #expect(
            seen == [Progress("checking pages", 0, of: 0)]
                + [4_096, 8_192, 12_288, 16_384].map { Progress("reading entries", $0, of: 16_385) }
        )
    }
}
