import Delivery
import Protocol

/// One connection without its descriptor: what came in and is not yet understood, the
/// conversation, what is still to be said. Any shell can move the bytes: sockets, or a simulation.
struct Connection: Sendable {
    /// How a connection ends.
    enum Ending: Hashable, Sendable {
        case open
        /// The conversation is over: half-close when all is written.
        case hangingUp
        /// Written and half-closed; the peer's close is awaited until then.
        case farewell(until: Instant)
    }

    let id: SessionID
    let caller: Caller
    var session: Session
    var outbox = Outbox()
    var ending = Ending.open
    /// The peer has closed its sending half.
    var inputHasEnded = false
    /// The kernel had nothing unacknowledged when bytes last came in.
    var allAcknowledged = false
    /// A page of mail is wanted as soon as there is room for it.
    var wantsPage = false
    /// It was not told of mail, since it has something to say first.
    var hasMissedMail = false
    /// `goodbye` was said in good order.
    var departs = false
    /// Counted no longer among those who have not signed in.
    var hasSignedIn = false
    /// Already in the list of connections with something to write, or to close.
    var isDirty = false
    /// Already in the list of those that may go on.
    var isReady = false
    /// Since when the peer has taken nothing of what is to be written.
    var stalledSince: Instant?

    private var reader = LineReader()
    private var input: [UInt8] = []
    private var inputTaken = 0

    init(id: SessionID, caller: Caller, at now: Instant, idleLimit: Duration) {
        self.id = id
        self.caller = caller
        session = Session(at: now, idleLimit: idleLimit)
    }

    // MARK: Input

    /// Whether bytes are of use now. While a session waits nothing is read: the peer's own window
    /// is the queue.
    var wantsInput: Bool {
        guard !inputHasEnded else { return false }
        switch ending {
        case .open:
            return !session.isWaiting && input.isEmpty && outbox.count < Limits.outboxBytes
        case .hangingUp: return false
        case .farewell: return true
        }
    }

    /// Whether something has come in that is not yet answered.
    var hasInput: Bool { !input.isEmpty || !reader.isEmpty }

    /// Whether something has come in that has not even been looked at.
    var hasUnseenInput: Bool { !input.isEmpty }

    var mayTakeLine: Bool {
        ending == .open && !session.isWaiting && !session.isOver
            && outbox.count < Limits.outboxBytes
    }

    mutating func take(_ bytes: Span<UInt8>) {
        input.reserveCapacity(input.count + bytes.count)
        for index in bytes.indices { input.append(bytes[index]) }
    }

    mutating func nextLine() -> Line? {
        guard !input.isEmpty else { return nil }
        let bytes = input
        let line = reader.next(in: bytes.span, from: &inputTaken)
        if inputTaken == bytes.count {
            input = []
            inputTaken = 0
        }
        outbox.append(reader.takeRefusals())
        return line
    }

    // MARK: Time

    /// When something has to be done about silence, of whichever kind comes first.
    var deadline: Instant? {
        let stalled = stalledSince.map { $0 + Limits.stalledOutput }
        switch ending {
        case .open: return [session.deadline, stalled].compactMap(\.self).min()
        case .hangingUp: return stalled
        case .farewell(let until): return until
        }
    }
}
