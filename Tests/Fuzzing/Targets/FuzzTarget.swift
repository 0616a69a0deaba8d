/// Bytes into one part of the product, and what has to hold whatever they are.
///
/// libFuzzer drives these (`make fuzz`), and the tests run them over every seed and over all that
/// was ever found.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// The line reader with its telnet filter.
    case lines
    case commands
    /// Names and texts of people.
    case words
    /// Replies as a client reads them.
    case replies
    /// A client's session, between a person and any program that calls itself a server.
    case client
    /// The account file.
    case accounts
    /// Command line and environment.
    case configuration
    /// The whole server, but for sockets, threads and disk.
    case server

    package func run(_ bytes: [UInt8]) throws(Broken) {
        switch self {
        case .lines: try tryLines(bytes)
        case .commands: try tryCommand(bytes)
        case .words: try tryWords(bytes)
        case .replies: try tryReplies(bytes)
        case .client: try tryClient(bytes)
        case .accounts: try tryAccounts(bytes)
        case .configuration: try tryConfiguration(bytes)
        case .server: try tryServer(bytes)
        }
    }
}

/// A property that does not hold.
package struct Broken: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

func hold(_ isSo: Bool, _ wrong: @autoclosure () -> String) throws(Broken) {
    if !isSo { throw Broken(wrong()) }
}
