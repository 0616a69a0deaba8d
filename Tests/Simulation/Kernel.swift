// One end of a connection, as the kernel of its machine keeps it. What the server asks the real one
// is answered from here by the same rules, since the proof of reading stands on them.

/// What goes from one kernel to the other.
struct Packet: Sendable {
    var bytes: [UInt8] = []
    /// The sender's stream ends behind the bytes.
    var end = false
    /// How much has arrived there of what goes the other way; the end counts as one.
    var acknowledges = 0
    var reset = false
}

struct Kernel: Sendable {
    enum Received: Sendable {
        case bytes([UInt8])
        case nothing
        case end
        case failed
    }

    // MARK: What the program writes

    private var unsent: [UInt8] = []
    private(set) var written = 0
    private(set) var sent = 0
    /// By the peer's kernel; the end counts as one.
    private(set) var acknowledged = 0
    private(set) var endIsWanted = false
    private(set) var endIsSent = false

    // MARK: What the peer sends

    private var waiting: [UInt8] = []
    /// The end counts not.
    private(set) var arrived = 0
    /// By the program.
    private(set) var taken = 0
    private(set) var endHasArrived = false
    /// What the peer's kernel was last told of it.
    private(set) var told = 0

    /// Nothing more will come or go. What had arrived can still be read.
    private(set) var isReset = false
    /// The program has let go of it.
    private(set) var isClosed = false
    /// The machine has lost its memory of it.
    private(set) var isForgotten = false

    private let sendRoom: Int
    private let receiveRoom: Int

    init(sendRoom: Int, receiveRoom: Int) {
        self.sendRoom = sendRoom
        self.receiveRoom = receiveRoom
    }

    // MARK: For the program

    var unacknowledgedBytes: Int { written + (endIsWanted ? 1 : 0) - acknowledged }
    var waitingBytes: Int { waiting.count }
    var peerHasClosed: Bool { endHasArrived || isReset }
    var room: Int { sendRoom - (written - min(acknowledged, written)) }

    /// Nobody is woken for a few bytes of room.
    var isWritable: Bool { isReset || room >= sendRoom / 3 }
    var isReadable: Bool { !waiting.isEmpty || endHasArrived || isReset }
    /// Nothing will come of it any more.
    var isOver: Bool { isReset || (endHasArrived && endIsWanted) }

    /// How much was taken; nil after a reset.
    mutating func write(_ bytes: ArraySlice<UInt8>) -> Int? {
        if isReset || endIsWanted { return nil }
        let count = min(bytes.count, room)
        if count > 0 { unsent += bytes.prefix(count) }
        written += max(0, count)
        return max(0, count)
    }

    mutating func read(atMost limit: Int) -> Received {
        if waiting.isEmpty { return isReset ? .failed : endHasArrived ? .end : .nothing }
        let count = min(limit, waiting.count)
        taken += count
        if count == waiting.count {
            defer { waiting = [] }
            return .bytes(waiting)
        }
        defer { waiting.removeFirst(count) }
        return .bytes(Array(waiting[..<count]))
    }

    mutating func shutdownWriting() {
        endIsWanted = true
    }

    /// True when bytes were left unread, which is answered by a reset.
    mutating func close() -> Bool {
        isClosed = true
        endIsWanted = true
        guard !waiting.isEmpty else { return false }
        abort()
        return true
    }

    mutating func abort() {
        isClosed = true
        reset()
    }

    // MARK: For the network

    var hasToSend: Bool { !unsent.isEmpty || (endIsWanted && !endIsSent) }
    var oughtToTell: Bool { !isReset && told < arrived + (endHasArrived ? 1 : 0) }

    /// What the peer may still send.
    func window(sent: Int) -> Int { receiveRoom - (sent - taken) }

    /// The next that goes out; nil when there is nothing, or no window for it.
    mutating func packet(window: Int, atMost limit: Int) -> Packet? {
        guard !isReset, hasToSend else { return nil }
        let count = min(unsent.count, window, limit)
        guard count > 0 || unsent.isEmpty else { return nil }
        var packet = acknowledgement()
        if count == unsent.count {
            swap(&packet.bytes, &unsent)
            packet.end = endIsWanted
            endIsSent = endIsWanted
        } else {
            packet.bytes = Array(unsent[..<count])
            unsent.removeFirst(count)
        }
        sent += count
        return packet
    }

    mutating func acknowledgement() -> Packet {
        told = arrived + (endHasArrived ? 1 : 0)
        return Packet(acknowledges: told)
    }

    mutating func take(_ packet: Packet) {
        acknowledged = max(acknowledged, packet.acknowledges)
        guard !isClosed else { return }
        waiting += packet.bytes
        arrived += packet.bytes.count
        if packet.end { endHasArrived = true }
    }

    mutating func reset() {
        isReset = true
        unsent = []
    }

    mutating func forget() {
        abort()
        isForgotten = true
    }
}
