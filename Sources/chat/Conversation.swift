// Moves the lines of one conversation: between the session, the server and whoever is at this end.

import Protocol
import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One connection, from the first prompt to the end.
struct Conversation: ~Copyable {
    enum Ending {
        case ended(ClientSession.Ending, leavesUndone: Bool)
        case ordered(Signal)
    }

    private enum Token {
        static let server: UInt64 = 0
        static let person: UInt64 = 1
        static let signals: UInt64 = 2
    }

    private let socket: Socket
    private let signals: SwapBox<Signal>
    private var poller: Poller
    private var session = ClientSession()
    private var reader = LineReader(lineBytesMax: Limits.replyBytes)
    private var outbox: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: Limits.receiveBytes)
    private var events: [PollerEvent] = []
    private var ending: Ending?

    init(_ socket: Socket, signals: SwapBox<Signal>) throws(SystemError) {
        self.socket = socket
        self.signals = signals
        let poller = try Poller()
        do throws(SystemError) {
            try poller.watch(socket.number, for: .reading, token: Token.server)
            try poller.watch(signals.waker.number, for: .reading, token: Token.signals)
        } catch {
            poller.close()
            throw error
        }
        self.poller = poller
    }

    /// Returns when it is over.
    mutating func run(with console: inout Console) throws(SystemError) -> Ending {
        try obey(ClientSession.opening, console: &console)
        try takeSignals()
        while true {
            if let ending { return ending }
            try step(&console)
        }
    }

    consuming func close() {
        socket.close()
        poller.close()
    }

    private mutating func step(_ console: inout Console) throws(SystemError) {
        guard session.isAsking else { return try wait(forPerson: false, &console) }
        switch console.next() {
        case .line(let line): try obey(session.receive(.typed(line)), console: &console)
        case .end: try obey(session.receive(.inputEnded), console: &console)
        case nil: try wait(forPerson: true, &console)
        }
    }

    /// Sleeps until somebody has something to say. While the server is awaited the person is not
    /// listened to: what is typed meanwhile waits in the kernel.
    private mutating func wait(
        forPerson: Bool, _ console: inout Console
    ) throws(SystemError) {
        if forPerson {
            do throws(SystemError) {
                try poller.watch(
                    StandardStream.input.number, for: .reading, token: Token.person)
            } catch  where error.isNotPollable {
                // A file: there is always something to read, or its end.
                return try console.read()
            }
        }
        try poller.wait(timeoutNanoseconds: nil, into: &events)
        if forPerson { poller.forget(StandardStream.input.number) }

        if events.contains(where: { $0.token == Token.signals }) { try takeSignals() }
        if events.contains(where: { $0.token == Token.server }) { try hear(&console) }
        // The server's last words come before a person's next ones.
        if ending == nil, events.contains(where: { $0.token == Token.person }) {
            try console.read()
        }
    }

    private mutating func takeSignals() throws(SystemError) {
        signals.waker.clear()
        var taken: [Signal] = []
        signals.take(into: &taken)
        if let signal = taken.first { ending = .ordered(signal) }
    }

    // MARK: The server

    private mutating func hear(_ console: inout Console) throws(SystemError) {
        try flush()
        switch socket.receive(into: &buffer) {
        case .bytes(let count):
            let bytes = Array(buffer[..<count])
            var start = 0
            while let line = reader.next(in: bytes.span, from: &start) {
                try obey(session.receive(.heard(line)), console: &console)
            }
        case .wouldBlock:
            break
        case .endOfStream, .failed:
            try obey(session.receive(.connectionEnded), console: &console)
        }
    }

    private mutating func flush() throws(SystemError) {
        guard !outbox.isEmpty else { return }
        switch socket.send(outbox.span) {
        case .sent(let count): outbox.removeFirst(count)
        case .wouldBlock: break
        // The server may have said why before it went: reading tells.
        case .failed: outbox = []
        }
        poller.change(
            socket.number, to: outbox.isEmpty ? .reading : [.reading, .writing],
            token: Token.server)
    }

    // MARK: The session

    private mutating func obey(
        _ effects: [ClientSession.Effect], console: inout Console
    ) throws(SystemError) {
        for effect in effects {
            switch effect {
            case .send(let bytes):
                outbox += bytes
                try flush()
            case .show(let text):
                try console.show(text)
            case .ask(let question):
                try console.ask(question.prompt, isHidden: question.isHidden)
            case .finish(let how):
                if let words = how.words {
                    try console.show(words, on: how.isWanted ? .output : .error)
                }
                ending = .ended(how, leavesUndone: session.leavesUndone)
            }
        }
    }
}

extension SystemError {
    /// What was to be watched is a file, and never keeps anybody waiting.
    fileprivate var isNotPollable: Bool { code == EPERM }
}
