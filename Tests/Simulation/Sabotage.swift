// Bugs to be planted: a simulator that does not find them finds nothing.

package enum Sabotage: String, Sendable, CaseIterable {
    /// The kernel's word on what has arrived is not asked for.
    case everythingCountsAsAcknowledged
    /// What was typed before `DONE` counts as typed after it.
    case inputIsNeverWaiting
    /// Somebody who had stopped sending proves by his close that he read.
    case peerHasNeverClosed
    /// What was committed is in the kernel's memory only.
    case logIsNotFlushed
    /// Reported before it is committed.
    case keptIsReportedEarly
    /// A byte in a thousand never leaves.
    case outboxDropsBytes
    /// The cursor goes to the end of the log.
    case cursorGoesTooFar
    /// A page of mail without its last letter.
    case pageLacksItsLast
    /// A page of mail with its last letter twice.
    case pageRepeatsItsLast
    /// A session that once could take no line never takes one again.
    case readingIsNotResumed
    /// Blocks and timeouts run on the clock that can be set.
    case timeIsTheWallClock
    /// Somebody is given the mail of the next account.
    case mailboxesAreMixedUp
    /// Nobody looks whether a deadline has passed.
    case deadlinesAreForgotten
    /// Every close after the goodbye comes from somebody who has read it.
    case everyCloseIsOrderly
    /// `registered` is said before the account is in the file.
    case accountIsReportedEarly
    /// A failed login is forgotten by a restart.
    case refusalsAreForgotten
    /// That the kernel takes bytes again is seen only when something else happens.
    case roomIsNotNoticed
    /// The end of a stream counts as a whole line.
    case halfLinesCount
    /// A flush that failed is taken for one that did not.
    case failedFlushIsIgnored
    /// What a server has left in the kernel's memory counts as written for the next.
    case logIsNotRenewed
    /// As long as something is to be written the loop turns at once.
    case loopNeverSleeps
    /// What became of one sender's message is told to another.
    case reportsGoAstray
    /// The store's word sometimes takes ten seconds to be heard.
    case reportsComeLate
    /// Once in a while a bell rings at the other end.
    case bellsRing
    /// A mailbox holds one more than it may.
    case mailboxTakesOneMore

    // MARK: In rooms

    /// Who has left a room goes on getting its letters.
    case spansNeverEnd
    /// Who comes gets what was said before.
    case spansBeginTooEarly
    /// The oldest room that somebody is in sends them nothing.
    case oldRoomIsForgotten
    /// The newest of a history is missing.
    case historyIsOneShort
    /// Somebody is shown the history of the next account.
    case historyOfStrangers
    /// Whatever holds the words is found.
    case strangersAreFound
    /// What is read in talk mode counts for all mail.
    case talkReadsEverything
    /// One of each conversation is not counted.
    case inboxCountsOneLess
    /// After a restart a room takes any number.
    case limitsAreForgotten
    /// After a restart the youngest member of a room is outside.
    case youngestIsForgotten
    /// The numbers of rooms that have ended are given again.
    case roomNumbersComeBack
    /// What was read ahead is not known to the next server.
    case readingAheadIsForgotten
    /// Who does not come back after a restart stays inside for ever.
    case nobodyIsAwaited
    /// Nobody is told who comes and goes.
    case newsIsSwallowed
}
