// What a reader finds in an entry: the one rule, for every store and for the post office.

/// One line of somebody's mail, or what stands in its place.
package enum Finding: Hashable, Sendable {
    case letter(StoredLetter)
    case news(StoredChange)
    case lost(LostLetter)
}

extension MailQuery {
    /// Everything under one number. A letter to a room and to one of its members beside it is found
    /// twice by that member.
    package func findings(in entry: Entry, _ number: MessageNumber) -> [Finding] {
        switch entry {
        case .letter(let letter):
            var findings: [Finding] = []
            if letter.isFor(reader), wants(.person(letter.from), number) {
                findings.append(.letter(StoredLetter(number: number, letter: letter)))
            }
            for room in letter.rooms(for: reader)
            where wants(.room(room), number) && rooms.contains(where: { $0.holds(room, number) }) {
                findings.append(
                    .letter(StoredLetter(number: number, letter: letter, room: room)))
            }
            return findings
        case .roomChanged(let change):
            let isNews =
                change.isNews(for: reader) && wants(.room(change.room), number)
                && rooms.contains { $0.holds(newsOf: change.room, number) }
            return isNews ? [.news(StoredChange(number: number, change: change))] : []
        case .read, .readApart, .active, .opened, .ended, .roomOpened, .refusals:
            return []
        }
    }

    /// Whether it was asked for, and was not read apart.
    package func wants(_ conversation: Conversation, _ number: MessageNumber) -> Bool {
        if let only, only != conversation { return false }
        return apart.isEmpty || number > apart[conversation] ?? .zero
    }
}

extension RoomSpan {
    /// What is said in the room under this number is said within the span.
    package func holds(_ room: RoomNumber, _ number: MessageNumber) -> Bool {
        room == self.room && number > after && through.map { number <= $0 } ?? true
    }

    package func holds(newsOf room: RoomNumber, _ number: MessageNumber) -> Bool {
        holds(room, number) && number > newsAfter
    }
}

extension Letter {
    /// Whether it belongs into what this account and the sender have to do with each other.
    package func isFor(_ account: AccountNumber) -> Bool {
        switch to {
        case .one(let reader): reader == account
        case .several(let readers): readers.contains(account)
        case .everyone(let except): from != account && !except.contains(account)
        case .rooms(_, let and, _): and.contains(account)
        }
    }

    /// The rooms in which this account finds it, if it is inside.
    package func rooms(for account: AccountNumber) -> [RoomNumber] {
        guard case .rooms(let rooms, _, let except) = to, from != account,
            !except.contains(account)
        else { return [] }
        return rooms.sorted()
    }

    /// Those it is addressed to by name.
    package var persons: [AccountNumber] {
        switch to {
        case .one(let reader): [reader]
        case .several(let readers): readers
        case .everyone: []
        case .rooms(_, let and, _): and
        }
    }
}
