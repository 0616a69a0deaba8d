import Protocol
import Store
import Testing

// What every store promises of rooms.

@Suite struct RoomContractTests {
    private let room = RoomNumber(2)

    private func span(_ after: Int64, _ through: Int64? = nil) -> RoomSpan {
        RoomSpan(
            room: room, after: MessageNumber(after), through: through.map(MessageNumber.init))
    }

    @Test(arguments: StoreKind.allCases)
    func `a room is remembered with whoever is inside`(_ kind: StoreKind) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit(letter(1, toRooms: [2], "x"))

        for _ in 1...2 {
            let rooms = try subject.reopen().rooms
            #expect(rooms.first == .lobby)
            #expect(
                rooms.dropFirst() == [
                    Recovered.Room(
                        number: room, name: RoomName("#den")!, maker: AccountNumber(1),
                        admin: AccountNumber(1), lifetime: .admin, limit: 5,
                        members: [
                            .init(account: AccountNumber(1), joined: MessageNumber(5)),
                            .init(account: AccountNumber(2), joined: MessageNumber(6)),
                        ],
                        letters: [
                            .init(number: MessageNumber(7), from: AccountNumber(1), except: [])
                        ],
                        news: [MessageNumber(6)])
                ])
            for number in 1...20 { try subject.commit(active(4, at: Int64(number))) }
            try subject.tidyAll()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what is said in a room is for whose span holds it`(_ kind: StoreKind) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit((7...16).map { letter(1, toRooms: [2], "\($0)") })

        func texts(_ spans: RoomSpan...) throws -> [String] {
            let page = try subject.page(query(2, in: spans))
            #expect(page.letters.allSatisfy { $0.room == room })
            return page.letters.map { String(decoding: $0.letter.text.bytes, as: UTF8.self) }
        }
        for _ in 1...2 {
            #expect(try texts() == [])
            #expect(try texts(span(6)) == (7...16).map(String.init))
            #expect(try texts(span(8, 10), span(14)) == ["9", "10", "15", "16"])
            #expect(try texts(RoomSpan(room: RoomNumber(3), after: .zero)) == [])
            #expect(try subject.page(query(1, in: [span(0)])).letters == [])
            try subject.tidyAll()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a letter to a room and a person beside it is found in both, on one page`(
        _ kind: StoreKind
    ) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit(
            letter(2, to: 2, "before"), letter(1, toRooms: [2], and: [2, 3], "both"),
            letter(2, to: 2, "after"))

        for _ in 1...2 {
            let pages = try [6, 7].map {
                try subject.page(query(2, after: $0, in: [span(6)]), bytes: 7)
            }
            #expect(pages[0].letters.map(\.number.value) == [7])
            #expect(pages[1].letters.map(\.number.value) == [8, 8])
            #expect(pages[1].letters.map(\.room) == [nil, room])
            #expect(pages.map(\.isLast) == [false, false])
            #expect(try subject.page(query(3)).letters.map(\.room) == [nil])
            #expect(try subject.reopen().accounts.map(\.waiting) == [0, 3, 1, 0])
            try subject.tidyAll()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a letter to a room is not for those whose mailboxes are full`(_ kind: StoreKind) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit(
            letter(1, toRooms: [2], butNot: [2], "x"), letter(1, toRooms: [2], butNot: [3], "y"))

        for _ in 1...2 {
            #expect(try subject.page(query(2, in: [span(6)])).letters.map(\.number.value) == [8])
            #expect(
                try subject.reopen().rooms.last?.letters.map(\.except) == [
                    [AccountNumber(2)], [AccountNumber(3)],
                ])
            try subject.tidyAll()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a change is news to those inside, but not to whom it is about`(_ kind: StoreKind) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit(
            roomChanged(2, .joined, 3), roomChanged(2, .kicked, 3), roomChanged(2, .leads, 2),
            roomChanged(2, .left, 1), roomChanged(2, .closed, 1))

        func news(_ reader: UInt32, newsAfter: Int64 = 0) throws -> [Int64] {
            let span = RoomSpan(room: room, after: .zero, newsAfter: MessageNumber(newsAfter))
            return try subject.page(query(reader, in: [span])).news.map(\.number.value)
        }
        for _ in 1...2 {
            #expect(try news(2) == [7, 8, 9, 10, 11])
            #expect(try news(1) == [6, 7, 8, 9])
            #expect(try news(3) == [6, 8, 9, 10, 11])
            #expect(try news(2, newsAfter: 9) == [10, 11])
            #expect(
                try subject.page(query(3, after: 8, in: [span(0, 8)]))
                    == MailPage(
                        letters: [], isLast: true))
            try subject.tidyAll()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `who leaves, is kicked or loses the room has been inside until then`(
        _ kind: StoreKind
    ) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit(roomChanged(2, .joined, 3), roomChanged(2, .joined, 4))
        try subject.commit(
            roomChanged(2, .left, 2), roomChanged(2, .kicked, 3), roomChanged(2, .leads, 4),
            roomChanged(2, .joined, 2), roomChanged(2, .closed, 4), roomChanged(2, .joined, 3),
            roomChanged(2, .leads, 3))
        for _ in 1...2 {
            let recovered = try subject.reopen()
            #expect(
                recovered.accounts.map(\.pastSpans) == [
                    [span(5, 13)], [span(6, 9), span(12, 13)], [span(7, 10)], [span(8, 13)],
                ])
            let closed = try #require(recovered.rooms.last)
            #expect(closed.isClosed)
            #expect(closed.members == [])
            #expect(closed.admin == AccountNumber(4))
            try subject.commit(read(2, through: 9, own: 0), read(3, through: 10, own: 0))
            try subject.tidyAll()
            #expect(
                try subject.reopen().accounts.map(\.pastSpans) == [
                    [span(5, 13)], [span(12, 13)], [], [span(8, 13)],
                ])
            subject = try Subject.peopled(kind)
            try subject.commit(roomChanged(2, .joined, 3), roomChanged(2, .joined, 4))
            try subject.commit(
                roomChanged(2, .left, 2), roomChanged(2, .kicked, 3), roomChanged(2, .leads, 4),
                roomChanged(2, .joined, 2), roomChanged(2, .closed, 4), roomChanged(2, .joined, 3))
            try subject.commit((1...10).map { active(1, at: $0) })
            try subject.tidyAll()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `everybody is in the lobby but those who have left it`(_ kind: StoreKind) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit(
            roomChanged(1, .left, 2), roomChanged(1, .left, 3), roomChanged(1, .joined, 3),
            roomChanged(1, .joined, 4), roomChanged(1, .leads, 4), roomChanged(1, .closed, 4))
        try subject.commit(read(2, through: 12, own: 0))

