import Protocol
import Testing

@testable import Store

// What is said to be in a segment is found there, and a segment in which nothing is said to be is
// not looked at.

@Suite struct ConversationMarksTests {
    typealias Key = ConversationMarks.Key

    private static func people(_ number: UInt32) -> Key {
        Key(AccountNumber(number), AccountNumber(number * 7 % 5_000 + 1))
    }

    @Test(arguments: [0, 1, 5, 1_000, 20_000])
    func `what was marked is held, and little else seems to be`(_ count: UInt32) {
        let marked = (0..<count).map { Self.people($0 + 1) }
        let marks = ConversationMarks(marked)

        #expect(marked.allSatisfy(marks.mayHold))
        let others = (1...10_000).map { Key(RoomNumber($0)) }
        #expect(others.count(where: marks.mayHold) <= 200)
    }

    @Test func `two people are the same either way, and neither a room nor everybody`() {
        let (ann, bob) = (AccountNumber(1), AccountNumber(2))

        #expect(Key(ann, bob) == Key(bob, ann))
        let keys: Set = [
            Key(ann, bob), Key(ann, ann), Key(RoomNumber(1)), Key(RoomNumber(2)),
            Key(toEveryoneFrom: ann), Key(toEveryoneFrom: bob),
        ]
        #expect(keys.count == 6)
    }

    /// Two conversations and what ann has written to everybody in the first segment, and again in
    /// the fifth; none of them in those between.
    private func written() throws -> Subject {
        var subject = try Subject(.sqlite)
        try subject.commit(
            opened(1, "ann"), opened(2, "bob"), opened(3, "eve"), roomOpened(2, by: 1),
            letter(1, to: 2, "5"), letter(1, toRooms: [2], "6"), letter(1, toAllBut: [], "7"))
        for number in 8..<32 { try subject.commit(letter(3, to: 3, "\(number)")) }
        try subject.commit(
            letter(2, to: 1, "32"), letter(2, toRooms: [2], "33"), letter(1, toAllBut: [], "34"))
        for number in 35...42 { try subject.commit(letter(3, to: 3, "\(number)")) }
        // So that opening does not look for what waits.
        try subject.commit(
            read(1, through: 42, own: 1), read(2, through: 42, own: 1),
            read(3, through: 42, own: 32))
        try subject.tidyAll()
        return subject
    }

    private func history(
        _ subject: inout Subject, _ reader: UInt32, _ conversation: Conversation
    ) throws -> [Int64] {
        let page = try subject.history(
            HistoryQuery(
                reader: AccountNumber(reader), conversation: conversation,
                before: MessageNumber(.max), count: 20))
        return page.numbers.map(\.value)
    }

    private func expectAll(_ subject: inout Subject) throws {
        #expect(try history(&subject, 2, .person(AccountNumber(1))) == [34, 32, 7, 5])
        #expect(try history(&subject, 1, .person(AccountNumber(2))) == [32, 5])
        #expect(try history(&subject, 2, .room(RoomNumber(2))) == [33, 6])
        #expect(try history(&subject, 3, .person(AccountNumber(1))) == [34, 7])
    }

    @Test(arguments: [false, true])
    func `segments without anything of the conversation are not looked at`(
        _ isOpenedAnew: Bool
    ) throws {
        var subject = try written()
        // Where somebody looks, the damage is noticed.
        for base in [8, 16, 24] { try subject.change("DROP TABLE i\(base)") }
        if isOpenedAnew { _ = try subject.reopen() }

        try expectAll(&subject)
        #expect(try subject.entries([]).damage == [])
    }

    @Test(arguments: [
        "DELETE FROM conversations WHERE base = 0", "DROP TABLE conversations",
        "UPDATE conversations SET marks = zeroblob(8)", "UPDATE conversations SET marks = 'x'",
    ])
    func `without marks, or with damaged ones, the lists are looked at`(_ sql: String) throws {
        var subject = try written()
        subject.close()
        try subject.change(sql)
        _ = try subject.reopen()

        try expectAll(&subject)
        let isDamage = sql.hasPrefix("UPDATE")
        #expect(
            try subject.entries([]).damage.contains("conversations: 0 is not what was written")
                == isDamage)
    }

    @Test func `marks that lack a conversation are found`() throws {
        var subject = try written()
        subject.close()
        try subject.rewrite("conversations", where: "base = 32", Schema.conversationsSeed) {
            $0[1] = .blob([0])
        }

        #expect(
            try DataCheck.run(folder: subject.folder.path + "/data") { _ in }.findings == [
                "conversations, 32: not the conversations of the letters"
            ])
    }
}
