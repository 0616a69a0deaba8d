/// All that a client may say once it has signed in.
package enum Command: Hashable, Sendable {
    case who
    /// 0: those online now.
    case last(minutes: Int)
    case post(Draft)
    case fetch
    case logout
    case help

    // MARK: Rooms

    case create(RoomName, limit: Int?, Lifetime)
    case join(RoomReference)
    case leave(RoomName)
    case rooms
    case members(RoomName)
    case kick(RoomName, Recipient)
    case close(RoomName)

    // MARK: Conversations

    case history(Recipient, count: Int)
    case inbox
    /// The words as they were typed, with blanks between.
    case search(String)
    case live(Bool)
    case talk(Recipient)

    // MARK: Oneself

    /// Signs out and stays.
    case `switch`
    case passwd
}

/// A room as somebody who is not inside may call it.
package enum RoomReference: Hashable, Sendable {
    case name(RoomName)
    case number(RoomNumber)
    /// Digits that are no room's number.
    case nothing(String)
}

/// A message as its sender hands it in.
package struct Draft: Hashable, Sendable {
    package enum Destination: Hashable, Sendable {
        /// As they were named, in that order, with repetitions.
        case named([Recipient])
        case everyone
    }

    package let to: Destination
    package let text: MessageText

    package init(to: Destination, text: MessageText) {
        self.to = to
        self.text = text
    }

    /// The word it was handed in with.
    package var word: CommandWord {
        switch to {
        case .named: .send
        case .everyone: .broadcast
        }
    }
}

/// Somebody or something that was named as a receiver.
package enum Recipient: Hashable, Sendable {
    case user(Username)
    case room(RoomName)
    /// What nobody can be called, made harmless.
    case nobody(String)
}

/// The first words of the commands.
package enum CommandWord: String, CaseIterable, Sendable {
    case who, last, send, broadcast, fetch
    case create, join, leave, rooms, members, kick, close
    case history, inbox, search, live, talk
    case `switch`, passwd, logout, help
}
