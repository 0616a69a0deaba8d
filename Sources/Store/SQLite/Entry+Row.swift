import Protocol

// Entries as rows of a segment and back. What stands where: see `Schema`.

/// What an entry is, as a number in its row. They stay as they are for ever.
private enum Kind: Int64 {
    case letter = 1
    case read = 2
    case active = 3
    case opened = 4
    case ended = 5
    case refusals = 6
    case roomOpened = 7
    case roomChanged = 8
    case readApart = 9
}

extension BulkInsert {
    mutating func append(_ entry: Entry, _ number: Int64) throws(StoreError) {
        integer(number)
        switch entry {
        case .letter(let letter):
            integer(Kind.letter.rawValue)
            integer(letter.from.rawValue)
            readers(letter.to)
            integer(letter.at.seconds)
            integer(Int64(letter.at.offset))
            text(letter.text.bytes)
        case .read(let account, let through, let own):
            integer(Kind.read.rawValue)
            integer(account.rawValue)
            integer(through.value)
            null()
            null()
            integer(Int64(own))
        case .active(let account, let at):
            integer(Kind.active.rawValue)
            integer(account.rawValue)
            null()
            integer(at.seconds)
            integer(Int64(at.offset))
            null()
        case .opened(let account, let name):
            integer(Kind.opened.rawValue)
            integer(account.rawValue)
            null()
            null()
            null()
            text(name.text)
        case .ended(let account):
            integer(Kind.ended.rawValue)
            integer(account.rawValue)
            null()
            null()
            null()
            null()
        case .refusals(let refusals):
            integer(Kind.refusals.rawValue)
            text(refusals.name)
            text(refusals.address)
            integer(refusals.blockedUntil)
            null()
            text(refusals.failuresText)
        case .roomOpened(let opening):
            integer(Kind.roomOpened.rawValue)
            integer(opening.maker.rawValue)
            integer(Int64(opening.room.value))
            integer(opening.at.seconds)
            integer(Int64(opening.at.offset))
            text(opening.roomText)
        case .roomChanged(let change):
            integer(Kind.roomChanged.rawValue)
            integer(change.account.rawValue)
            integer(Int64(change.room.value))
            integer(change.at.seconds)
            integer(Int64(change.at.offset))
            text(change.kind.rawValue)
        case .readApart(let account, let conversation, let through, let own):
            integer(Kind.readApart.rawValue)
            integer(account.rawValue)
            integer(conversation.rawValue)
            integer(through.value)
            null()
            integer(Int64(own))
        }
        try endRow()
    }

    private mutating func readers(_ readers: Readers) {
        switch readers {
        case .one(let reader): integer(reader.rawValue)
        case .several(let readers): blob(readers.map(\.value))
        case .everyone(let except) where except.isEmpty: integer(0)
        case .everyone(let except): blob([0] + except.map(\.value))
        case .rooms(let rooms, let and, let except):
            if rooms.count == 1, and.isEmpty, except.isEmpty {
                integer(-Int64(rooms[0].value))
            } else {
                blob(
                    [roomsMark, UInt32(rooms.count)] + rooms.map(\.value)
                        + [UInt32(and.count)] + and.map(\.value) + except.map(\.value))
            }
        }
    }
}

/// How a blob of readers begins that goes to rooms. No account has this number.
private let roomsMark = UInt32.max

/// What a damaged entry has been, as far as it can be told.
enum Remains {
    /// Its text, or something else of it, is not what was written.
    case letter(Letter)
    /// How far somebody had read, when somebody was there, or failed logins: without it something
    /// is repeated, nothing lost. A letter can look like one, when its kind is what was changed.
    case mark
}

extension Statement {
    /// The entry in a row of a segment whose checksum has been found right. Nil when it cannot be
    /// one all the same.
    var entry: Entry? {
        guard let kind = Kind(rawValue: integer(1)) else { return nil }
        switch kind {
        case .letter:
            guard let from = account(2), let readers = readers(3), let at = wallTime(4) else {
                return nil
            }
            return .letter(
                Letter(from: from, to: readers, at: at, text: MessageText(kept: bytes(6))))
        case .read:
            guard let account = account(2) else { return nil }
            return .read(account, through: MessageNumber(integer(3)), own: Int(integer(6)))
        case .active:
            guard let account = account(2), let at = wallTime(4) else { return nil }
            return .active(account, at: at)
        case .opened:
            guard let account = account(2), let name = Username(kept: text(6)) else { return nil }
            return .opened(account, name)
        case .ended:
            guard let account = account(2) else { return nil }
            return .ended(account)
        case .refusals:
            guard let failures = Refusals.failures(text(6)) else { return nil }
            return .refusals(
                Refusals(
                    name: text(2), address: text(3), failures: failures,
                    blockedUntil: isNull(4) ? nil : integer(4)))
        case .roomOpened:
            guard let maker = account(2), let room = room(3), let at = wallTime(4) else {
                return nil
            }
            return RoomOpening(room, maker, at, text(6)).map(Entry.roomOpened)
        case .roomChanged:
            guard let account = account(2), let room = room(3), let at = wallTime(4),
                let kind = RoomChange.Kind(rawValue: text(6))
            else { return nil }
            return .roomChanged(RoomChange(room: room, kind: kind, account: account, at: at))
        case .readApart:
            guard let account = account(2), let conversation = conversation(3) else { return nil }
            return .readApart(
                account, conversation, through: MessageNumber(integer(4)), own: Int(integer(6)))
        }
    }

