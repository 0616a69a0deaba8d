import Testing

@testable import Store

// What a test does to data behind the store's back.

extension Subject {
    /// While it is closed.
    func change(_ sql: String) throws {
        try Database(path: folder.path + "/data/messages.db").execute(sql)
    }

    /// Changes the columns of a row, and gives it the checksum that it then should have.
    func rewrite(
        _ table: String, where condition: String, _ seed: UInt64, _ change: (inout [Cell]) -> Void
    ) throws {
        let database = try Database(path: folder.path + "/data/messages.db")
        let columns = try database.integer("SELECT count(*) FROM pragma_table_info('\(table)')")
        let row = try database.prepare("SELECT * FROM \(table) WHERE \(condition)")
        try #require(try row.step())
        var cells = (0..<Int(columns) - 1).map(row.cell)
        row.reset()
        change(&cells)

        var rows = BulkInsert(
            database, "INSERT OR REPLACE INTO \(table)", columns: cells.count, seed: seed)
        for cell in cells {
            switch cell {
            case .null: rows.null()
            case .integer(let number): rows.integer(number)
            case .text(let text): rows.text(text)
            case .blob(let words): rows.blob(words)
            }
        }
        try rows.endRow()
        try rows.finish()
    }

    /// The files as they are, elsewhere: what a process that dies now leaves.
    func left(with others: [String]) throws -> TemporaryFolder {
        let copy = TemporaryFolder()
        copy.copyFiles(from: folder.path + "/data", to: "data", with: others)
        return copy
    }
}

/// One column of a row.
enum Cell {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt64])
}

extension Statement {
    fileprivate func cell(_ column: Int) -> Cell {
        if isNull(column) { return .null }
        if isInteger(column) { return .integer(integer(column)) }
        return .text(text(column))
    }
}
