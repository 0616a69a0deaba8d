import Protocol
import Testing

@testable import Store

// What is read is what was written, or it is not delivered.

@Suite struct DamageTests {
    private static let file = "data/messages.db"

    /// Closed, with every page in the one file.
    private func written(_ kind: StoreKind = .sqlite, tidied: Bool) throws -> Subject {
        var subject = try Subject(.sqlite)
        try subject.commit(opened(1, "ann"), opened(2, "bob"))
        try subject.commit(letter(1, to: 2, "tick"), letter(2, to: 1, "tock"))
        for number in 5...20 { try subject.commit(letter(1, to: 1, "\(number)")) }
        if tidied { try subject.tidyAll() }
        subject.close()
        return subject
    }

    @Test func `a changed bit in the young log is found when the server starts`() throws {
        var subject = try written(tidied: false)
        let flipped = subject.folder.flipBit(in: Self.file, behind: Array("tock".utf8))

        #expect(flipped >= 1)
        #expect(throws: StoreError.damaged("s0: 4 is not what was written")) {
            try subject.reopen()
        }
    }

    @Test func `a changed bit in an old letter is found by its reader alone`() throws {
        var subject = try written(tidied: true)
        let flipped = subject.folder.flipBit(in: Self.file, behind: Array("tock".utf8))

        #expect(flipped >= 1)
        _ = try subject.reopen()
        #expect(throws: StoreError.damaged("s0: 4 is not what was written")) {
            try subject.mail(1)
        }
        #expect(try subject.mail(2) == ["tick"])
    }

    @Test func `a changed bit in an index is found`() throws {
        var subject = try written(tidied: true)
        // The line of the letter with number 3, as its reader has it: from account 1, at offset 3.
        let flipped = subject.folder.flipBit(
            in: Self.file, behind: [1, 0, 0, 0, 0, 0, 3, 0])

        #expect(flipped >= 1)
        _ = try subject.reopen()
        #expect(throws: StoreError.damaged("i0: the list of 2 is not what was written")) {
            try subject.mail(2)
        }
    }

    @Test func `a changed bit in an account is found`() throws {
        var subject = try written(tidied: true)
        #expect(subject.folder.flipBit(in: Self.file, behind: Array("bob".utf8)) >= 1)

        #expect(throws: StoreError.damaged("accounts: 2 is not what was written")) {
            try subject.reopen()
        }
    }

    @Test(arguments: ["DELETE FROM s8 WHERE n = 12", "DELETE FROM s8 WHERE n = 15"])
    func `a hole in the log is found`(_ sql: String) throws {
        var subject = try written(tidied: false)
        try subject.change(sql)

        let missing = sql.suffix(2)
        #expect(throws: StoreError.damaged("s8: \(missing) is missing")) { try subject.reopen() }
    }

    @Test func `a letter the index knows must be there`() throws {
        var subject = try written(tidied: true)
        try subject.change("DELETE FROM s0 WHERE n = 3")

        _ = try subject.reopen()
        #expect(throws: StoreError.damaged("s0: 3 is missing")) { try subject.mail(2) }
    }

    @Test func `a row from another place is not taken for the right one`() throws {
        var subject = try written(tidied: false)
        try subject.change(
            """
            UPDATE s0 SET (who, whom, what, sum) =
                (SELECT who, whom, what, sum FROM s0 WHERE n = 4) WHERE n = 3
            """)

        #expect(throws: StoreError.damaged("s0: 3 is not what was written")) {
            try subject.reopen()
        }
    }

    @Test func `a missing table is damage`() throws {
        var subject = try written(tidied: true)
        try subject.change("DROP TABLE i0")

        #expect(performing: { try subject.reopen() }, throws: isDamage)
    }

    @Test func `a file that is no database is damage`() throws {
        var subject = try written(tidied: true)
        TemporaryFolder.put(
            [UInt8](repeating: 7, count: 8_192), in: subject.folder.path + "/" + Self.file)

        #expect(performing: { try subject.reopen() }, throws: isDamage)
    }

    @Test func `data of a later layout is left alone`() throws {
        var subject = try written(tidied: true)
        try subject.change("PRAGMA user_version = 99")

        #expect(throws: StoreError.fatal("the data has layout 99; this server knows up to 1")) {
            try subject.reopen()
        }
    }

    private func isDamage(_ error: any Error) -> Bool {
        if case .damaged = error as? StoreError { true } else { false }
    }
}

extension Subject {
    /// While it is closed.
    fileprivate func change(_ sql: String) throws {
        try Database(path: folder.path + "/data/messages.db").execute(sql)
    }
}