        for _ in 1...2 {
            let recovered = try subject.reopen()
            let lobby = try #require(recovered.rooms.first)
            #expect(lobby.absent == [AccountNumber(2)])
            #expect(
                lobby.members == [.init(account: AccountNumber(3), joined: MessageNumber(9))])
            #expect(!lobby.isClosed)
            #expect(lobby.admin == nil)
            #expect(lobby.news == [])
            #expect(recovered.accounts[1].pastSpans == [])
            #expect(
                recovered.accounts[2].pastSpans == [
                    RoomSpan(
                        room: .lobby, after: MessageNumber(3), through: MessageNumber(8),
                        newsAfter: MessageNumber(8))
                ])
            for number in 1...10 { try subject.commit(active(1, at: Int64(number))) }
            try subject.tidyAll()
        }

        try subject.commit(.ended(AccountNumber(2)), .ended(AccountNumber(3)))
        let lobby = try #require(try subject.reopen().rooms.first)
        #expect(lobby.absent == [])
        #expect(lobby.members == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `whose account has ended is in no room`(_ kind: StoreKind) throws {
        var subject = try Subject.peopled(kind)
        try subject.commit(.ended(AccountNumber(2)), roomChanged(2, .left, 2))

        for _ in 1...2 {
            let recovered = try subject.reopen()
            #expect(recovered.rooms.last?.members.map(\.account.value) == [1])
            #expect(recovered.accounts[1].pastSpans == [])
            for number in 1...10 { try subject.commit(active(1, at: Int64(number))) }
            try subject.tidyAll()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what does not fit changes nothing`(_ kind: StoreKind) throws {
        var subject = try Subject.peopled(kind)
        let before = try subject.reopen()
        try subject.commit(
            roomChanged(2, .joined, 2), roomChanged(2, .joined, 9), roomChanged(2, .left, 3),
            roomChanged(9, .joined, 1), roomOpened(2, by: 3, "#other"),
            roomOpened(1, by: 3, "#other"))

        for _ in 1...2 {
            let rooms = try subject.reopen().rooms
            #expect(rooms.map(\.members) == before.rooms.map(\.members))
            #expect(rooms.map(\.name) == before.rooms.map(\.name))
            for number in 1...10 { try subject.commit(active(1, at: Int64(number))) }
            try subject.tidyAll()
        }
    }
}

extension Subject {
    /// Four accounts, a room of the first of them, in which the second is as well: numbers 1 to 6.
    static func peopled(_ kind: StoreKind) throws -> Subject {
        var subject = try Subject(kind)
        try subject.commit(
            opened(1, "ann"), opened(2, "bob"), opened(3, "eve"), opened(4, "zoe"))
        try subject.commit(roomOpened(2, by: 1, "#den", .admin, limit: 5))
        try subject.commit(roomChanged(2, .joined, 2))
        return subject
    }
}
