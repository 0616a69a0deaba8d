import Protocol
import Testing

@testable import Store

// What stands in the database is read by people with the `sqlite3` shell, and by every later
// server.

@Suite struct SchemaTests {
    @Test func `an account that was called like nobody is still known`() throws {
        var subject = try Subject(.sqlite)
        let name = try #require(Username(kept: "-"))
        try subject.commit(.opened(AccountNumber(1), name))
        for isFolded in [false, true] {
            #expect(try subject.reopen().accounts.map(\.name) == [name])
            guard !isFolded else { break }
            for _ in 2...9 { try subject.commit(active(1, at: 1)) }
            try subject.tidyAll()
        }
    }

    @Test func `every kind of entry is a row that can be read`() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(folder: folder.path + "/data")
        _ = try store.recover()
        _ = try store.commit([
            opened(1, "ann"), letter(1, to: 2, "it's"), letter(1, toEach: [2, 258], "x"),
            letter(1, toAllBut: [], "x"), letter(1, toAllBut: [2], "x"),
            read(2, through: 6, own: 3), active(1, at: 9), .ended(AccountNumber(1)),
            .refusals(Refusals(name: "eve", address: "::1", failures: [10, 20], blockedUntil: 80)),
            .refusals(Refusals(name: "eve", address: "::1", failures: [], blockedUntil: nil)),
            roomOpened(7, by: 1, "#den", .empty, limit: 12), roomOpened(8, by: 1, "#pub"),
            roomChanged(7, .joined, 2), letter(1, toRooms: [7], "x"),
            letter(1, toRooms: [7, 8], and: [2], butNot: [3, 4], "x"),
            letter(1, toRooms: [7], and: [2], "x"),
            readApart(2, .person(AccountNumber(1)), through: 14, own: 3),
            readApart(2, .room(RoomNumber(7)), through: 15, own: 0),
        ])

