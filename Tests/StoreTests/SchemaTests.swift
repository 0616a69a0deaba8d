import Protocol
import Testing

@testable import Store

// What stands in the database is read by people with the `sqlite3` shell, and by every later
// server.

@Suite struct SchemaTests {
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
            try rows(of: store, "base", "indexed", "accounts", "refusals", "FROM segments") == [
                "0 1 2 1", "8 0 NULL NULL",
            ])
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
