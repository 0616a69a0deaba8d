// A connection: two kernels, and what is on its way between them.

import Protocol

enum Side: Sendable {
    case client
    case server

    var other: Side { self == .client ? .server : .client }
}

final class Link {
    private(set) var client: Kernel
    private(set) var server: Kernel
    private var toClient = Flight()
    private var toServer = Flight()
    /// Of one packet, in microseconds.
    private let latency: ClosedRange<Int>
    /// Whatever is sent gets lost, and nobody is told.
    var isSevered = false
    /// Nothing gets through before.
    var stalledUntil = Instant(nanoseconds: 0)

    var chance: Chance

    init(_ habits: Habits, _ chance: Chance) {
        client = Kernel(sendRoom: 65_536, receiveRoom: habits.receiveRoom)
        server = Kernel(sendRoom: habits.sendRoom, receiveRoom: 65_536)
        latency = habits.latency
        self.chance = chance
    }

    func delay() -> Duration { chance.delay(latency) }

    subscript(side: Side) -> Kernel {
        _read {
            switch side {
            case .client: yield client
            case .server: yield server
            }
        }
        _modify {
            switch side {
            case .client: yield &client
            case .server: yield &server
            }
        }
    }

    /// There is something to be sent, and no window for it.
    func isBlocked(from side: Side) -> Bool {
        self[side].hasToSend && self[side.other].window(sent: self[side].sent) <= 0
    }

    func nextPacket(from side: Side, atMost limit: Int) -> Packet? {
        let window = self[side.other].window(sent: self[side].sent)
        return self[side].packet(window: window, atMost: limit)
    }

    /// Sends a packet that arrives then, or behind those before it.
    func send(_ packet: Packet, to side: Side, arrivingAt instant: Instant) -> Instant {
        let instant = max(instant, stalledUntil)
        switch side {
        case .client: return toClient.append(packet, at: instant)
        case .server: return toServer.append(packet, at: instant)
        }
    }

    func arrival(at side: Side) -> Packet {
        switch side {
        case .client: toClient.removeFirst()
        case .server: toServer.removeFirst()
        }
    }
}

/// Packets on their way to one side. They never overtake each other.
private struct Flight: Sendable {
    private var packets: [Packet] = []
    private var latest = Instant(nanoseconds: 0)

    mutating func append(_ packet: Packet, at instant: Instant) -> Instant {
        latest = max(latest, instant)
        packets.append(packet)
        return latest
    }

    mutating func removeFirst() -> Packet {
        packets.removeFirst()
    }
}
