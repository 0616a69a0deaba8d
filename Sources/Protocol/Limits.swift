/// Every ceiling of the server, with its unit and its reason.
package enum Limits {
    // MARK: On the wire

    /// Without LF and CR. Long enough for a page of text, short enough to hold one per connection.
    package static let lineBytes = 8_192
    /// A line that a client takes from its server: the names of half a million people.
    package static let replyBytes = 16_777_216
    /// New names; the width of a column in `who`.
    package static let usernameBytes = 32
    /// Names in an account file from before the rule for new ones.
    package static let olderUsernameBytes = 128
    package static let roomNameBytes = 50
    /// Lines of a conversation in one answer.
    package static let historyLines = 1_000
    package static let historyLinesUsually = 20
    /// The newest that are shown of what a search finds.
    package static let searchLines = 50
    /// Each is looked up by itself. A line could hold 4,000.
    package static let searchWords = 32
    package static let passwordBytes = 1_024
    /// One line must not cost more work than it is long.
    package static let recipients = 100
    /// Of an unknown word, repeated in the error: enough to recognise a slip of the finger.
    package static let echoedCharacters = 32
    /// A telnet subnegotiation that goes on for longer is no telnet.
    package static let subnegotiationBytes = 512

    // MARK: Signing in

    /// From the connection to the welcome, whatever is typed in between.
    package static let greeting = Duration.seconds(120)
    /// The one after the last gets the length of the block instead of another try.
    package static let passwordTries = 3
    /// Waiting for a hash. At 22 ms each, the last of them waits for 0.7 s.
    package static let hashesWaiting = 64
    /// People and addresses with failed logins that are remembered; beyond it the stalest goes.
    package static let lockouts = 100_000
    /// Letters to everybody by somebody on another machine: one line of theirs is work for all.
    package static let broadcastsPerMinute = 60
    /// New names asked for by one address in a minute, so that accounts cannot be listed by trying.
    package static let nameProbesPerMinute = 20
    /// Connections of one address that have not signed in.
    package static let strangersPerAddress = 16

    // MARK: Output

    /// What a connection may hold that its peer has not taken; beyond it nothing more is read.
    package static let outboxBytes = 262_144
    /// Below it the next page of mail is fetched.
    package static let outboxLowWater = 32_768
    /// One page of mail.
    package static let mailPageBytes = 32_768
    /// `DONE` waits for what stands before it to be sent, when that is more than this, so that what
    /// the peer has typed is looked at as late as possible.
    package static let doneRidesAlongBytes = 16_384
    /// A peer that takes nothing for so long is gone.
    package static let stalledOutput = Duration.seconds(60)
    /// After `goodbye`, for the peer to close in good order.
    package static let farewell = Duration.seconds(3)

    // MARK: Turns of the loop

    /// Lines of one connection before the others have their turn.
    package static let linesPerTurn = 128
    /// One reading of a socket.
    package static let receiveBytes = 65_536

    /// Of a list, until the peer has taken some.
    package static let listedPerPage = 256
    /// Who are told of mail for many before the others have their turn.
    package static let listenersPerTurn = 256

    // MARK: Keeping

    package static let queueLimit = 100_000
    /// Rooms of one person that are open at once.
    package static let roomsPerPerson = 100
    /// For those in rooms that last as long as somebody is there, to come back after a restart.
    package static let homecoming = Duration.seconds(60)
    /// One transaction: 4,096 messages cost some 5 ms, which is what a lone sender then waits.
    package static let groupEntries = 4_096
    /// Activity is written down at most so often for each account.
    package static let activityGrain = Duration.seconds(60)
    /// SIGTERM to exit.
    package static let closing = Duration.seconds(10)
}
