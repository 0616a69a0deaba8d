// What one program is like, and the line that it comes over.

/// The same for as long as the connection lasts.
struct Habits: Sendable {
    var manner = Manner.lockstep
    var endsLinesWithCR = false
    var talksTelnet = false
    /// How much is read at a time, in bytes.
    var reads = 1 << 20
    /// Before reading, in microseconds.
    var pause = 10...1_000
    /// How many lines it will say.
    var patience = 1_000

    var latency = 50...500
    /// What the kernel of the server keeps of what this client has not taken.
    var sendRoom = 65_536
    /// What its own keeps of what it has not read.
    var receiveRoom = 65_536

    /// Those of one who looks after everything, and wants no trouble himself.
    init() {}

    init(_ conditions: Conditions, isStranger: Bool, pesters: Bool, _ chance: inout Chance) {
        let manners = isStranger ? Manner.strange : conditions.manners
        manner = chance.one(of: manners)
        if chance.oneIn(12), !isStranger { manner = .silent }
        if pesters { manner = .pestering }
        endsLinesWithCR = chance.oneIn(3)
        talksTelnet = chance.oneIn(conditions.telnetOneIn)
        patience = chance.number(1...12)

        let slowness = 1_000...chance.one(of: [50_000, 20_000_000])
        let bites = chance.number(conditions.slowReading)
        if chance.oneIn(conditions.slowReaderOneIn) {
            (reads, pause) = (bites, slowness)
        } else {
            pause = 10...2_000
        }
        if manner.isExcessive { pause = 20_000_000...20_000_000 }

        latency = conditions.latency
        sendRoom = chance.number(conditions.sendRoom)
        receiveRoom = chance.number(conditions.receiveRoom)
    }
}
