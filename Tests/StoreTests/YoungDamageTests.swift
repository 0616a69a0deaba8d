import Protocol
import Testing

@testable import Store

// Damage in the part of the log that has no index yet, and is read when the server starts: a letter
// is lost, which everybody is told, and the server starts. Without what says who exists, and who is
// where, it does not.

@Suite struct YoungDamageTests {
    /// In the second segment, which is open, number 12 is "tock" from bob to ann.
    private func written() throws -> Subject {
        var subject = try Subject(.sqlite)
        try subject.commit(opened(1, "ann"), opened(2, "bob"), opened(3, "eve"))
        for number in 4...10 { try subject.commit(letter(1, to: 2, "\(number)")) }
        try subject.commit(letter(1, to: 2, "tick"), letter(2, to: 1, "tock"))
        try subject.commit(letter(1, toAllBut: [], "13"))
        try subject.tidyAll()
        subject.close()
        return subject
    }

    private func expectLost(_ subject: inout Subject) throws {
        let ann = try subject.page(1)
        #expect(ann.letters.map(\.number.value) == [])
        #expect(ann.lost.map(\.loss) == [.ofOwn(from: AccountNumber(2))])
        #expect(ann.lost.map(\.number.value) == [12])
        for (reader, numbers): (UInt32, [Int64]) in [(2, (4...11) + [13]), (3, [13])] {
            let page = try subject.page(reader)
            #expect(page.letters.map(\.number.value) == numbers)
            #expect(page.lost.map(\.loss) == [.ofAll(from: MessageNumber(12))])
        }
    }

    @Test func `a young letter with a changed bit is lost, and hides no other`() throws {
        var subject = try written()
        #expect(subject.folder.flipBit(in: "data/messages.db", behind: Array("tock".utf8)) >= 1)

        let recovered = try subject.reopen()
        #expect(recovered.head == MessageNumber(13))
        #expect(recovered.accounts.map(\.waiting) == [1, 8, 0])
        #expect(recovered.broadcasts.map(\.number.value) == [13])
        #expect(try subject.entries([]).damage == ["s8: 12 is not what was written"])
        try expectLost(&subject)
        #expect(
            try subject.history(
                HistoryQuery(
                    reader: AccountNumber(3), conversation: .person(AccountNumber(1)),
                    before: MessageNumber(.max), count: 9)
            ).numbers.map(\.value) == [13])

        // And when the segment is closed.
        for number in 14...20 { try subject.commit(letter(3, to: 3, "\(number)")) }
        try subject.commit(read(3, through: 20, own: 7))
        try subject.tidyAll()
        _ = try subject.reopen()
        let page = try subject.page(3, after: 9)
        #expect(page.lost.map(\.number.value) == [12])
        #expect(try subject.page(1).lost.map(\.loss) == [.ofOwn(from: AccountNumber(2))])
        subject.close()
        #expect(
            try DataCheck.run(folder: subject.folder.path + "/data") { _ in }.findings == [
                "segment s8, number 12: not what was written"
            ])
    }

    @Test func `a row from another place is not taken for the right one`() throws {
        var subject = try written()
        try subject.change(
            """
            UPDATE s8 SET (who, whom, what, sum) =
                (SELECT who, whom, what, sum FROM s8 WHERE n = 12) WHERE n = 11
            """)

        _ = try subject.reopen()
        let page = try subject.page(2)
        #expect(page.letters.map(\.number.value) == (4...10) + [13])
        #expect(page.lost.map(\.number.value) == [11])
    }

    @Test func `a letter to nobody who exists is lost for everybody`() throws {
        for change in ["who = 4000000000", "whom = 77", "whom = -9"] {
            var subject = try written()
            try subject.change("UPDATE s8 SET \(change) WHERE n = 12")

            _ = try subject.reopen()
            for reader: UInt32 in 1...3 {
                #expect(
                    try subject.page(reader).lost.map(\.loss) == [.ofAll(from: MessageNumber(12))])
            }
        }
    }

    @Test func `a reading that is lost is none, and a conversation is not told of it`() throws {
        var subject = try Subject(.sqlite)
        try subject.commit(opened(1, "ann"), opened(2, "bob"))
        try subject.commit(letter(1, to: 2, "3"), read(2, through: 3, own: 1))
        try subject.commit(letter(1, to: 2, "5"))
        subject.close()
        try subject.change("UPDATE s0 SET what = 9 WHERE n = 4")

        #expect(try subject.reopen().accounts.map(\.waiting) == [0, 2])
        let page = try subject.page(2)
        #expect(page.letters.map(\.number.value) == [3, 5])
        #expect(page.lost.map(\.number.value) == [4])
        let talk = try subject.page(query(2, only: .person(AccountNumber(1))))
        #expect(talk.letters.map(\.number.value) == [3, 5])
        #expect(talk.lost == [])
    }

    @Test func `who exists and who is inside is not guessed, whichever bit has changed`() throws {
        let entries: [Entry] = [
            opened(3, "eve"), .ended(AccountNumber(2)), roomOpened(2, by: 1),
            roomChanged(1, .left, 2),
        ]
        for entry in entries {
            let kinds = (0..<6).map { "kind = (kind | \(1 << $0)) - (kind & \(1 << $0))" }
            for change in kinds + ["who = who + 1"] {
                var subject = try Subject(.sqlite)
                try subject.commit(opened(1, "ann"), opened(2, "bob"), entry)
                subject.close()
                try subject.change("UPDATE s0 SET \(change) WHERE n = 3")

                #expect(throws: StoreError.damaged("s0: 3 is not what was written"), "\(change)") {
                    try subject.reopen()
                }
            }
        }
    }
}
