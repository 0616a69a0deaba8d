import Protocol
import Store
import Testing

// What every store promises of conversations: reading one ahead of the others, counting what waits
// in each, and reading it back.

@Suite struct ConversationContractTests {
    private let room = RoomNumber(2)

    private let spans = [RoomSpan(room: RoomNumber(2), after: MessageNumber(6))]

    // MARK: - Reading apart

    @Test(arguments: StoreKind.allCases)
    func `what was read apart is known until the cursor has passed it`(_ kind: StoreKind) throws {
        var subject = try Subject.peopled(kind)
        let ann = Conversation.person(AccountNumber(1))
        try subject.commit((7...12).map { letter($0 < 10 ? 1 : 3, to: 2, "\($0)") })
        try subject.commit(
            readApart(2, ann, through: 8, own: 2), readApart(2, .room(room), through: 11, own: 0),
            readApart(2, ann, through: 7, own: 1))

        for _ in 1...2 {
            let bob = try subject.reopen().accounts[1]
            #expect(bob.waiting == 4)
            #expect(bob.apart == [ann: MessageNumber(8), .room(room): MessageNumber(11)])
            try subject.commit((1...10).map { active(1, at: $0) })
            try subject.tidyAll()
        }
        try subject.commit(read(2, through: 9, own: 1), readApart(2, ann, through: 9, own: 1))
        for _ in 1...2 {
            let bob = try subject.reopen().accounts[1]
            #expect(bob.waiting == 3)
            #expect(bob.apart == [.room(room): MessageNumber(11)])
            try subject.commit((1...10).map { active(1, at: $0) })
            try subject.tidyAll()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `mail can be of one conversation, or without what was read apart`(
        _ kind: StoreKind
    ) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit(
            letter(1, to: 2, "7"), letter(3, to: 2, "8"), letter(1, toAllBut: [], "9"),
            letter(1, toRooms: [2], and: [2], "10"), roomChanged(2, .joined, 3),
            letter(3, toRooms: [2], "12"), letter(1, to: 2, "13"))
        let (ann, den) = (Conversation.person(AccountNumber(1)), Conversation.room(room))
        func numbers(_ query: MailQuery) throws -> [Int64] {
            let page = try subject.page(query)
            return page.letters.map(\.number.value) + page.news.map(\.number.value)
        }

        for _ in 1...2 {
            #expect(
                try numbers(query(2, in: spans)) == [7, 8, 9, 10, 10, 12, 13, 11])
            #expect(try numbers(query(2, in: spans, only: ann)) == [7, 9, 10, 13])
            #expect(try numbers(query(2, in: spans, only: den)) == [10, 12, 11])
            #expect(
                try numbers(query(2, in: spans, apart: [ann: MessageNumber(9)]))
                    == [8, 10, 10, 12, 13, 11])
            #expect(
                try numbers(query(2, in: spans, apart: [den: MessageNumber(11)], only: den))
                    == [12])
            try subject.tidyAll()
        }
    }

    // MARK: - Inbox

    @Test(arguments: StoreKind.allCases)
    func `an inbox counts letters by conversation, the newest last`(_ kind: StoreKind) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit(
            letter(1, to: 2, "7"), letter(3, toRooms: [2], butNot: [2], "8"),
            letter(1, toAllBut: [], "9"), letter(1, toAllBut: [2], "10"),
            letter(1, toRooms: [2], and: [2], "11"), roomChanged(2, .joined, 3),
            letter(3, to: 2, "13"), letter(2, to: 3, "14"))
        func unread(_ conversation: Conversation, _ count: Int, _ newest: Int64) -> Unread {
            Unread(
                conversation: conversation, count: count, newest: MessageNumber(newest),
                at: WallTime(seconds: 1_795_000_000, offset: 3_600))
        }

        for _ in 1...2 {
            #expect(
                try subject.inbox(query(2, in: spans)) == [
                    unread(.person(AccountNumber(1)), 3, 11), unread(.room(room), 1, 11),
                    unread(.person(AccountNumber(3)), 1, 13),
                ])
            #expect(
                try subject.inbox(query(2, after: 9, through: 12))
                    == [unread(.person(AccountNumber(1)), 1, 11)])
            #expect(try subject.inbox(query(4, after: 10)) == [])
            try subject.tidyAll()
        }
    }

    // MARK: - History

    private func history(
        _ subject: inout Subject, _ reader: UInt32, _ conversation: Conversation,
        before: Int64 = .max, count: Int = 1_000
    ) throws -> [Int64] {
        let page = try subject.history(
            HistoryQuery(
                reader: AccountNumber(reader), conversation: conversation,
                before: MessageNumber(before), count: count))
        #expect(page.next == nil)
        #expect(page.cut == nil)
        return page.numbers.map(\.value)
    }

    @Test(arguments: StoreKind.allCases)
    func `the history of two has both directions, and the other's letters to all`(
        _ kind: StoreKind
    ) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit(
            letter(1, to: 2, "7"), letter(2, to: 1, "8"), letter(1, to: 3, "9"),
            letter(3, toEach: [1, 2], "10"), letter(1, toRooms: [2], and: [2], "11"),
            letter(1, toAllBut: [], "12"), letter(1, toAllBut: [2], "13"),
            letter(2, toAllBut: [], "14"), letter(2, to: 2, "15"), letter(1, toRooms: [2], "16"),
            opened(5, "tom"))

        func person(_ number: UInt32) -> Conversation { .person(AccountNumber(number)) }
        for _ in 1...2 {
            #expect(try history(&subject, 2, person(1)) == [12, 11, 8, 7])
            #expect(try history(&subject, 1, person(2)) == [14, 11, 8, 7])
            #expect(try history(&subject, 2, person(2)) == [15, 14])
            #expect(try history(&subject, 3, person(1)) == [13, 12, 10, 9])
            #expect(try history(&subject, 3, person(2)) == [14, 10])
            #expect(try history(&subject, 2, person(3)) == [10])
            #expect(try history(&subject, 5, person(1)) == [])
            #expect(try history(&subject, 9, person(1)) == [])
            #expect(try history(&subject, 2, person(1), before: 12, count: 2) == [11, 8])
            #expect(try history(&subject, 2, person(1), before: 7) == [])
            #expect(try history(&subject, 2, person(1), count: 0) == [])
            try subject.tidyAll()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the history of a room has all that was said and done there`(_ kind: StoreKind) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit(
            letter(1, toRooms: [2], "7"), letter(1, to: 2, "8"), roomChanged(2, .joined, 3),
            letter(3, toRooms: [2, 3], butNot: [2], "10"), roomChanged(2, .left, 3),
            letter(1, toRooms: [3], "12"))

        for _ in 1...2 {
            #expect(try history(&subject, 2, .room(room)) == [11, 10, 9, 7, 6])
            #expect(try history(&subject, 4, .room(room), before: 11, count: 2) == [10, 9])
            #expect(try history(&subject, 2, .room(RoomNumber(9))) == [])
            try subject.tidyAll()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `entries are shown as they are, page by page`(_ kind: StoreKind) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit(letter(1, toRooms: [2], "seven"), letter(1, to: 2, "8"))
        let numbers = [6, 7, 8].map(MessageNumber.init)

        for _ in 1...2 {
            let page = try subject.entries(numbers)
            #expect(page.letters.map(\.number) == [7, 8].map(MessageNumber.init))
            #expect(page.letters.map(\.room) == [nil, nil])
            #expect(page.news.map(\.number) == [MessageNumber(6)])
            #expect(page.news.first?.change.kind == .joined)
            #expect(page.isLast)
            #expect(try !subject.entries(numbers, bytes: 1).isLast)
            #expect(try subject.entries(numbers, bytes: 1).news.count == 1)
            #expect(
                try subject.entries([0, 1, 5, 99].map(MessageNumber.init))
                    == MailPage(letters: [], isLast: true))
            try subject.tidyAll()
        }
    }
}
