// What is kept: letters, and all else that a power cut must not take.

/// A message on its way to disk: addressed by account numbers, checked, with its postmark.
package struct Letter: Hashable, Sendable {
    package let from: AccountNumber
    package let to: Readers
    package let at: WallTime
    package let text: MessageText

    package init(from: AccountNumber, to: Readers, at: WallTime, text: MessageText) {
        self.from = from
        self.to = to
        self.at = at
        self.text = text
    }
}

/// Who a letter is for. However many they are, it is kept once.
package enum Readers: Hashable, Sendable {
    case one(AccountNumber)
    /// Two or more, each once.
    case several([AccountNumber])
    /// Every account that exists when it is written, but not its sender, nor these, whose mailboxes
    /// are full.
    case everyone(except: [AccountNumber])
    /// Whoever is in one of these rooms when it is written, but not its sender, nor the `except`,
    /// whose mailboxes are full; and these persons, each once, who find it in the conversation
    /// with its sender as well when they are in the room.
    case rooms([RoomNumber], and: [AccountNumber], except: [AccountNumber])
}

/// A letter with its number, as one of its readers finds it.
package struct StoredLetter: Hashable, Sendable {
    package let number: MessageNumber
    package let letter: Letter
    /// Where it was said. Nil: to the reader, or to everybody. A letter to a room and to one of its
    /// members beside it is found twice by that member, under one number.
    package let room: RoomNumber?

    package init(number: MessageNumber, letter: Letter, room: RoomNumber? = nil) {
        self.number = number
        self.letter = letter
        self.room = room
    }
}

/// What is in the log, but is not what was written any more, so that it cannot be shown.
package struct LostLetter: Hashable, Sendable {
    package let loss: Loss
    package let number: MessageNumber
    /// When something beside it in the log was written.
    package let about: WallTime

    package enum Loss: Hashable, Sendable {
        /// The text is gone; of the rest knows the index, which has checksums of its own.
        case ofOwn(from: AccountNumber)
        case ofBroadcast(from: AccountNumber)
        case ofRoom(RoomNumber, from: AccountNumber)
        /// The index is gone as well: nobody knows who wrote the entries from this one on, to
        /// whom, or whether they were letters at all.
        case ofAll(from: MessageNumber)
    }

    package init(_ loss: Loss, _ number: MessageNumber, about: WallTime) {
        self.loss = loss
        self.number = number
        self.about = about
    }
}

/// One thing to be kept. Each takes one number of the log, whatever it is.
package enum Entry: Hashable, Sendable {
    case letter(Letter)
    /// The account has read all up to this number, among it so many letters of its own (broadcasts
    /// do not count).
    case read(AccountNumber, through: MessageNumber, own: Int)
    /// The account was there.
    case active(AccountNumber, at: WallTime)
    /// An account begins; it gets what is written after this.
    case opened(AccountNumber, Username)
    /// Its name has left the account file. The number is never used again.
    case ended(AccountNumber)
    case roomOpened(RoomOpening)
    case roomChanged(RoomChange)
    /// In this conversation the account has read all up to this number, ahead of its other mail;
    /// among it so many letters of its own. Forgotten when `read` comes so far.
    case readApart(AccountNumber, Conversation, through: MessageNumber, own: Int)
    /// Failed logins; replaces what was known for this name and address.
    case refusals(Refusals)
}

/// The failed logins under one name from one address, with times that mean something after a
/// restart.
package struct Refusals: Hashable, Sendable {
    package let name: String
    package let address: String
    /// Seconds since 1970, oldest first.
    package let failures: [Int64]
    package let blockedUntil: Int64?

    package init(name: String, address: String, failures: [Int64], blockedUntil: Int64?) {
        self.name = name
        self.address = address
        self.failures = failures
        self.blockedUntil = blockedUntil
    }

    package var isEmpty: Bool { failures.isEmpty && blockedUntil == nil }
}
