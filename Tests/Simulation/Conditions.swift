// What the world of one seed is like: which faults it has, and how much of each.

import Store

/// Each fault is there in about half of all worlds. If all were always there, the frequent ones
/// would hide what the rare ones do.
package struct Conditions: Sendable {
    // MARK: People

    var members: Int
    /// They want to register, and some of them want the same name.
    var newcomers: Int
    /// They guess passwords, send rubbish, or say nothing.
    var strangers: Int
    var manners: [Manner]
    /// Between hearing and saying, in microseconds.
    var thinking: ClosedRange<Int>
    /// Each time somebody wakes.
    var deathOneIn: Int
    var secondLoginOneIn: Int
    var slowReaderOneIn: Int
    /// So many bytes at a time.
    var slowReading: ClosedRange<Int>
    var wrongPasswordOneIn: Int
    var isPestered: Bool
    var longTextOneIn: Int
    var telnetOneIn: Int

    // MARK: Network

    var latency: ClosedRange<Int>
    /// Each time the kernel sends.
    var splitOneIn: Int
    var sendRoom: ClosedRange<Int>
    var receiveRoom: ClosedRange<Int>
    var stalls: Bool
    var severs: Bool

    // MARK: Server

    /// Steps of the server until it crashes; nil when it does not.
    var crashes: ClosedRange<Int>?
    /// The machine goes, not only the program: nobody is told.
    var powerFails: Bool
    var stops: Bool
    var pauses: Bool
    var shortWriteOneIn: Int
    var queueLimit: Int
    /// Of one person.
    var roomLimit: Int
    var blockSeconds: Int
    var idleSeconds: Int
    var capacity: Int

    // MARK: Disk and clock

    var committing: ClosedRange<Int>
    var hashing: ClosedRange<Int>
    var fillsUp: Bool
    var interruptsCommits: Bool
    var failsCalls: Bool
    /// Small ones are full, and closed, soon.
    var segmentEntries: Int
    var checkpointPages: Int
    /// Of the newest letters, in bytes.
    var memory: Int
    var hidesPages: Bool
    var wallSteps: Bool
    var rereads: Bool

    init(_ script: Script) {
        var chance = Chance(script.seed, .conditions)
        self.init(&chance)
        for trouble in Trouble.allCases where !script.has(trouble) { remove(trouble) }
    }

    private init(_ chance: inout Chance) {
        members = chance.number(2...4)
        newcomers = chance.oneIn(2) ? chance.number(1...3) : 0
        strangers = chance.oneIn(2) ? chance.number(1...2) : 0
        manners = Self.manners(&chance)
        thinking = 100...chance.one(of: [2_000, 200_000, 5_000_000])
        deathOneIn = chance.oneIn(2) ? chance.number(10...60) : 0
        secondLoginOneIn = chance.oneIn(2) ? 3 : 0
        slowReaderOneIn = chance.oneIn(2) ? 3 : 0
        isPestered = chance.oneIn(40)
        wrongPasswordOneIn = chance.oneIn(2) ? 6 : 0
        longTextOneIn = chance.oneIn(4) ? chance.one(of: [1, 4]) : 0
        slowReading = longTextOneIn == 0 ? 5...300 : 100...3_000
        telnetOneIn = chance.oneIn(3) ? 4 : 0

        latency = chance.one(of: [20...200, 50...5_000, 50...80_000])
        splitOneIn = chance.oneIn(2) ? chance.number(1...6) : 0
        let small = chance.oneIn(2)
        sendRoom = small ? 300...3_000 : 20_000...80_000
        receiveRoom = chance.oneIn(2) ? 100...2_000 : 20_000...80_000
        stalls = chance.oneIn(3)
        severs = chance.oneIn(3)

        crashes = chance.oneIn(2) ? chance.one(of: [1...400, 100...4_000]) : nil
        powerFails = chance.oneIn(2)
        stops = chance.oneIn(3)
        pauses = chance.oneIn(3)
        shortWriteOneIn = chance.oneIn(2) ? chance.number(2...8) : 0
        queueLimit = chance.oneIn(4) ? chance.number(2...12) : 100_000
        roomLimit = chance.oneIn(4) ? chance.number(1...2) : 100
        blockSeconds = chance.one(of: [5, 20, 60])
        idleSeconds = chance.one(of: [15, 60, 300])
        capacity = chance.oneIn(6) ? chance.number(4...8) : 64

        committing = chance.one(of: [50...300, 100...10_000, 100...4_000_000])
        hashing = chance.one(of: [100...500, 5_000...60_000])
        fillsUp = chance.oneIn(3)
        interruptsCommits = chance.oneIn(3)
        failsCalls = chance.oneIn(3)
        segmentEntries = chance.one(of: [24, 100, 500, 65_536])
        checkpointPages = chance.one(of: [3, 30, 500])
        memory = chance.one(of: [100, 5_000, 1 << 20])
        hidesPages = chance.oneIn(5)
        wallSteps = chance.oneIn(3)
        rereads = chance.oneIn(4)
    }

    /// What an answer can take when the one who waits for it reads. Two commits stand before its
    /// own, and before its mail; everybody else's password may be looked at first.
    var promptness: Duration {
        let pause = pauses ? 4_000_000 : 0
        return .microseconds(
            6 * committing.upperBound + 20 * hashing.upperBound + pause + 500_000)
    }

    var store: SQLiteStore.Options {
        var options = SQLiteStore.Options()
        options.segmentEntries = segmentEntries
        options.sliceRows = min(options.sliceRows, segmentEntries / 4)
        options.checkpointPages = checkpointPages
        options.checkpointPagesMax = checkpointPages * 8
        options.recentBytes = memory
        return options
    }

    private static func manners(_ chance: inout Chance) -> [Manner] {
        var manners = Manner.sociable.filter { _ in chance.oneIn(2) }
        // Those who keep to the rules are there in every world.
        manners += [.lockstep, .lockstep]
        if chance.oneIn(25) { manners += [.flooding] }
        return manners
    }
}

/// How a program talks to the server.
package enum Manner: UInt8, Sendable, CaseIterable {
    /// Reads to the end of an answer before it says the next line.
    case lockstep
    /// Says several lines at once.
    case pipelining
    /// Says everything, closes its sending half, reads to the end: `nc -N`.
    case halfClosing
    /// Says everything, `logout` last, and waits for the server to close: `nc`.
    case waiting
    /// Asks for more than it reads.
    case flooding
    /// Tries passwords.
    case guessing
    /// Says it thirty thousand times, and reads nothing for a while.
    case pestering
    /// Says what nobody understands.
    case babbling
    /// Says nothing, or half a line.
    case silent

    static let sociable: [Manner] = [.lockstep, .pipelining, .halfClosing, .waiting]
    static let strange: [Manner] = [.guessing, .babbling, .silent]

    /// Its lines do not count.
    var isExcessive: Bool { self == .flooding || self == .pestering }

    /// Whether a line of its shows that it has read what came before.
    var readsFirst: Bool { self == .lockstep || self == .guessing }
}