        #expect(
            try rows(
                of: store, "n || ' ' || kind", "who", "whom", "at", "zone", "what", "FROM s0") == [
                    "'1 4' 1 NULL NULL NULL 'ann'",
                    "'2 1' 1 2 1795000000 3600 'it''s'",
                    "'3 1' 1 X'0200000002010000' 1795000000 3600 'x'",
                    "'4 1' 1 0 1795000000 3600 'x'",
                    "'5 1' 1 X'0000000002000000' 1795000000 3600 'x'",
                    "'6 2' 2 6 NULL NULL 3",
                    "'7 3' 1 NULL 9 -7200 NULL",
                    "'8 5' 1 NULL NULL NULL NULL",
                    "'9 6' 'eve' '::1' 80 NULL '10 20'",
                    "'10 6' 'eve' '::1' NULL NULL ''",
                    "'11 7' 1 7 1795000100 0 'empty 12 #den'",
                    "'12 7' 1 8 1795000100 0 'forever - #pub'",
                    "'13 8' 2 7 1795000200 60 'joined'",
                    "'14 1' 1 -7 1795000000 3600 'x'",
                    "'15 1' 1 X'FFFFFFFF02000000070000000800000001000000020000000300000004000000' "
                        + "1795000000 3600 'x'",
                    "'16 1' 1 X'FFFFFFFF01000000070000000100000002000000' 1795000000 3600 'x'",
                    "'17 9' 2 1 14 NULL 3",
                    "'18 9' 2 -7 15 NULL 0",
                ])
    }

    @Test func `a closed segment leaves an index and what it changed`() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(folder: folder.path + "/data", options: Subject.small)
        _ = try store.recover()
        _ = try store.commit([
            opened(1, "ann"), opened(2, "bob"), letter(1, to: 2, "x"), letter(2, toAllBut: [], "x"),
            active(1, at: 9), .ended(AccountNumber(2)),
            .refusals(Refusals(name: "eve", address: "::1", failures: [10, 20], blockedUntil: 80)),
            active(1, at: 10),
        ])
        while try store.tidy() {}

        #expect(
            try rows(of: store, "party", "next", "entries", "FROM i0") == [
                "0 1 X'0200000000000400'", "1 2 X'0200000001000300'", "2 NULL X'0100000000000300'",
            ])
        #expect(
            try rows(
                of: store, "number", "name", "opened", "ended", "cursor", "waiting", "active_at",
                "active_zone", "folded", "FROM accounts") == [
                    "1 'ann' 1 NULL 1 0 10 -7200 8", "2 'bob' 2 6 2 1 NULL NULL 8",
                ])
        #expect(
            try rows(of: store, "name", "address", "failures", "blocked_until", "FROM refusals")
                == [
                    "'eve' '::1' '10 20' 80"
                ])
        #expect(
            try rows(
                of: store, "base", "state", "accounts", "rooms", "refusals", "members", "apart",
                "FROM segments") == ["0 1 2 0 1 0 0", "8 0 NULL NULL NULL NULL NULL"])
    }

    @Test func `a closed segment leaves its rooms, and who is inside`() throws {
        let folder = TemporaryFolder()
        let store = try SQLiteStore(folder: folder.path + "/data", options: Subject.small)
        _ = try store.recover()
        _ = try store.commit([
            opened(1, "ann"), opened(2, "bob"), roomOpened(7, by: 1, "#den", .empty, limit: 12),
            roomChanged(7, .joined, 2), letter(1, toRooms: [7], and: [2], "x"),
            readApart(2, .person(AccountNumber(1)), through: 5, own: 1), roomChanged(1, .left, 2),
            roomChanged(7, .left, 1),
        ])
        while try store.tidy() {}

        #expect(
            try rows(of: store, "party", "next", "entries", "FROM i0") == [
                "0 1 X''", "1 2 X'0200000001000500'", "2 4294967297 X'0100000000000500'",
                "4294967297 4294967303 X'0200000004000700'",
                "4294967303 NULL X'02000000040004000100000000000500'",
            ])
        #expect(
            try rows(
                of: store, "number", "name", "maker", "admin", "lifetime", "members_max", "opened",
                "closed", "FROM rooms") == ["7 '#den' 1 NULL 'empty' 12 3 NULL"])
        #expect(
            try rows(of: store, "account", "room", "joined", "gone", "FROM members")
                == ["1 7 3 8", "2 1 2 7", "2 7 4 NULL"])
        #expect(
            try rows(of: store, "account", "conversation", "through", "FROM apart") == ["2 1 5"])
        #expect(
            try rows(of: store, "base", "state", "rooms", "members", "apart", "FROM segments")
                == ["0 1 1 3 1", "8 0 NULL NULL NULL"])
    }

    @Test func `data of the layout before rooms is brought to this one`() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/data"
        var store = try SQLiteStore(folder: path, options: Subject.small)
        _ = try store.recover()
        _ = try store.commit([opened(1, "ann"), letter(1, to: 1, "x")])
        for number in 3...20 { _ = try store.commit([letter(1, to: 1, "\(number)")]) }
        while try store.tidy() {}
        store.close()
        try makeLayout1(path + "/messages.db")

        store = try SQLiteStore(folder: path)
        let recovered = try store.recover()
        #expect(recovered.accounts.map(\.waiting) == [19])
        #expect(recovered.rooms == [.lobby])
        #expect(try store.mail(query(1), bytes: .max).letters.count == 19)
        // It is not written down how old they are.
        try store.forget(before: WallTime(seconds: 1_795_000_000))
        while try store.tidy() {}
        #expect(store.segments.map(\.state) == [.indexed, .indexed])
        #expect(store.segments[0].newest == WallTime(seconds: 1_795_000_000, offset: 3_600))
        _ = try store.commit([
            roomOpened(2, by: 1), letter(1, toRooms: [2], "x"), letter(1, to: 1, "y"),
        ])
        for number in 24...40 { _ = try store.commit([active(1, at: Int64(number))]) }
        while try store.tidy() {}
        store.close()
        #expect(try DataCheck.run(folder: path) { _ in }.findings == [])
        #expect(
            try SQLiteStore(folder: path).recover().rooms.map(\.name.text) == ["#lobby", "#room"])
    }

    @Test func `a damaged row of the layout before rooms is not brought to this one`() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/data"
        let store = try SQLiteStore(folder: path)
        _ = try store.recover()
        _ = try store.commit([opened(1, "ann")])
        store.close()
        try makeLayout1(path + "/messages.db")
        try Database(path: path + "/messages.db").execute("UPDATE segments SET refusals = 3")

        #expect(throws: StoreError.damaged("segments: 0 is not what was written")) {
            try SQLiteStore(folder: path)
        }
    }

    /// As a server wrote it that knew no rooms.
    private func makeLayout1(_ path: String) throws {
        let database = try Database(path: path)
        var segments: [SegmentRow] = []
        let rows = try database.prepare("SELECT * FROM segments")
        while try rows.step() { segments.append(try #require(rows.segmentRow)) }
        try database.execute(
            """
            DROP TABLE rooms; DROP TABLE members; DROP TABLE apart; DROP TABLE segments;
            CREATE TABLE segments(
                base INTEGER PRIMARY KEY, indexed INTEGER NOT NULL, accounts INTEGER,
                refusals INTEGER, sum INTEGER NOT NULL);
            PRAGMA user_version = 1;
            """)
        var insert = BulkInsert(
            database, "INSERT INTO segments", columns: 4, seed: Schema.segmentsSeed)
        for row in segments {
            insert.integer(row.base)
            insert.integer(row.state == .open ? 0 : 1)
            insert.integer(row.accounts)
            insert.integer(row.rows?.refusals)
            try insert.endRow()
        }
        try insert.finish()
    }

    /// The rows, each as SQL would write its columns.
    private func rows(of store: SQLiteStore, _ parts: String...) throws -> [String] {
        let columns = parts.dropLast().map { "quote(\($0))" }.joined(separator: " || ' ' || ")
        let statement = try store.database.prepare("SELECT \(columns) \(parts[parts.count - 1])")
        var rows: [String] = []
        while try statement.step() { rows.append(statement.text(0)) }
        return rows
    }
}
