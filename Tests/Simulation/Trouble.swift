// What makes a world rough, by name, so that a script can be without it.

package enum Trouble: String, Sendable, CaseIterable {
    case manners, strangers, newcomers, thinking, deaths, secondLogins, slowReaders
    case wrongPasswords, pestering, longTexts, telnet
    case latency, splits, sendRoom, receiveRoom, stalls, severing
    case crashes, powerFailures, stops, pauses, shortWrites, queueLimit, capacity
    case slowDisk, slowHashing, fullDisk, interruptions, failingCalls, unreadableDisk
    case smallSegments, smallLog, smallMemory, wallSteps, rereading
}

extension Conditions {
    mutating func remove(_ trouble: Trouble) {
        switch trouble {
        case .manners: manners = [.lockstep]
        case .strangers: strangers = 0
        case .newcomers: newcomers = 0
        case .thinking: thinking = 100...2_000
        case .deaths: deathOneIn = 0
        case .secondLogins: secondLoginOneIn = 0
        case .slowReaders: slowReaderOneIn = 0
        case .wrongPasswords: wrongPasswordOneIn = 0
        case .pestering: isPestered = false
        case .longTexts: longTextOneIn = 0
        case .telnet: telnetOneIn = 0
        case .latency: latency = 20...200
        case .splits: splitOneIn = 0
        case .sendRoom: sendRoom = 80_000...80_000
        case .receiveRoom: receiveRoom = 80_000...80_000
        case .stalls: stalls = false
        case .severing: severs = false
        case .crashes: crashes = nil
        case .powerFailures: powerFails = false
        case .stops: stops = false
        case .pauses: pauses = false
        case .shortWrites: shortWriteOneIn = 0
        case .queueLimit: queueLimit = 100_000
        case .capacity: capacity = 64
        case .slowDisk: committing = 50...300
        case .slowHashing: hashing = 100...500
        case .fullDisk: fillsUp = false
        case .interruptions: interruptsCommits = false
        case .failingCalls: failsCalls = false
        case .smallSegments: segmentEntries = 65_536
        case .smallLog: checkpointPages = 500
        case .smallMemory: memory = 1 << 20
        case .unreadableDisk: hidesPages = false
        case .wallSteps: wallSteps = false
        case .rereading: rereads = false
        }
    }
}
