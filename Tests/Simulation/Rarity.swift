// What has to happen now and then in some world: a simulation that never sees it proves nothing
// about it.

package enum Rarity: Int, Sendable, CaseIterable {
    // What people do.
    case peerHalfCloses
    case severalLinesInOne
    case readerIsSlow
    // What comes of it.
    case messageIsShownAgain
    case readingIsProvenByLine
    case readingIsProvenByClose
    case readingIsLostInCrash
    case mailComesInPages
    case storeIsSlow
    case mailIsUnreadable
    case storeRefuses
    case mailboxIsFull
    case kernelTakesNothing
    case outputIsAtItsCeiling
    case inputWaitsAtDone
    case peerHadClosedAtGoodbye
    case somebodyIsAlreadyHere
    case nameIsTaken
    case nameIsRegistered
    case passwordIsWrong
    case blockBegins
    case blockHolds
    case blockOutlivesServer
    case tooManyNamesAreAsked
    case silenceEndsGreeting
    case silenceEndsSession
    case strangerIsTurnedAway
    // What comes of rooms, and of conversations.
    case roomIsMade
    case roomExists
    case tooManyRooms
    case roomIsJoined
    case roomIsFull
    case roomIsUnknown
    case roomIsDenied
    case somebodyIsKicked
    case roomIsClosed
    case roomEnds
    case roomIsHandedOn
    case somebodyLeavesByGoing
    case somebodyDoesNotComeHome
    case roomIsSpokenTo
    case roomTakesNothing
    case roomIsHeard
    case roomTellsNews
    case roomIsReadBack
    case lettersAreReadAgain
    case inboxIsLookedInto
    case messageIsFound
    case listIsTold
    case mailIsToldAtOnce
    case mailIsReadAhead
    case somebodySwitches
    case passwordIsChanged
    case passwordIsNotChanged
    // What the network does.
    case packetIsCut
    case packetsAreMerged
    case windowIsClosed
    case connectionIsReset
    case peerVanishes
    case networkStalls
    // What the machine does.
    case serverCrashes
    case powerFails
    case recoveryIsCutShort
    case callFails
    case unflushedWriteIsLost
    case unflushedWriteIsTorn
    case groupDiesWithServer
    case groupOutlivesServer
    case serverStopsWithSessions
    case accountFileIsRead
    case accountFileIsSpoilt
    case registrationIsTorn
    case wallClockSteps
    case telnetIsRefused
}

/// How often each of them happened.
package struct Tally: Sendable {
    private var counts = [Int](repeating: 0, count: Rarity.allCases.count)

    package init() {}

    package subscript(rarity: Rarity) -> Int { counts[rarity.rawValue] }

    mutating func count(_ rarity: Rarity, times: Int = 1) {
        counts[rarity.rawValue] += times
    }

    package mutating func add(_ other: Tally) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }
}
