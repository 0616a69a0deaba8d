// What the post office asks of the store and of the search index. Here, since both have to know it.

/// What can be read of what is kept.
package enum StoreQuestion: Hashable, Sendable {
    case mail(MailQuery)
    case inbox(MailQuery)
    case history(HistoryQuery)
    case entries([MessageNumber])
}

/// Which mail is wanted: all that is in `(after, through]`, is for the reader, and was not read
/// apart.
package struct MailQuery: Hashable, Sendable {
    package let reader: AccountNumber
    package let after: MessageNumber
    package let through: MessageNumber
    /// Where the reader is or was inside. Spans of one room do not overlap.
    package let rooms: [RoomSpan]
    /// In these conversations only what is after these.
    package let apart: [Conversation: MessageNumber]
    /// Nothing but this conversation.
    package let only: Conversation?

    package init(
        reader: AccountNumber, after: MessageNumber, through: MessageNumber,
        rooms: [RoomSpan] = [], apart: [Conversation: MessageNumber] = [:],
        only: Conversation? = nil
    ) {
        self.reader = reader
        self.after = after
        self.through = through
        self.rooms = rooms
        self.apart = apart
        self.only = only
    }
}

/// How much of one conversation waits.
package struct Unread: Hashable, Sendable {
    package let conversation: Conversation
    package let count: Int
    package let newest: MessageNumber
    package let at: WallTime

    package init(conversation: Conversation, count: Int, newest: MessageNumber, at: WallTime) {
        self.conversation = conversation
        self.count = count
        self.newest = newest
        self.at = at
    }
}

/// Which part of a conversation is wanted: at most so many before a number, the newest of them.
package struct HistoryQuery: Hashable, Sendable {
    package let reader: AccountNumber
    package let conversation: Conversation
    package let before: MessageNumber
    package let count: Int

    package init(
        reader: AccountNumber, conversation: Conversation, before: MessageNumber, count: Int
    ) {
        self.reader = reader
        self.conversation = conversation
        self.before = before
        self.count = count
    }
}

/// Which messages are looked for: those of the reader's own conversations that hold all the words.
package struct SearchQuery: Hashable, Sendable {
    package let reader: AccountNumber
    /// Of the letters to everybody only those after this.
    package let opened: MessageNumber
    /// Where the reader is inside now.
    package let rooms: [RoomNumber]
    /// As they were typed.
    package let words: String
    /// At most so many, the newest.
    package let count: Int
    /// The end of the log; whatever is not yet looked through up to here is behind.
    package let head: MessageNumber

    package init(
        reader: AccountNumber, opened: MessageNumber, rooms: [RoomNumber], words: String,
        count: Int, head: MessageNumber
    ) {
        self.reader = reader
        self.opened = opened
        self.rooms = rooms
        self.words = words
        self.count = count
        self.head = head
    }
}

/// What was found.
package struct Found: Hashable, Sendable {
    /// The newest first.
    package let numbers: [MessageNumber]
    /// Not everything up to the head has been looked through yet.
    package let isBehind: Bool

    package init(numbers: [MessageNumber], isBehind: Bool) {
        self.numbers = numbers
        self.isBehind = isBehind
    }
}
