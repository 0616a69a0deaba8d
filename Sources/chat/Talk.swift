// From a place to an exit code: finds the server, holds the conversation, leaves the terminal as it
// was.

import Protocol
import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum ExitCode {
    static let done: Int32 = 0
    static let failed: Int32 = 1
    static let usage: Int32 = 2

    /// As a shell counts programs that a signal has ended.
    static func ended(by signal: Signal) -> Int32 {
        switch signal {
        case .hangUp: 129
        case .interrupt: 130
        case .terminate: 143
        }
    }
}

func talk(to place: Place) -> Int32 {
    var console = Console()
    defer { console.close() }
    do throws(SystemError) {
        guard let socket = try connect(to: place, &console) else { return ExitCode.failed }
        switch try converse(over: socket, &console) {
        case .ordered(let signal):
            return ExitCode.ended(by: signal)
        case .ended(let ending, let leavesUndone):
            if !ending.isWanted { console.forgetWhatIsTyped() }
            // A person has seen what was not done.
            let isGood = ending.isWanted && (console.isInteractive || !leavesUndone)
            return isGood ? ExitCode.done : ExitCode.failed
        }
    } catch {
        // Who reads no further needs no explanation.
        if !error.isBrokenPipe { complain("\(error)") }
        return ExitCode.failed
    }
}

private func converse(
    over socket: Socket, _ console: inout Console
) throws(SystemError) -> Conversation.Ending {
    // Not earlier: somebody who waits for a connection is interrupted by the signal itself.
    Signals.prepare()
    let signals = try SwapBox<Signal>()
    try Signals.deliver(into: signals) { $0 }

    var conversation = try Conversation(socket, signals: signals)
    do throws(SystemError) {
        let ending = try conversation.run(with: &console)
        conversation.close()
        return ending
    } catch {
        conversation.close()
        throw error
    }
}

// MARK: Finding the server

/// How long each address of the server has to answer.
private let patience: Int64 = 10_000_000_000

/// Nil when there is no server, and nobody wants to try again.
private func connect(to place: Place, _ console: inout Console) throws(SystemError) -> Socket? {
    while true {
        do throws(Unreachable) {
            return try reach(place)
        } catch {
            complain("no server at \(place.host) port \(place.port) (\(error.reason))")
        }
        guard console.isInteractive, try wantsToTryAgain(&console) else { return nil }
    }
}

private struct Unreachable: Error {
    /// In small letters, as part of a sentence.
    let reason: String

    init(_ reason: String) {
        self.reason = reason.prefix(1).lowercased() + reason.dropFirst()
    }
}

private func reach(_ place: Place) throws(Unreachable) -> Socket {
    let addresses: [SocketAddress]
    do throws(AddressFault) {
        addresses = try SocketAddress.resolve(host: place.host, port: place.port)
    } catch {
        switch error {
        case .unknownHost(_, let reason): throw Unreachable(reason)
        case .malformed: throw Unreachable("that is no address")
        }
    }
    do throws(SystemError) {
        return try Socket.connect(toOneOf: addresses, timeoutNanoseconds: patience)
    } catch {
        throw Unreachable(error.text)
    }
}

private func wantsToTryAgain(_ console: inout Console) throws(SystemError) -> Bool {
    try console.ask("Try again? [y/n] ")
    while true {
        switch console.next() {
        case .line(.text(let bytes)):
            if let consent = ClientSession.consent(bytes) { return consent }
            try console.ask("Try again? [y/n] ")
        case .line(.unreadable): try console.ask("Try again? [y/n] ")
        case .end: return false
        case nil: try console.read()
        }
    }
}

extension SystemError {
    fileprivate var isBrokenPipe: Bool { code == EPIPE }
}
