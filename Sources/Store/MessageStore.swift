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

    /// A page of somebody's mail, oldest first, as much as fits into so many bytes of text, but at
    /// least one. Letters of the reader's own making to everybody and to rooms are left out,
    /// as are those written before the account began. Of one that is not what was written any more
    /// the page says that it is lost; it hides none of the others.
    mutating func mail(_ query: MailQuery, bytes: Int) throws(StoreError) -> MailPage

    /// What waits, counted by conversation, the one with the oldest newest first: letters alone,
    /// no news. Nothing is read.
    mutating func inbox(_ query: MailQuery) throws(StoreError) -> [Unread]

    /// The numbers of the newest letters (and, of a room, the news) of one conversation.
    mutating func history(_ query: HistoryQuery) throws(StoreError) -> HistoryPage

    /// These entries, in order: letters, found in no room in particular, and changes of rooms. What
    /// is damaged is lost; what was forgotten is in none of the lists. As many as fit into so many
    /// bytes of text, but at least one; `isLast` says whether that was all.
    mutating func entries(
        _ numbers: [MessageNumber], bytes: Int
    ) throws(StoreError) -> MailPage

    /// Segments all of whose entries are older than this may be dropped by `tidy`; what somebody
    /// has not read stays.
    mutating func forget(before: WallTime) throws(StoreError)

    /// A slice of the work that waits for a quiet moment, at most a few milliseconds long. False
    /// when there is none left.
    mutating func tidy() throws(StoreError) -> Bool

    /// Lets go of the data. Nothing that was committed depends on it.
    mutating func close()
}

/// Some of somebody's mail. Lists are in the order of the numbers; whoever shows them merges them.
package struct MailPage: Hashable, Sendable {
    package let letters: [StoredLetter]
    package let news: [StoredChange]
    package let lost: [LostLetter]
    /// Whether there is nothing further in the range that was asked for.
    package let isLast: Bool
    /// What was found damaged since the last page, named, for the log.
    package let damage: [String]

    package init(
        letters: [StoredLetter], news: [StoredChange] = [], lost: [LostLetter] = [], isLast: Bool,
        damage: [String] = []
    ) {
        self.letters = letters
        self.news = news
        self.lost = lost
        self.isLast = isLast
        self.damage = damage
    }
}

/// Where the wanted part of a conversation is.
package struct HistoryPage: Hashable, Sendable {
    /// The newest first.
    package let numbers: [MessageNumber]
    /// Looking further back from here may find more; one question looks only so far. Nil at the
    /// beginning, or when as many as were asked for have been found.
    package let next: MessageNumber?
    /// At the beginning: everything before this time is not kept any more, if anything was.
    package let cut: WallTime?

    package init(numbers: [MessageNumber], next: MessageNumber?, cut: WallTime? = nil) {
        self.numbers = numbers
        self.next = next
        self.cut = cut
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
