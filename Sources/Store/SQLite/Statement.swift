internal import CSQLite

/// A prepared statement: bind, step, read the columns, reset.
@safe
final class Statement {
    // Valid until `deinit`; only this object knows it, and only the store's thread this object.
    private let handle: OpaquePointer
    private unowned let database: Database

    init(handle: OpaquePointer, of database: Database) {
        unsafe self.handle = handle
        self.database = database
    }

    deinit {
        unsafe sqlite3_finalize(handle)
    }

    /// True when there is a row to read. After the last one, and after an error, it is reset.
    func step() throws(StoreError) -> Bool {
        let code = unsafe sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE {
            reset()
            return false
        }
        let error = database.error(code, unsafe String(cString: sqlite3_sql(handle)))
        reset()
        throw error
    }

    /// For a statement that gives no rows.
    func run(text parameters: [UInt8]...) throws(StoreError) {
        for (text, parameter) in zip(parameters, 1...) { bind(copying: text, parameter) }
        _ = try step()
    }

    /// For a statement that changes what belongs to this number. How many rows it were.
    func changes(with parameter: Int64) throws(StoreError) -> Int64 {
        bind(parameter, 1)
        _ = try step()
        return database.lastChanges
    }

    func reset() {
        unsafe sqlite3_reset(handle)
    }

    // MARK: - Parameters, from 1

    func bindNull(_ parameter: Int) {
        unsafe sqlite3_bind_null(handle, Int32(parameter))
    }

    func bind(_ value: Int64, _ parameter: Int) {
        unsafe sqlite3_bind_int64(handle, Int32(parameter), value)
    }

    /// The bytes must stay where they are until the statement has been stepped: SQLite reads them
    /// there (`SQLITE_STATIC`).
    func bind(text: UnsafeRawBufferPointer, _ parameter: Int) {
        unsafe sqlite3_bind_text64(
            handle, Int32(parameter), text.baseAddress?.assumingMemoryBound(to: CChar.self),
            UInt64(text.count), nil, UInt8(SQLITE_UTF8))
    }

    /// As with text.
    func bind(blob: UnsafeRawBufferPointer, _ parameter: Int) {
        unsafe sqlite3_bind_blob64(
            handle, Int32(parameter), blob.baseAddress, UInt64(blob.count), nil)
    }

    func bind(copying text: [UInt8], _ parameter: Int) {
        // -1 is SQLITE_TRANSIENT, which is no function: SQLite makes a copy before the call
        // returns.
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        unsafe text.withUnsafeBytes { text in
            _ = unsafe sqlite3_bind_text64(
                handle, Int32(parameter), text.baseAddress?.assumingMemoryBound(to: CChar.self),
                UInt64(text.count), transient, UInt8(SQLITE_UTF8))
        }
    }

    // MARK: - Columns, from 0

    func isNull(_ column: Int) -> Bool { type(column) == SQLITE_NULL }
    func isInteger(_ column: Int) -> Bool { type(column) == SQLITE_INTEGER }

    func integer(_ column: Int) -> Int64 {
        unsafe sqlite3_column_int64(handle, Int32(column))
    }

    func bytes(_ column: Int) -> [UInt8] {
        unsafe [UInt8](buffer(column))
    }

    /// The column holds text, which is checked by the row's sum.
    func text(_ column: Int) -> String {
        unsafe String(decoding: buffer(column), as: UTF8.self)
    }

    /// A blob of numbers. Nil when its length is none of theirs.
    func words<Word: FixedWidthInteger & BitwiseCopyable>(_ column: Int) -> [Word]? {
        let buffer = unsafe buffer(column)
        let width = MemoryLayout<Word>.size
        guard buffer.count.isMultiple(of: width) else { return nil }
        return (0..<buffer.count / width).map {
            unsafe Word(
                littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * width, as: Word.self))
        }
    }

    /// Whether the last column is the sum of all others.
    func isIntact(seed: UInt64) -> Bool {
        let last = unsafe Int(sqlite3_data_count(handle)) - 1
        var sum = Checksum(seed: seed)
        for column in 0..<last {
            switch type(column) {
            case SQLITE_INTEGER: sum.add(integer: integer(column))
            case SQLITE_TEXT: unsafe sum.add(text: buffer(column).bytes)
            case SQLITE_BLOB: unsafe sum.add(blob: buffer(column).bytes)
            default: sum.addNull()
            }
        }
        return isInteger(last) && integer(last) == sum.value
    }

    private func type(_ column: Int) -> Int32 {
        unsafe sqlite3_column_type(handle, Int32(column))
    }

    /// Valid until the next step or reset. `column_blob` gives text as well, without looking for
    /// room for a zero behind it.
    private func buffer(_ column: Int) -> UnsafeRawBufferPointer {
        let start = unsafe sqlite3_column_blob(handle, Int32(column))
        let count = unsafe sqlite3_column_bytes(handle, Int32(column))
        return unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(count))
    }
}
