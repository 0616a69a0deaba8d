/// All that the server may say: each one line, but for `help`.
///
/// What announces a list says how many lines follow; they are replies of their own.
package enum Reply: Hashable, Sendable {
    // MARK: Signing in

    /// A password is expected, or two when the name is new.
    case password
    /// Nobody has this name. `y` takes it.
    case register
    /// A name is expected.
    case username
    case registered
    /// The name that should be new is taken.
    case exists
    case welcome
    /// The account is signed in elsewhere.
    case connected
    case blocked(seconds: Int64)
    /// The last refusal: the bare number of seconds that the block lasts.
    case blockLength(seconds: Int64)
    /// More are waiting to sign in than the server can look at.
    case busy
    /// Passwords are not taken over this connection: it is not encrypted and not local.
    case insecure

    // MARK: In an exchange

    /// The answer to `who` and `last`.
    case names([Username])
    /// On disk for everybody who was named.
    case sent
    /// On disk for everybody else: these do not exist.
    case nobody([String])
    /// On disk for everybody else: the mailboxes of these are full.
    case full([Username])
    case fetching
    case help
    case message(Message)
    /// The end of the exchange.
    case done
    case goodbye
    case timeout(seconds: Int64)

    // MARK: Rooms

    case created(RoomName, RoomNumber)
    /// The room that should be new is there.
    case roomExists(RoomName)
    /// Its number, its admin, and who is inside, by name.
    case joined(RoomName, RoomNumber, admin: Username?, members: [Username])
    case roomIsFull(RoomName)
    case left(RoomName)
    case kicked(RoomName, Username)
    case closed(RoomName)
    /// So many lines follow.
    case rooms(count: Int)
    case room(RoomLine)
    case members(count: Int)
    case member(Username, isAdmin: Bool, isAway: Bool)

    // MARK: Conversations

    case history(count: Int)
    case inbox(count: Int)
    case unread(of: Recipient, count: Int, newest: WallTime)
    case search(count: Int)
    /// The last line of what was found: not all has been looked through.
    case indexing
    case live(Bool)
    case talk(Recipient)
    case talkOff
    /// The password is another one now.
    case changed

    // MARK: Refusals

    case unknownCommand(String)
    case badArguments(CommandWord)
    /// Its name, or the number it was asked for by.
    case noSuchRoom(String)
    /// Not inside, or not its admin; or, to `passwd`, the old password was wrong.
    case denied(CommandWord)
    /// As many rooms as one may have.
    case tooManyRooms
    /// As many letters to everybody as one may write within a minute.
    case tooManyBroadcasts
    /// The store cannot take it now. Nothing was kept.
    case storage(CommandWord)
    /// The account file cannot take a new account now.
    case registerStorage
}

/// A line of the answer to `rooms`.
package struct RoomLine: Hashable, Sendable {
    package let name: RoomName
    package let number: RoomNumber
    package let members: Int
    package let limit: Int?
    package let admin: Username?
    package let lifetime: Lifetime

    package init(
        name: RoomName, number: RoomNumber, members: Int, limit: Int?, admin: Username?,
        lifetime: Lifetime
    ) {
        self.name = name
        self.number = number
        self.members = members
        self.limit = limit
        self.admin = admin
        self.lifetime = lifetime
    }
}
