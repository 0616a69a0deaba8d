/// All that the server may say: each one line, but for `help`.
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

    // MARK: Refusals

    case unknownCommand(String)
    case badArguments(CommandWord)
    case noSuchRoom(RoomName)
    /// The store cannot take it now. Nothing was kept.
    case storage(CommandWord)
    /// The account file cannot take a new account now.
    case registerStorage
}
