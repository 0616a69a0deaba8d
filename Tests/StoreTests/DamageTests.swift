import Protocol
import Testing

@testable import Store

// What is read is what was written, or it is said that it cannot be shown.

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

    @Test func `an old letter with a changed bit is lost, and hides no other`() throws {
        var subject = try written(tidied: true)
        let flipped = subject.folder.flipBit(in: Self.file, behind: Array("tock".utf8))

        #expect(flipped >= 1)
        _ = try subject.reopen()
        let page = try subject.page(1)
        #expect(
            page.lost == [
                LostLetter(
                    .ofOwn(from: AccountNumber(2)), MessageNumber(4),
                    about: WallTime(seconds: 1_795_000_000, offset: 3_600))
            ])
        #expect(page.damage == ["s0: 4 is not what was written"])
        #expect(try subject.mail(1) == (5...20).map(String.init))
        #expect(try subject.mail(2) == ["tick"])
    }

    @Test func `a lost letter takes its place in the pages`() throws {
        var subject = try written(tidied: true)
        try subject.change("UPDATE s8 SET what = 'x' WHERE n = 12")

        _ = try subject.reopen()
        var (numbers, lost): ([Int64], [Int64]) = ([], [])
        while numbers.last != 20 {
            let page = try subject.page(1, after: max(numbers.last ?? 0, lost.last ?? 0), bytes: 3)
            numbers += page.letters.map(\.number.value)
            lost += page.lost.map(\.number.value)
        }
        #expect(numbers == [4] + (5...11) + (13...20))
        #expect(lost == [12])
    }

    @Test func `a letter to everybody that is lost is so for all but its writer`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit(opened(1, "ann"), opened(2, "bob"), opened(3, "eve"))
        try subject.commit(letter(1, toAllBut: [3], "news"))
        for number in 5...20 { try subject.commit(letter(2, to: 2, "\(number)")) }
        try subject.tidyAll()
        subject.close()
        try subject.change("UPDATE s0 SET what = 'lies' WHERE n = 4")

        // Whom it left out was damaged with it.
        let recovered = try subject.reopen()
        #expect(recovered.broadcasts.map(\.except) == [[]])
        #expect(try subject.page(1).lost == [])
        for reader: UInt32 in 2...3 {
            #expect(
                try subject.page(reader).lost.map(\.loss) == [.ofBroadcast(from: AccountNumber(1))])
        }
    }

    @Test func `a changed bit in an index is found`() throws {
        var subject = try written(tidied: true)
        // The line of the letter with number 3, as its reader has it: from account 1, at offset 3.
        let flipped = subject.folder.flipBit(
            in: Self.file, behind: [1, 0, 0, 0, 0, 0, 3, 0])

        #expect(flipped >= 1)
        _ = try subject.reopen()
        let page = try subject.page(2)
        #expect(page.letters.map(\.number) == [MessageNumber(3)])
        #expect(page.damage.first == "i0: the list of 2 is not what was written")
    }

    @Test(arguments: [0, 1, 2])
    func `a list that is gone from an index is missed, and read from the log`(
        _ party: Int
    ) throws {
        var subject = try Subject(.sqlite)
        try subject.commit(opened(1, "ann"), opened(2, "bob"), opened(3, "eve"))
        try subject.commit(letter(2, to: 1, "to ann"), letter(1, toAllBut: [], "to all"))
        for number in 6...20 { try subject.commit(letter(3, to: 3, "\(number)")) }
        try subject.tidyAll()
        subject.close()
        try subject.change("DELETE FROM i0 WHERE party = \(party)")

        _ = try subject.reopen()
        let mails = try [subject.mail(1), subject.mail(2), subject.mail(3, through: 8)]
        #expect(mails == [["to ann"], ["to all"], ["to all", "6", "7", "8"]])
    }

    @Test func `where neither index nor log can be read everybody is told so, once`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit(opened(1, "ann"), opened(2, "bob"))
        for number in 3...20 { try subject.commit(letter(1, to: 2, "\(number)")) }
        try subject.tidyAll()
        subject.close()
        try subject.change(
            """
            DROP TABLE i8;
            DELETE FROM s8 WHERE n BETWEEN 10 AND 12;
            UPDATE s8 SET what = '' WHERE n = 14
            """)

        _ = try subject.reopen()
        var page = try subject.page(2)
        #expect(page.letters.map(\.number.value) == [3, 4, 5, 6, 7, 8, 9, 13] + (15...20))
        #expect(page.lost.map(\.loss) == [10, 14].map { .ofAll(from: MessageNumber($0)) })
        #expect(page.lost.map(\.number.value) == [12, 14])
        page = try subject.page(1, after: 10, through: 11)
        #expect(page.lost.map(\.loss) == [.ofAll(from: MessageNumber(11))])
        #expect(page.lost.map(\.number.value) == [11])
    }

    @Test func `a party without letters in a segment is not taken for a lost one`() throws {
        var subject = try written(tidied: true)

        _ = try subject.reopen()
        let page = try subject.page(2)
        #expect(page.letters.map(\.number) == [MessageNumber(3)])
        #expect(page.damage == [])
    }

    @Test func `an account whose row is gone is missed when the server starts`() throws {
        var subject = try written(tidied: true)
        try subject.change("DELETE FROM accounts WHERE number = 2")

        #expect(throws: StoreError.damaged("accounts: 1 are there, of 2")) {
            try subject.reopen()
        }
    }

    @Test func `refusals that are gone are missed when the server starts`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit(opened(1, "ann"))
        for name in ["p", "q", "r", "s", "t", "u", "v"] {
            try subject.commit(
                .refusals(Refusals(name: name, address: "::1", failures: [1], blockedUntil: 2)))
        }
        try subject.tidyAll()
        subject.close()
        try subject.change("DELETE FROM refusals WHERE name = 'q'")

        #expect(throws: StoreError.damaged("refusals: 5 are there, of 6")) { try subject.reopen() }
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
        let page = try subject.page(2)
        #expect(page.lost.map(\.number) == [MessageNumber(3)])
        #expect(page.damage == ["s0: 3 is missing"])
    }

    @Test func `a missing table is damage`() throws {
        var subject = try written(tidied: true)
        try subject.change("DROP TABLE s16")

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

        #expect(throws: StoreError.fatal("the data has layout 99; this server knows up to 2")) {
            try subject.reopen()
        }
    }

    @Test func `another size of segments is damage`() throws {
        var subject = try written(tidied: true)
        try subject.change("UPDATE layout SET segment_entries = 16")

        #expect(throws: StoreError.damaged("layout: not what was written")) { try subject.reopen() }
    }

    private func isDamage(_ error: any Error) -> Bool {
        if case .damaged = error as? StoreError { true } else { false }
    }
}
