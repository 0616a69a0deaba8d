package import Protocol

// What waits, counted through the lists alone: of each conversation only the newest letter is read.

extension SQLiteStore {
    package func inbox(_ query: MailQuery) throws(StoreError) -> [Unread] {
        precondition(isRecovered, "recover() comes first")
        return try guarded { () throws(StoreError) in
            var waiting: [Conversation: (count: Int, newest: Int64)] = [:]
            _ = try walk(query) { place throws(StoreError) in
                for conversation in try conversations(at: place, query) {
                    waiting[conversation, default: (0, 0)].count += 1
                    waiting[conversation]?.newest = place.number
                }
                return true
            }
            var unread: [Unread] = []
            for (conversation, mail) in waiting {
                unread.append(
                    Unread(
                        conversation: conversation, count: mail.count,
                        newest: MessageNumber(mail.newest), at: try time(of: mail.newest)))
            }
            return unread.sorted(by: Unread.oldestFirst)
        }
    }

    private func conversations(
        at place: MailPlaces.Place, _ query: MailQuery
    ) throws(StoreError) -> [Conversation] {
        guard place.isReadable, !place.isNews else { return [] }
        if place.mayLeaveOut {
            if let entry = try readable(place.number) {
                return query.findings(in: entry, MessageNumber(place.number)).compactMap {
                    if case .letter(let stored) = $0 { stored.conversation } else { nil }
                }
            }
        }
        return place.losses.compactMap(\.conversation)
    }

    /// When it was written, or something beside it if it is damaged.
    private func time(of number: Int64) throws(StoreError) -> WallTime {
        if let time = try readable(number)?.time { return time }
        return try time(near: number)
    }
}

extension LostLetter.Loss {
    /// Where it would have stood. Nil when nobody knows.
    fileprivate var conversation: Conversation? {
        switch self {
        case .ofOwn(let sender), .ofBroadcast(let sender): .person(sender)
        case .ofRoom(let room, _): .room(room)
        case .ofAll: nil
        }
    }
}