    /// What is left of an entry in a row of a segment whose checksum is wrong. Nil when it may have
    /// been one that says who exists, or who is inside a room.
    ///
    /// The kind alone would not tell: one changed bit can make a closed room of a reading. But rows
    /// of different kinds that differ in one bit of it differ in what is missing as well.
    var remains: Remains? {
        guard let kind = Kind(rawValue: integer(1)) else { return nil }
        let missing = (2...6).filter(isNull)
        switch kind {
        case .letter:
            guard missing.isEmpty, case .letter(let letter) = entry else { return nil }
            return .letter(letter)
        case .read: return missing == [4, 5] && isInteger(6) ? .mark : nil
        case .readApart: return missing == [5] && isInteger(6) ? .mark : nil
        case .active: return missing == [3, 6] ? .mark : nil
        case .refusals: return missing == [5] || missing == [4, 5] ? .mark : nil
        case .opened, .ended, .roomOpened, .roomChanged: return nil
        }
    }

    func account(_ column: Int) -> AccountNumber? {
        UInt32(exactly: integer(column)).map(AccountNumber.init)
    }

    func room(_ column: Int) -> RoomNumber? {
        UInt32(exactly: integer(column)).map(RoomNumber.init)
    }

    func conversation(_ column: Int) -> Conversation? {
        Conversation(rawValue: integer(column))
    }

    /// Seconds in this column, the zone in the next.
    func wallTime(_ column: Int) -> WallTime? {
        Int32(exactly: integer(column + 1)).map {
            WallTime(seconds: integer(column), offset: $0)
        }
    }

    private func readers(_ column: Int) -> Readers? {
        if isInteger(column) {
            guard integer(column) >= 0 else {
                return UInt32(exactly: integer(column).magnitude).map {
                    .rooms([RoomNumber($0)], and: [], except: [])
                }
            }
            return account(column).map { $0.rawValue == 0 ? .everyone(except: []) : .one($0) }
        }
        guard let numbers: [UInt32] = words(column) else { return nil }
        switch numbers.first {
        case 0: return .everyone(except: numbers.dropFirst().map(AccountNumber.init))
        case roomsMark: return readersInRooms(numbers.dropFirst())
        default: return .several(numbers.map(AccountNumber.init))
        }
    }

    private func readersInRooms(_ numbers: ArraySlice<UInt32>) -> Readers? {
        var rest = numbers
        func counted() -> ArraySlice<UInt32>? {
            guard let count = rest.popFirst(), count <= rest.count else { return nil }
            defer { rest.removeFirst(Int(count)) }
            return rest.prefix(Int(count))
        }
        guard let rooms = counted(), let and = counted() else { return nil }
        return .rooms(
            rooms.map(RoomNumber.init), and: and.map(AccountNumber.init),
            except: rest.map(AccountNumber.init))
    }
}

extension AccountNumber {
    /// As a column holds it.
    var rawValue: Int64 { Int64(value) }
}

extension Conversation {
    /// As a column holds it: an account, or the negative number of a room.
    var rawValue: Int64 {
        switch self {
        case .person(let account): account.rawValue
        case .room(let room): -Int64(room.value)
        }
    }

    init?(rawValue: Int64) {
        guard let number = UInt32(exactly: rawValue.magnitude) else { return nil }
        self = rawValue < 0 ? .room(RoomNumber(number)) : .person(AccountNumber(number))
    }
}

extension RoomOpening {
    /// Its lifetime, limit and name with blanks between, as a column holds them.
    var roomText: String {
        "\(lifetime.rawValue) \(limit.map(String.init) ?? "-") \(name.text)"
    }

    fileprivate init?(
        _ room: RoomNumber, _ maker: AccountNumber, _ at: WallTime, _ text: String
    ) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, let lifetime = Lifetime(rawValue: String(words[0])),
            words[1] == "-" || Int(words[1]) != nil, let name = RoomName(words[2])
        else { return nil }
        self.init(
            room: room, name: name, maker: maker, lifetime: lifetime, limit: Int(words[1]), at: at)
    }
}

extension Refusals {
    /// The failures as a column holds them: decimal numbers with blanks between.
    var failuresText: String {
        failures.map(String.init).joined(separator: " ")
    }

    static func failures(_ text: String) -> [Int64]? {
        let words = text.split(separator: " ")
        let numbers = words.compactMap { Int64($0) }
        return numbers.count == words.count ? numbers : nil
    }
}
