package import Protocol

/// What survives a power cut.
///
/// One ordered log of entries, numbered from 1 without a hole, and views on it. One thread uses a
/// store; nobody else writes to its data. `MemoryStore` is the reference, `SQLiteStore` the real
/// one, and the same contract suite runs on both.
package protocol MessageStore {
    /// Everything that has to be known before the first entry. Called once, first.
    mutating func recover() throws(StoreError) -> Recovered

    /// Writes the group with consecutive numbers, in its order, and gives the first of them. On
    /// return all of it is on disk and stays after kill -9 and a power cut; when it throws, none of
    /// it is kept.
    mutating func commit(_ group: [Entry]) throws(StoreError) -> MessageNumber

    /// The letters for this account with numbers in `(after, through]`, oldest first, as many as
    /// fit into so many bytes of text, but at least one. Letters of its own making to everybody are
    /// left out, as are those written before the account began. Of one that is not what was written
    /// any more the page says that it is lost; it hides none of the others.
    mutating func mail(
        for reader: AccountNumber, after: MessageNumber, through: MessageNumber, bytes: Int
    ) throws(StoreError) -> MailPage

    /// A slice of the work that waits for a quiet moment, at most a few milliseconds long. False
    /// when there is none left.
    mutating func tidy() throws(StoreError) -> Bool

    /// Lets go of the data. Nothing that was committed depends on it.
    mutating func close()
}

/// Some of somebody's mail.
package struct MailPage: Hashable, Sendable {
    package let letters: [StoredLetter]
    /// In order as well; they stand between the others.
    package let lost: [LostLetter]
    /// Whether there is nothing further in the range that was asked for.
    package let isLast: Bool
    /// What was found damaged since the last page, named, for the log.
    package let damage: [String]

    package init(
        letters: [StoredLetter], lost: [LostLetter] = [], isLast: Bool, damage: [String] = []
    ) {
        self.letters = letters
        self.lost = lost
        self.isLast = isLast
        self.damage = damage
    }
}

/// What the world did to the store.
package enum StoreError: Error, Hashable, Sendable {
    /// It cannot be taken now: disk full, file too large, an error of the device. Nothing of it was
    /// kept, and later it may work.
    case unable(String)
    /// Stored data is not what was written. Says which.
    case damaged(String)
    /// Nothing can be relied on any more, as after a failed fsync: stop, and recover from disk.
    case fatal(String)
}
