import Protocol
import Testing

@testable import Store

// What is old and read need not be kept; what somebody has not read is.

@Suite struct ForgettingTests {
    /// Four accounts in the first segment; 9 to 20 are letters to the second.
    private func written(_ kind: StoreKind) throws -> Subject {
        var subject = try Subject(kind)
        try subject.commit(
            opened(1, "ann"), opened(2, "bob"), opened(3, "eve"), opened(4, "zoe"),
            letter(1, to: 2, "5"), letter(3, to: 1, "6"), letter(1, toAllBut: [], "7"))
        try subject.commit(active(1, at: 1_795_000_010))
        for number in 9...20 { try subject.commit(letter(1, to: 2, "\(number)")) }
        try subject.tidyAll()
        return subject
    }

    private func forget(_ subject: inout Subject, before: Int64 = 1_795_000_100) throws {
        try subject.forget(before: before)
        try subject.tidyAll()
    }

    private func history(_ subject: inout Subject, _ other: UInt32) throws -> HistoryPage {
        try subject.history(
            HistoryQuery(
                reader: AccountNumber(1), conversation: .person(AccountNumber(other)),
                before: MessageNumber(.max), count: 100))
    }

    private func readAll(_ subject: inout Subject, but left: Set<UInt32> = []) throws {
        for reader: UInt32 in 1...4 where !left.contains(reader) {
            try subject.commit(read(reader, through: 20, own: 14))
        }
        try subject.tidyAll()
    }

