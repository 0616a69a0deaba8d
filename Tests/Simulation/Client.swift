// A program at the other end of a connection, and the person it works for.

import Protocol

struct Person: Sendable {
    let name: String
    var password: [UInt8]
    let address: String
    let isStranger: Bool
    var chance: Chance
    /// How many there were.
    var connections = 0
}

final class Client {
    enum State: Hashable, Sendable {
        case alive
        /// Will say no more, and reads to the end.
        case listening
        case gone
    }

    /// Nil comes after the faults, to see what is left.
    let person: Int?
    /// Which of this person's it is.
    let number: Int
    let address: String
    let name: String
    let password: [UInt8]
    /// Three lines for another password, those that are still to be said.
    var passwordLines: [[UInt8]] = []
    private(set) var habits: Habits
    var chance: Chance

    var state = State.alive
    var talk = Conversation()
    var wakesAt: Instant?
    /// What the kernel has not yet taken.
    var unsent: [UInt8] = []
    /// All that was ever to be said, in bytes.
    var saidThrough = 0
    /// All that the kernel took.
    var sentThrough = 0
    /// All that was read.
    var readThrough = 0
    /// Lines of the server that were read to their end.
    var heardCount = 0
    /// What it had read when it sent its last complete line, or closed after the goodbye.
    var provenThrough = 0
    /// Since when it waits for an answer.
    var waitsSince: Instant?
    var thinksUntil: Instant?
    var tries = 0
    /// How many lines it will still say.
    var patience: Int
    /// How many it has had to say.
    var lines = 0
    var messagesSeen = 0
    var messagesThisTime = 0

    init(_ person: Person, person index: Int?, number: Int, _ habits: Habits, _ chance: Chance) {
        self.person = index
        self.number = number
        address = person.address
        name = person.name
        password = person.password
        self.habits = habits
        self.chance = chance
        patience = habits.patience
    }

    var isInspector: Bool { person == nil }

    func readsQuickly() {
        habits.reads = 1 << 20
        habits.pause = 10...1_000
    }

    // MARK: As the reference sees it

    /// Who it was let in as.
    var account: AccountNumber?
    /// The end of the log for the server when it was let in.
    var entered: Int64 = 0
    /// Before this there is nothing that it has to be shown.
    var nextDue = 0
    /// What was read ahead before it came.
    var readBefore: Set<Int> = []
    /// What it was shown of its mail, and where that ended.
    var shown: [Int: Int] = [:]
    /// Nothing but this conversation is told.
    var talksIn: Protocol.Conversation?
    /// A list that is being told.
    var listing: Listing?
    /// Somebody else was let in: what came to the server behind this is not to be answered.
    var fence: Int?
    var tap = Tap()
    /// When the server last said something to it, and when the kernel last did not take all of it.
    var spokenToAt = Instant(nanoseconds: 0)
    var blockedAt = Instant(nanoseconds: 0)
    var isBlocked = false
    /// The end of the last line that got an answer.
    var askedThrough = 0
    var connectedAt = Instant(nanoseconds: 0)
    var welcomedAt: Instant?
    /// The server had nothing to do with it any more.
    var leftAt: Instant?
    /// The peer's end had not come when the server closed its sending half.
    var saidGoodbyeFirst = false

    /// Whether it has read the answers to all it said.
    var isAnswered: Bool { heardCount == talk.heard.count && talk.isSettled }

    /// Whether it has read the server's last word.
    var hasHeardTheEnd: Bool { heardCount > 0 && talk.heard[heardCount - 1].isOver }

    /// What it has shown to have read, in bytes of the server's stream: by the rules of the one who
    /// reads first, or as far as a kernel can know.
    func provenEnd(of link: Link) -> Int {
        let arrived = link[.client].arrived
        var end = 0
        // A line that crosses what is told at once counts as well, as PROTOCOL.md says.
        var endAtOnce = 0
        for done in talk.dones where done.end <= arrived {
            let isFollowed = talk.said.contains {
                $0.start >= done.inputBefore && $0.end <= link[.server].arrived
            }
            guard isFollowed else { continue }
            if done.isAtOnce { endAtOnce = done.end } else { end = done.end }
        }
        let hasLeft =
            saidGoodbyeFirst && link[.server].endHasArrived && talk.stage == .over
            && link[.server].unacknowledgedBytes == 0
        if hasLeft { end = arrived }
        return max(habits.manner.readsFirst ? min(end, provenThrough) : end, endAtOnce)
    }

    /// The last line that the server has read, and the first that waits for its answer.
    func lines(_ kernel: Kernel) -> (taken: Conversation.Said?, waiting: Conversation.Said?) {
        let waiting = talk.said.dropFirst(talk.answered).first
        return (
            taken: talk.said.last { $0.end <= kernel.taken },
            waiting: waiting?.arrivedAt == nil ? nil : waiting
        )
    }

    /// Whether it has shown to have read what stands there in its account's mail.
    func hasProven(_ due: Int, _ link: Link) -> Bool {
        shown[due].map { $0 <= provenEnd(of: link) } ?? false
    }
}

/// What leaves the server on one connection, cut into lines.
struct Tap: Sendable {
    private var line: [UInt8] = []
    private(set) var through = 0
    private var negotiation: [UInt8] = []
    private var refused: [[UInt8]] = []
    /// How often telnet's negotiation was answered.
    var refusals: Int { refused.count }

    /// The line that ends with this byte, if one does.
    mutating func take(_ byte: UInt8, isTelnet: Bool) throws(Violation) -> [UInt8]? {
        through += 1
        if !negotiation.isEmpty || byte == 0xff {
            guard isTelnet else { throw Violation(.byte, "0xff") }
            negotiation.append(byte)
            if negotiation.count == 3 {
                guard [0xfc, 0xfe].contains(negotiation[1]), !refused.contains(negotiation) else {
                    throw Violation(.byte, "telnet's \(negotiation)")
                }
                refused.append(negotiation)
                negotiation = []
            }
            return nil
        }
        if byte == 0x0a {
            defer { line = [] }
            return line
        }
        let isForbidden =
            byte < 0x20 || byte == 0x7f || (line.last == 0xc2 && (0x80...0x9f).contains(byte))
        if isForbidden { throw Violation(.byte, "\(byte) in \(line)") }
        line.append(byte)
        return nil
    }

    var isWithinLine: Bool { !line.isEmpty }
}
