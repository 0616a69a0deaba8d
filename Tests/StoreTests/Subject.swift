import Protocol
import Store
import Testing

/// Which store a test of the contract runs on.
enum StoreKind: CaseIterable, Sendable {
    case memory
    case sqlite
}

/// A store under test, with segments so small that a few entries fill several, and so little memory
/// that most letters are read back from disk.
struct Subject {
    let kind: StoreKind
    let folder: TemporaryFolder
    let options: SQLiteStore.Options
    private var store: any MessageStore

    static let small = {
        var options = SQLiteStore.Options()
        options.segmentEntries = 8
        options.sliceRows = 3
        options.recentBytes = 200
        options.checkpointPages = 10
        return options
    }()

    init(_ kind: StoreKind, options: SQLiteStore.Options = small) throws {
        self.kind = kind
        self.options = options
        folder = TemporaryFolder()
        store = try Self.open(kind, folder, options)
        _ = try store.recover()
    }

    private static func open(
        _ kind: StoreKind, _ folder: TemporaryFolder, _ options: SQLiteStore.Options
    ) throws -> any MessageStore {
        switch kind {
        case .memory: MemoryStore(segmentEntries: Int64(options.segmentEntries))
        case .sqlite: try SQLiteStore(folder: folder.path + "/data", options: options)
        }
    }

    /// Closes it, and opens what it has left.
    mutating func reopen() throws -> Recovered {
        guard kind == .sqlite else { return try store.recover() }
        store.close()
        store = try Self.open(kind, folder, options)
        return try store.recover()
    }

    /// What would be found if the process died now: the files as they are, opened elsewhere.
    func crashed() throws -> Subject {
        var other = self
        guard kind == .sqlite else { return other }
        let copy = TemporaryFolder()
        copy.copyFiles(from: folder.path + "/data", to: "data")
        other = try Subject(resuming: copy, options)
        return other
    }

    private init(resuming folder: TemporaryFolder, _ options: SQLiteStore.Options) throws {
        kind = .sqlite
        self.folder = folder
        self.options = options
        store = try Self.open(kind, folder, options)
    }

    mutating func recover() throws -> Recovered {
        try store.recover()
    }

    mutating func findSenders() throws -> Recovered {
        var recovered = try reopen()
        try store.findSenders(for: &recovered)
        return recovered
    }

    @discardableResult
    mutating func commit(_ group: Entry...) throws -> Int64 {
        try store.commit(group).value
    }

    @discardableResult
    mutating func commit(_ group: [Entry]) throws -> Int64 {
        try store.commit(group).value
    }

    /// The texts of all that is there for the account, read page by page.
    mutating func mail(
        _ reader: UInt32, after: Int64 = 0, through: Int64 = .max, bytes: Int = 1_000_000
    ) throws -> [String] {
        var texts: [String] = []
        var after = after
        while true {
            let page = try page(reader, after: after, through: through, bytes: bytes)
            texts += page.letters.map { String(decoding: $0.letter.text.bytes, as: UTF8.self) }
            guard !page.isLast else { return texts }
            after = try #require(page.letters.last).number.value
        }
    }

    mutating func page(
        _ reader: UInt32, after: Int64 = 0, through: Int64 = .max, bytes: Int = 1_000_000
    ) throws -> MailPage {
        try page(query(reader, after: after, through: through), bytes: bytes)
    }

    mutating func page(_ query: MailQuery, bytes: Int = 1_000_000) throws -> MailPage {
        try store.mail(query, bytes: bytes)
    }

    mutating func inbox(_ query: MailQuery) throws -> [Unread] {
        try store.inbox(query)
    }

    mutating func history(_ query: HistoryQuery) throws -> HistoryPage {
        try store.history(query)
    }

    mutating func entries(_ numbers: [MessageNumber], bytes: Int = 1_000_000) throws -> MailPage {
        try store.entries(numbers, bytes: bytes)
    }

    mutating func forget(before seconds: Int64) throws {
        try store.forget(before: WallTime(seconds: seconds))
    }

    mutating func tidy() throws -> Bool {
        try store.tidy()
    }

    mutating func tidyAll() throws {
        while try store.tidy() {}
    }

    mutating func close() {
        store.close()
    }
}

// MARK: - Short forms of questions

func query(
    _ reader: UInt32, after: Int64 = 0, through: Int64 = .max, in rooms: [RoomSpan] = [],
    apart: [Conversation: MessageNumber] = [:], only: Conversation? = nil
) -> MailQuery {
    MailQuery(
        reader: AccountNumber(reader), after: MessageNumber(after),
        through: MessageNumber(through), rooms: rooms, apart: apart, only: only)
}

// MARK: - Short forms of entries

func letter(_ from: UInt32, to reader: UInt32, _ text: String) -> Entry {
    letter(from, .one(AccountNumber(reader)), text)
}

func letter(_ from: UInt32, toEach readers: [UInt32], _ text: String) -> Entry {
    letter(from, .several(readers.map(AccountNumber.init)), text)
}

func letter(_ from: UInt32, toAllBut except: [UInt32], _ text: String) -> Entry {
    letter(from, .everyone(except: except.map(AccountNumber.init)), text)
}

func letter(_ from: UInt32, _ to: Readers, _ text: String) -> Entry {
    .letter(
        Letter(
            from: AccountNumber(from), to: to, at: WallTime(seconds: 1_795_000_000, offset: 3_600),
            text: MessageText(kept: Array(text.utf8))))
}

func letter(
    _ from: UInt32, toRooms rooms: [UInt32], and persons: [UInt32] = [],
    butNot except: [UInt32] = [],
    _ text: String
) -> Entry {
    letter(
        from,
        .rooms(
            rooms.map(RoomNumber.init), and: persons.map(AccountNumber.init),
            except: except.map(AccountNumber.init)), text)
}

func opened(_ account: UInt32, _ name: String) -> Entry {
    .opened(AccountNumber(account), Username(name)!)
}

func read(_ account: UInt32, through: Int64, own: Int) -> Entry {
    .read(AccountNumber(account), through: MessageNumber(through), own: own)
}

func active(_ account: UInt32, at seconds: Int64) -> Entry {
    .active(AccountNumber(account), at: WallTime(seconds: seconds, offset: -7_200))
}

func roomOpened(
    _ room: UInt32, by maker: UInt32, _ name: String = "#room", _ lifetime: Lifetime = .forever,
    limit: Int? = nil
) -> Entry {
    .roomOpened(
        RoomOpening(
            room: RoomNumber(room), name: RoomName(name)!, maker: AccountNumber(maker),
            lifetime: lifetime, limit: limit, at: WallTime(seconds: 1_795_000_100)))
}

func roomChanged(_ room: UInt32, _ kind: RoomChange.Kind, _ account: UInt32) -> Entry {
    .roomChanged(
        RoomChange(
            room: RoomNumber(room), kind: kind, account: AccountNumber(account),
            at: WallTime(seconds: 1_795_000_200, offset: 60)))
}

func readApart(
    _ account: UInt32, _ conversation: Conversation, through: Int64, own: Int
) -> Entry {
    .readApart(
        AccountNumber(account), conversation, through: MessageNumber(through), own: own)
}
