import Protocol

/// Whose letters are listed together in the index of a segment: those of an account, of a room, or
/// those to everybody.
struct Party: Hashable, Comparable {
    /// As a column holds it. Everybody comes first, so that every index begins with a list that is
    /// there; then the accounts; then the rooms.
    let rawValue: Int64

    /// No account has this number.
    static let everyone = Party(rawValue: 0)

    init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    init(_ account: AccountNumber) {
        rawValue = account.rawValue
    }

    init(_ room: RoomNumber) {
        rawValue = Self.roomsBegin | Int64(room.value)
    }

    /// Nil when it is no room.
    var room: RoomNumber? {
        rawValue < Self.roomsBegin
            ? nil : RoomNumber(UInt32(truncatingIfNeeded: rawValue))
    }

    /// Nil when it is no account.
    var account: AccountNumber? {
        (1..<Self.roomsBegin).contains(rawValue)
            ? AccountNumber(UInt32(truncatingIfNeeded: rawValue)) : nil
    }

    /// Beyond all accounts.
    static let roomsBegin: Int64 = 1 << 32

    static func < (left: Party, right: Party) -> Bool { left.rawValue < right.rawValue }
}

extension Party: CustomStringConvertible {
    var description: String { room.map { "room \($0.value)" } ?? "\(rawValue)" }
}
