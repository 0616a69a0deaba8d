package import Protocol

// What the store has to say of what it was to keep.

extension PostOffice {
    /// **Confirmed means committed**: the entry is on disk.
    package mutating func kept(
        _ entry: Entry, _ number: MessageNumber, for session: SessionID?, at now: Moment
    ) -> [Effect] {
        head = number
        recent.append(entry, number)
        switch entry {
        case .letter(let letter):
            return kept(letter, number, for: session)
        case .opened(let account, _):
            self[account].opened = number
            self[account].mailbox.begins(after: number)
            return []
        case .refusals:
            return refusalKept(session)
        case .roomOpened(let opening):
            return kept(opening, number, for: session, at: now)
        case .roomChanged(let change):
            return kept(change, number, for: session, at: now)
        case .read, .readApart, .active, .ended:
            return []
        }
    }

    /// The store could not take it.
    package mutating func refused(_ entry: Entry, for session: SessionID?) -> [Effect] {
        switch entry {
        case .letter(let letter):
            return refused(letter, for: session)
        case .refusals:
            return refusalKept(session)
        case .roomOpened(let opening):
            rooms.release(opening.name, of: opening.maker)
            return refuse(.create, for: session)
        case .roomChanged(let change):
            return refused(change, for: session)
        case .read, .readApart, .active, .opened, .ended:
            return []
        }
    }

    func refuse(_ word: CommandWord, for session: SessionID?) -> [Effect] {
        guard let session, let member = members[session], isPresent(session, member) else {
            return []
        }
        return [.tell(session, .answer(.storage(word)))]
    }
}
