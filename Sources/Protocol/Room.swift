// What the cores and the store have to say of rooms to each other.

/// A room for as long as anybody can ask for it. Never given again.
package struct RoomNumber: Comparable, Hashable, Sendable {
    package let value: UInt32

    package init(_ value: UInt32) {
        self.value = value
    }

    /// Everybody is in it from the beginning, it never ends, and nothing in the log opens it.
    package static let lobby = RoomNumber(1)

    package static func < (left: RoomNumber, right: RoomNumber) -> Bool {
        left.value < right.value
    }
}

/// When a room ends.
package enum Lifetime: String, CaseIterable, Hashable, Sendable {
    /// With its admin.
    case admin
    /// With its last member.
    case empty
    /// When it is closed.
    case forever
}

/// What two people have to do with each other, or all in a room. A message to everybody belongs to
/// what its reader has to do with its sender.
package enum Conversation: Hashable, Sendable {
    case person(AccountNumber)
    case room(RoomNumber)
}

/// The part of the log in which somebody was inside a room: the mail of the room in
/// `(after, through]` is for them.
package struct RoomSpan: Hashable, Sendable {
    package let room: RoomNumber
    package var after: MessageNumber
    /// Nil: they still are.
    package var through: MessageNumber?
    /// Of comings and goings only those after this.
    package var newsAfter: MessageNumber

    package init(
        room: RoomNumber, after: MessageNumber, through: MessageNumber? = nil,
        newsAfter: MessageNumber? = nil
    ) {
        self.room = room
        self.after = after
        self.through = through
        self.newsAfter = newsAfter ?? after
    }
}

/// A room begins. Its maker is its admin and its first member.
package struct RoomOpening: Hashable, Sendable {
    package let room: RoomNumber
    package let name: RoomName
    package let maker: AccountNumber
    package let lifetime: Lifetime
    /// So many may be inside at once.
    package let limit: Int?
    package let at: WallTime

    package init(
        room: RoomNumber, name: RoomName, maker: AccountNumber, lifetime: Lifetime, limit: Int?,
        at: WallTime
    ) {
        self.room = room
        self.name = name
        self.maker = maker
        self.lifetime = lifetime
        self.limit = limit
        self.at = at
    }
}

/// What happened in a room, besides what is said. Each is one plain fact: that a room ends because
/// its admin has left is two of them.
///
/// In its place in the log it is shown as a message of the server to those inside, but not to whom
/// it is about, unless that is how they learn that they were removed.
package struct RoomChange: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case joined, left, kicked
        /// Is its admin from now on.
        case leads
        /// Nobody is inside any more. The account is who closed it, or the last one who left.
        case closed
    }

    package let room: RoomNumber
    package let kind: Kind
    package let account: AccountNumber
    package let at: WallTime

    package init(room: RoomNumber, kind: Kind, account: AccountNumber, at: WallTime) {
        self.room = room
        self.kind = kind
        self.account = account
        self.at = at
    }

    /// Whether this member, who was inside, is shown it.
    package func isNews(for member: AccountNumber) -> Bool {
        member != account || kind == .kicked || kind == .leads
    }
}

/// A change with its number.
package struct StoredChange: Hashable, Sendable {
    package let number: MessageNumber
    package let change: RoomChange

    package init(number: MessageNumber, change: RoomChange) {
        self.number = number
        self.change = change
    }
}