    @Test(arguments: StoreKind.allCases)
    func `unread mail is carried forward, all else of an old segment goes`(
        _ kind: StoreKind
    ) throws {
        var subject = try written(kind)
        try subject.commit(read(2, through: 12, own: 5), read(1, through: 8, own: 1))
        try subject.commit(read(3, through: 20, own: 0))
        try forget(&subject)

        for _ in 1...2 {
            #expect(try subject.mail(1) == [])
            #expect(try subject.mail(2) == ["7"] + (13...20).map(String.init))
            #expect(try subject.mail(4) == ["7"])
            #expect(try history(&subject, 2).numbers.map(\.value) == (13...20).reversed())
            #expect(try history(&subject, 3).numbers == [])
            #expect(
                try subject.entries([5, 6, 7, 12, 13].map(MessageNumber.init)).letters
                    .map(\.number.value) == [7, 13])
            #expect(try subject.entries([5, 6].map(MessageNumber.init)).damage == [])
            let recovered = try subject.reopen()
            #expect(recovered.accounts.map(\.waiting) == [0, 8, 0, 0])
            #expect(recovered.broadcasts.map(\.number.value) == [7])
            try forget(&subject)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what is not old stays, and all that comes after it`(_ kind: StoreKind) throws {
        var subject = try written(kind)
        try readAll(&subject)
        for (before, first): (Int64, Int64?) in [(0, 5), (1, 9), (10, 9), (11, nil)] {
            try forget(&subject, before: 1_795_000_000 + before)

            let page = try history(&subject, 2)
            #expect(page.numbers.last == first.map(MessageNumber.init))
            #expect((page.cut == nil) == (first == 5))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the history that was cut says so at its beginning`(_ kind: StoreKind) throws {
        var subject = try written(kind)
        try subject.commit(roomOpened(2, by: 1), letter(1, toRooms: [2], "22"))
        try readAll(&subject)
        try forget(&subject)
        let cut = WallTime(seconds: 1_795_000_010, offset: -7_200)

        for _ in 1...2 {
            #expect(try history(&subject, 2).cut == cut)
            #expect(try history(&subject, 3).cut == cut)
            let page = try subject.history(
                HistoryQuery(
                    reader: AccountNumber(1), conversation: .person(AccountNumber(2)),
                    before: MessageNumber(.max), count: 2))
            #expect(page.cut == nil)
            // It began later.
            let room = try subject.history(
                HistoryQuery(
                    reader: AccountNumber(1), conversation: .room(RoomNumber(2)),
                    before: MessageNumber(.max), count: 10))
            #expect(room.numbers.map(\.value) == [22])
            #expect(room.cut == nil)
            _ = try subject.reopen()
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what was left of a segment goes when it has been read`(_ kind: StoreKind) throws {
        var subject = try written(kind)
        try readAll(&subject, but: [2])
        try forget(&subject)
        #expect(try subject.mail(2).count == 14)

        try readAll(&subject)
        try forget(&subject)
        #expect(try history(&subject, 2).numbers == [])
        #expect(try subject.reopen().accounts.map(\.waiting) == [0, 0, 0, 0])
    }

    @Test(arguments: StoreKind.allCases)
    func `nobody keeps what is not for them, or what they read apart`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        try subject.commit(
            opened(1, "ann"), opened(2, "bob"), opened(3, "eve"), letter(1, toAllBut: [2], "4"),
            letter(1, toAllBut: [], "5"), letter(2, toAllBut: [], "6"), letter(3, to: 2, "7"))
        try subject.commit(opened(4, "zoe"), letter(1, to: 2, "9"))
        try subject.commit(
            read(1, through: 9, own: 0), read(3, through: 9, own: 0),
            readApart(2, .person(AccountNumber(1)), through: 9, own: 1))
        for number in 13...30 { try subject.commit(active(1, at: Int64(number))) }
        try subject.tidyAll()
        try forget(&subject)

        // The fifth was read apart, the sixth is bob's own.
        #expect(
            try subject.entries((1...12).map(MessageNumber.init)).letters.map(\.number.value) == [7]
        )
        #expect(try subject.mail(2) == ["7"])
    }

    @Test(arguments: StoreKind.allCases)
    func `what was said in a room is kept for whoever was inside`(_ kind: StoreKind) throws {
        var subject = try Subject(kind)
        try subject.commit(
            opened(1, "ann"), opened(2, "bob"), opened(3, "eve"), opened(4, "zoe"),
            roomOpened(2, by: 1), letter(1, toRooms: [2], "6"), roomChanged(2, .joined, 2))
        try subject.commit(
            letter(1, toRooms: [2], "8"), letter(2, toRooms: [2], "9"),
            letter(1, toRooms: [2], butNot: [2], "10"), roomChanged(2, .left, 2),
            letter(1, toRooms: [2], "12"), roomChanged(2, .joined, 3),
            letter(1, toRooms: [1], butNot: [3], "14"), roomChanged(1, .left, 4))
        try subject.commit(read(1, through: 15, own: 0), read(3, through: 12, own: 0))
        try subject.commit(read(4, through: 15, own: 0))
        for number in 19...30 { try subject.commit(active(1, at: Int64(number))) }
        try subject.tidyAll()
        try forget(&subject, before: 1_795_000_300)

        for _ in 1...2 {
            let page = try subject.entries((1...18).map(MessageNumber.init))
            // 8 and 14 for bob; 13 is eve's own coming, and of 14 she was left out.
            #expect(page.letters.map(\.number.value) == [8, 14])
            #expect(page.news == [])
            #expect(page.lost == [])
            let rooms = try subject.reopen().rooms
            #expect(rooms.map { $0.letters.map(\.number.value) } == [[14], [8]])
            #expect(rooms.last?.members.map(\.account.value) == [1, 3])
        }
    }

    // MARK: - Damage

    @Test func `an unread letter that is damaged stays, and is told`() throws {
        var subject = try written(.sqlite)
        try subject.commit(read(2, through: 10, own: 3))
        subject.close()
        try subject.change("UPDATE s8 SET what = 'lies' WHERE n IN (10, 12)")
        _ = try subject.reopen()
        try forget(&subject)

        let page = try subject.page(2)
        #expect(page.letters.map(\.number.value) == [7, 11] + (13...20))
        #expect(page.lost.map(\.number.value) == [12])
        #expect(page.lost.map(\.loss) == [.ofOwn(from: AccountNumber(1))])
        #expect(page.damage == ["s8: 12 is not what was written"])
    }

    @Test func `a segment with a damaged index is left as it is`() throws {
        var subject = try written(.sqlite)
        try subject.commit(read(2, through: 10, own: 3))
        subject.close()
        try subject.change("DELETE FROM i8 WHERE party = 2")
        _ = try subject.reopen()
        try forget(&subject)

        #expect(try history(&subject, 2).numbers.map(\.value) == (9...20).reversed())
        #expect(try subject.mail(2) == ["7"] + (9...20).map(String.init))
    }

    @Test func `a list that is found damaged on the way stops it, and it is said`() throws {
        var subject = try written(.sqlite)
        try subject.commit(read(2, through: 10, own: 3), read(1, through: 20, own: 1))
        subject.close()
        // Nobody's mail is in it, so that nobody looks before.
        try subject.change("UPDATE i8 SET entries = X'00' WHERE party = 1")
        _ = try subject.reopen()
        try subject.forget(before: 1_795_000_100)

        #expect(throws: StoreError.damaged("i8: the list of 1 is not what was written")) {
            try subject.tidyAll()
        }
        try subject.tidyAll()
        for _ in 1...2 {
            #expect(try subject.mail(2) == ["7"] + (11...20).map(String.init))
            #expect(try history(&subject, 2).numbers.map(\.value) == (11...20).reversed())
            _ = try subject.reopen()
        }
    }

    @Test func `what is lost of what was left is missed`() throws {
        var subject = try written(.sqlite)
        try subject.commit(read(2, through: 10, own: 3))
        try forget(&subject)
        subject.close()
        try subject.change("DELETE FROM s8 WHERE n = 12")

        _ = try subject.reopen()
        let page = try subject.page(2)
        #expect(page.lost.map(\.number.value) == [12])
        #expect(page.damage == ["s8: 12 is missing"])

        subject.close()
        try subject.change("DELETE FROM i8 WHERE party = 2")
        _ = try subject.reopen()
        let lost = try subject.page(2).lost
        #expect(
            lost.map(\.loss) == [.ofAll(from: MessageNumber(8)), .ofAll(from: MessageNumber(12))])
        #expect(lost.map(\.number.value) == [10, 12])
    }

    // MARK: - Anything

    @Test(arguments: 1...8)
    func `both stores forget alike`(_ seed: Int) throws {
        var chance = Chance(seed: UInt64(seed))
        var traffic = Traffic(seed: UInt64(seed), segmentEntries: 8)
        var real = try Subject(.sqlite)
        for step in 1...40 {
            let place: Comment = "seed \(seed), step \(step)"
            try real.commit(traffic.group())
            for _ in 0..<chance.below(4) { _ = try real.tidy() }
            if chance.below(6) == 0 {
                try real.tidyAll()
                let time = 1_795_000_000 + Int64(chance.below(400))
                traffic.forget(before: time)
                try real.forget(before: time)
                try real.tidyAll()
            }
            switch chance.below(8) {
            case 0: #expect(try real.reopen() == traffic.reference.recover(), place)
            case 1:
                real = try real.crashed()
                #expect(try real.recover() == traffic.reference.recover(), place)
            default: break
            }
            for reader in traffic.everybody {
                let all = traffic.everything(for: reader)
                #expect(
                    try real.page(all, bytes: .max) == traffic.reference.mail(all, bytes: .max),
                    place)
                let question = HistoryQuery(
                    reader: AccountNumber(reader),
                    conversation: chance.below(2) == 0
                        ? .person(AccountNumber(1 + UInt32(chance.below(6))))
                        : .room(RoomNumber(1 + UInt32(chance.below(4)))),
                    before: MessageNumber(.max), count: 1 + chance.below(20))
                let (page, expected) = (
                    try real.history(question), traffic.reference.history(question)
                )
                #expect(page == expected, place)
            }
        }
    }

    @Test(arguments: 1...2)
    func `a crash at any moment of forgetting loses nothing that is wanted`(_ seed: Int) throws {
        var traffic = Traffic(seed: UInt64(seed), segmentEntries: 8)
        var subject = try Subject(.sqlite)
        for _ in 1...24 { try subject.commit(traffic.group()) }
        try subject.tidyAll()
        let before = traffic
        traffic.forget(before: 1_795_000_400)
        try subject.forget(before: 1_795_000_400)

        var slices = 0
        var hasMore = true
        while hasMore {
            hasMore = try subject.tidy()
            slices += 1
            var crashed = try subject.crashed()
            let recovered = try crashed.recover()
            #expect(recovered.accounts == before.reference.recover().accounts, "slice \(slices)")
            try expectWanted(&crashed, traffic, "slice \(slices)")
            // What was begun is finished without being told again; the rest is not begun.
            try crashed.tidyAll()
            try expectWanted(&crashed, traffic, "slice \(slices), tidied")
            try crashed.forget(before: 1_795_000_400)
            try crashed.tidyAll()
            #expect(try crashed.reopen() == traffic.reference.recover(), "slice \(slices)")
            try expectSame(&crashed, traffic, "slice \(slices), again")
        }
        #expect(slices > 20)
        try expectSame(&subject, traffic, "end")
    }

    /// All mail that waits, and nothing that is damaged.
    private func expectWanted(
        _ subject: inout Subject, _ traffic: Traffic, _ place: Comment
    ) throws {
        for query in traffic.reference.waiting {
            let page = try subject.page(query, bytes: .max)
            #expect(page == traffic.reference.mail(query, bytes: .max), place)
        }
    }

    private func expectSame(
        _ subject: inout Subject, _ traffic: Traffic, _ place: Comment
    ) throws {
        for reader in traffic.everybody {
            let all = traffic.everything(for: reader)
            #expect(
                try subject.page(all, bytes: .max) == traffic.reference.mail(all, bytes: .max),
                place)
        }
    }
}

extension MemoryStore {
    /// What is asked for by everybody who comes back.
    fileprivate var waiting: [MailQuery] {
        let recovered = recover()
        return recovered.accounts.filter { !$0.hasEnded }.map { account in
            var spans = account.pastSpans
            for room in recovered.rooms {
                let joined = room.members.first { $0.account == account.number }?.joined
                if let joined {
                    spans.append(
                        RoomSpan(
                            room: room.number, after: joined,
                            newsAfter: room.number == .lobby ? MessageNumber(.max) : nil))
                } else if room.number == .lobby, !room.absent.contains(account.number) {
                    spans.append(
                        RoomSpan(
                            room: .lobby, after: account.opened, newsAfter: MessageNumber(.max)))
                }
            }
            return MailQuery(
                reader: account.number, after: account.cursor, through: recovered.head,
                rooms: spans, apart: account.apart)
        }
    }
}
