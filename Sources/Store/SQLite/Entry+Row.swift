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
        }
        try endRow()
    }

    private mutating func readers(_ readers: Readers) {
        switch readers {
        case .one(let reader): integer(reader.rawValue)
        case .several(let readers): blob(readers.map(\.value))
        case .everyone(let except) where except.isEmpty: integer(0)
        case .everyone(let except): blob([0] + except.map(\.value))
        }
    }
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
            guard let account = account(2), let name = Username(older: text(6)) else { return nil }
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
        }
    }

    func account(_ column: Int) -> AccountNumber? {
        UInt32(exactly: integer(column)).map(AccountNumber.init)
    }

    /// Seconds in this column, the zone in the next.
    func wallTime(_ column: Int) -> WallTime? {
        Int32(exactly: integer(column + 1)).map {
            WallTime(seconds: integer(column), offset: $0)
        }
    }

    private func readers(_ column: Int) -> Readers? {
        if isInteger(column) {
            return account(column).map { $0.rawValue == 0 ? .everyone(except: []) : .one($0) }
        }
        guard let numbers: [UInt32] = words(column) else { return nil }
        let accounts = numbers.map(AccountNumber.init)
        return numbers.first == 0
            ? .everyone(except: Array(accounts.dropFirst())) : .several(accounts)
    }
}

extension AccountNumber {
    /// As a column holds it.
    var rawValue: Int64 { Int64(value) }
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
