// What happens to a server, as text, so that a find can be read and a seed can be written by hand.
//
//     0            the first byte: under which conditions (`Conditions`)
//     1ann|secret  connection 1 says these lines; | is a line end too
//     1wh\         the same, without the end of the last line
//     -1           it sends no more
//     !1           it is reset
//     <1 500       its peer takes so many more bytes, and then none; `<1` takes all again
//     +60          so many seconds pass
//     c-86400      somebody sets the clock
//     f u h p n    faults, on and off (`Step.Fault`)
//     gbob word    in the account file bob has this secret from now on; `gbob` has gone
//     r k t        restart, kill -9, SIGTERM
//
// Whatever else stands on a line is nothing.

enum Step: Hashable {
    case say(Int, [UInt8])
    case stopSending(Int)
    case reset(Int)
    case take(Int, atMost: Int?)
    case wait(seconds: Int)
    case setClock(by: Int)
    case fault(Fault)
    case edit(name: String, secret: [UInt8]?)
    case restart
    case kill
    case terminate

    enum Fault: UInt8, CaseIterable {
        case diskIsFull = 0x66  // f
        case diskIsUnreadable = 0x75  // u
        case reportsAreHeld = 0x68  // h
        case passwordsAreHeld = 0x70  // p
        case nothingIsAcknowledged = 0x6e  // n
    }

    /// Connections 1 to 3.
    static let connections = 0..<3

    init?(_ line: [UInt8]) {
        guard let verb = line.first else { return nil }
        let rest = line.dropFirst()
        switch verb {
        case UInt8(ascii: "1")...UInt8(ascii: "3"):
            self = .say(Int(verb - UInt8(ascii: "1")), Self.wire(rest))
        case UInt8(ascii: "-"):
            guard let connection = Self.connection(rest) else { return nil }
            self = .stopSending(connection)
        case UInt8(ascii: "!"):
            guard let connection = Self.connection(rest) else { return nil }
            self = .reset(connection)
        case UInt8(ascii: "<"):
            guard let connection = Self.connection(rest) else { return nil }
            self = .take(connection, atMost: Self.number(rest.dropFirst(2)))
        case UInt8(ascii: "+"):
            self = .wait(seconds: Self.number(rest) ?? 1)
        case UInt8(ascii: "c"):
            let isBack = rest.first == UInt8(ascii: "-")
            let seconds = Self.number(rest.dropFirst(isBack ? 1 : 0)) ?? 1
            self = .setClock(by: isBack ? -seconds : seconds)
        case UInt8(ascii: "g"):
            let end = rest.firstIndex(of: UInt8(ascii: " "))
            self = .edit(
                name: String(decoding: rest[..<(end ?? rest.endIndex)], as: UTF8.self),
                secret: end.map { Array(rest[($0 + 1)...]) })
        case UInt8(ascii: "r"): self = .restart
        case UInt8(ascii: "k"): self = .kill
        case UInt8(ascii: "t"): self = .terminate
        default:
            guard let fault = Fault(rawValue: verb) else { return nil }
            self = .fault(fault)
        }
    }

    private static func connection(_ text: ArraySlice<UInt8>) -> Int? {
        guard let digit = text.first, (UInt8(ascii: "1")...UInt8(ascii: "3")).contains(digit)
        else { return nil }
        return Int(digit - UInt8(ascii: "1"))
    }

    /// At most nine digits.
    private static func number(_ text: ArraySlice<UInt8>) -> Int? {
        let digits = text.prefix(9).prefix {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    private static func wire(_ text: ArraySlice<UInt8>) -> [UInt8] {
        let isOpen = text.last == UInt8(ascii: "\\")
        return (isOpen ? text.dropLast() : text + [UInt8(ascii: "\n")])
            .map { $0 == UInt8(ascii: "|") ? UInt8(ascii: "\n") : $0 }
    }
}

struct Script {
    let conditions: Conditions
    let steps: [Step]

    init(_ bytes: [UInt8]) {
        conditions = Conditions(rawValue: bytes.first ?? 0)
        steps = bytes.dropFirst()
            .split(separator: UInt8(ascii: "\n"), maxSplits: Self.stepsMax)
            .prefix(Self.stepsMax)
            .compactMap { Step(Array($0)) }
    }

    /// What went wrong can be said in less.
    private static let stepsMax = 200

    /// Whether the order of what several connections say hangs on more than the script: on which of
    /// them was read first when what held all of them up was over.
    var isRacy: Bool {
        steps.contains(.fault(.reportsAreHeld)) || steps.contains(.fault(.passwordsAreHeld))
    }
}

/// The low bits of a digit, or of one of `:;<=>?`.
struct Conditions: OptionSet {
    let rawValue: UInt8

    static let namesAreHidden = Conditions(rawValue: 1)
    static let registrationIsClosed = Conditions(rawValue: 2)
    /// Clients are not on this machine, and passwords have to be better.
    static let isExposed = Conditions(rawValue: 4)
    /// And may not be sent at all.
    static let passwordsAreRefused = Conditions(rawValue: 8)
}
