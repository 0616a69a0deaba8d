/// Takes telnet's negotiation out of the bytes that arrive.
///
/// Negotiation is never text: an escaped 0xFF goes with the rest, since no UTF-8 holds one. Every
/// option that the peer proposes is refused once, and only once, so that two programs can never
/// negotiate for ever. Holds a few bytes whatever comes.
struct TelnetFilter: Hashable, Sendable {
    private enum State: Hashable {
        /// Left by IAC.
        case text
        /// After IAC. Left by the next byte.
        case command
        /// After IAC WILL, WONT, DO or DONT. Left by the option.
        case option(verb: UInt8)
        /// After IAC SB. Left by IAC SE, or when it goes on for too long.
        case subnegotiation(bytes: Int)
        /// After IAC inside a subnegotiation.
        case subnegotiationCommand(bytes: Int)
    }

    private var state = State.text
    private var refusedToDo = OptionSet256()
    private var refusedToLet = OptionSet256()

    private enum Byte {
        static let iac: UInt8 = 255
        static let dont: UInt8 = 254
        static let `do`: UInt8 = 253
        static let wont: UInt8 = 252
        static let will: UInt8 = 251
        static let subnegotiation: UInt8 = 250
        /// The lowest that telnet gives a meaning to after IAC.
        static let lowestCommand: UInt8 = 240
    }

    /// Whether a byte other than IAC would pass unchanged.
    var isPassive: Bool { state == .text }

    /// The byte, when it is text; nil when it belongs to negotiation. What has to be answered is
    /// appended to `refusals`.
    mutating func pass(_ byte: UInt8, refusals: inout [UInt8]) -> UInt8? {
        switch state {
        case .text:
            guard byte == Byte.iac else { return byte }
            state = .command
        case .command:
            return begin(byte)
        case .option(let verb):
            refuse(verb, option: byte, refusals: &refusals)
            state = .text
        case .subnegotiation(let bytes):
            // Beyond the ceiling it is no telnet, and what follows is read as text again.
            if bytes >= Limits.subnegotiationBytes {
                state = .text
                return pass(byte, refusals: &refusals)
            }
            state =
                byte == Byte.iac
                ? .subnegotiationCommand(bytes: bytes + 1) : .subnegotiation(bytes: bytes + 1)
        case .subnegotiationCommand(let bytes):
            // IAC IAC is a byte of the subnegotiation. IAC SE ends it, and so does any other
            // command, which then means what it means elsewhere.
            guard byte == Byte.iac else { return begin(byte) }
            state = .subnegotiation(bytes: bytes + 1)
        }
        return nil
    }

    private mutating func begin(_ byte: UInt8) -> UInt8? {
        switch byte {
        case Byte.will, Byte.wont, Byte.do, Byte.dont:
            state = .option(verb: byte)
        case Byte.subnegotiation:
            state = .subnegotiation(bytes: 0)
        case Byte.lowestCommand...:
            state = .text
        default:
            // Not telnet. The 0xFF is dropped; the byte, perhaps the end of the line, counts.
            state = .text
            return byte
        }
        return nil
    }

    private mutating func refuse(_ verb: UInt8, option: UInt8, refusals: inout [UInt8]) {
        switch verb {
        case Byte.do where refusedToDo.insert(option):
            refusals += [Byte.iac, Byte.wont, option]
        case Byte.will where refusedToLet.insert(option):
            refusals += [Byte.iac, Byte.dont, option]
        default:
            break
        }
    }
}

/// Which of the 256 options were answered.
private struct OptionSet256: Hashable, Sendable {
    private var low: UInt128 = 0
    private var high: UInt128 = 0

    /// True when it was not in it.
    mutating func insert(_ option: UInt8) -> Bool {
        let bit = UInt128(1) << UInt128(option & 127)
        if option < 128 {
            defer { low |= bit }
            return low & bit == 0
        }
        defer { high |= bit }
        return high & bit == 0
    }
}
