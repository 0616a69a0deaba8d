/// What the peer did wrong. Every case has a reply; none carries a secret.
package enum ProtocolFault: Error, Hashable, Sendable {
    /// The word, harmless, or as much of it as may be repeated.
    case unknownCommand(String)
    case badArguments(CommandWord)

    package var reply: Reply {
        switch self {
        case .unknownCommand(let word): .unknownCommand(word)
        case .badArguments(let word): .badArguments(word)
        }
    }
}
