import Protocol
import Testing

@testable import Store

// `chatserv check` on data of which the old is forgotten: what went is no damage, what is damaged
// is found all the same.

@Suite struct ForgottenCheckTests {
    private static func look(into folder: TemporaryFolder) throws -> DataReport {
        try DataCheck.run(folder: folder.path + "/data") { _ in }
    }

    @Test(arguments: 1...3)
    func `what is forgotten is no damage, at any moment of the forgetting`(_ seed: Int) throws {
        var traffic = Traffic(seed: UInt64(seed), segmentEntries: 8)
        var subject = try Subject(.sqlite)
        for step in 1...120 {
            try subject.commit(traffic.group())
            _ = try subject.tidy()
            if step % 40 == 0 { try subject.forget(before: 1_795_000_000 + Int64(step)) }
            guard step % 7 == 0 else { continue }
            let left = try subject.left(with: ["lock"])
            var report = try Self.look(into: left)
            #expect(report.findings == [], "seed \(seed), step \(step)")

            Rehearsal.run(folder: left.path + "/data", &report) { _ in }
            #expect(report.findings == [], "seed \(seed), step \(step), opened")
        }
        try subject.tidyAll()
        let report = try Self.look(into: try subject.left(with: ["lock"]))
        #expect(report.findings == [])
        #expect(report.thinnedSegments > 0)
    }

    /// 9 to 20 are letters to bob, who has not read those from 12 on, and in a room that he is in;
    /// nothing else of it is left in the second segment, and nothing at all of the first.
    private func thinned() throws -> Subject {
        var subject = try Subject(.sqlite)
        try subject.commit(
            opened(1, "ann"), opened(2, "bob"), opened(3, "eve"), roomOpened(2, by: 1),
            roomChanged(2, .joined, 2))
        for number in 6...20 {
            let text = "\(number)"
            try subject.commit(
                number % 4 == 2 ? letter(1, toRooms: [2], text) : letter(1, to: 2, text))
        }
        // With this the third segment is not old.
        try subject.commit(active(1, at: 1_795_009_000))
        try subject.commit(read(1, through: 20, own: 0), read(3, through: 20, own: 0))
        try subject.commit(read(2, through: 11, own: 4))
        try subject.commit(readApart(3, .person(AccountNumber(1)), through: 22, own: 0))
        try subject.commit(
            .refusals(Refusals(name: "ann", address: "::1", failures: [1], blockedUntil: 2)))
        for _ in 27...32 { try subject.commit(active(1, at: 5)) }
        try subject.tidyAll()
        try subject.forget(before: 1_795_001_000)
        try subject.tidyAll()
        return subject
    }

    @Test func `what is left is told`() throws {
        var subject = try thinned()
        subject.close()

        var report = try Self.look(into: subject.folder)
        #expect(report.findings == [])
        #expect(report.segments == 5)
        #expect(report.closedSegments == 4)
        #expect(report.thinnedSegments == 2)
        #expect(report.droppedSegments == 1)
        #expect(report.letters == 9)
        #expect(report.historyBegins == WallTime(seconds: 1_795_000_200, offset: 60))
        #expect(report.replayed == (try subject.reopen()))
        subject.close()
        Rehearsal.run(folder: subject.folder.path + "/data", &report) { _ in }
        #expect(report.findings == [])
    }

    @Test(arguments: [
        ("UPDATE s8 SET what = 'x' WHERE n = 13", "segment s8, number 13: not what was written"),
        ("DELETE FROM s8 WHERE n = 13", "segment s8: 3 entries are there, of 4"),
        ("DELETE FROM s16 WHERE n = 19", "segment s16, number 19: missing"),
        ("DELETE FROM i8 WHERE party = 2", "index i8: the list of 2 is missing"),
        (
            "UPDATE i8 SET next = NULL WHERE party = 1",
            "index i8: the list of 1 is not what was written"
        ),
        ("CREATE TABLE s0(n)", "table s0: does not belong there"),
        ("UPDATE segments SET kept = 3 WHERE base = 8", "segments, 8: not what was written"),
        ("DELETE FROM accounts WHERE number = 3", "accounts: 2 are there, of 3"),
        (
            "UPDATE accounts SET waiting = 9 WHERE number = 2",
            "accounts, number 2: not what was written"
        ),
        (
            "UPDATE rooms SET name = '#rum' WHERE number = 2",
            "rooms, number 2: not what was written"
        ),
        ("DELETE FROM rooms", "rooms: 0 are there, of 1"),
        (
            "UPDATE members SET joined = 1 WHERE account = 2",
            "members, number 2: not what was written"
        ),
        ("DELETE FROM members WHERE account = 2", "members: 1 are there, of 2"),
        ("UPDATE apart SET through = 30", "apart, number 3: not what was written"),
        (
            "UPDATE conversations SET marks = zeroblob(8) WHERE base = 8",
            "conversations, 8: not what was written"
        ),
        ("UPDATE refusals SET failures = '9'", "refusals, ann: not what was written"),
    ])
    func `what is damaged beside it is found`(_ sql: String, _ finding: String) throws {
        var subject = try thinned()
        subject.close()
        try subject.change(sql)

        let findings = try Self.look(into: subject.folder).findings
        #expect(findings.contains(finding), "\(findings)")
    }

    @Test func `an account whose count is not that of its mail is found`() throws {
        var subject = try thinned()
        subject.close()
        try subject.rewrite("accounts", where: "number = 2", Schema.accountsSeed) {
            $0[5] = .integer(3)
        }

        #expect(
            try Self.look(into: subject.folder).findings == [
                "accounts, number 2: says that 3 letters wait; in the log are 7"
            ])
    }

    @Test func `rooms and members that are not as the log says are found`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit(
            opened(1, "ann"), opened(2, "bob"), roomOpened(2, by: 1), roomChanged(2, .joined, 2))
        for number in 5...20 { try subject.commit(letter(1, toRooms: [2], "\(number)")) }
        try subject.tidyAll()
        subject.close()
        try subject.rewrite("rooms", where: "number = 2", Schema.roomsSeed) { $0[3] = .integer(2) }
        try subject.rewrite("members", where: "account = 2", Schema.membersSeed) {
            $0[3] = .integer(9)
        }

        #expect(
            try Self.look(into: subject.folder).findings == [
                "rooms, number 2: not as in the log", "members, account 2: not as in the log",
            ])
    }
}
