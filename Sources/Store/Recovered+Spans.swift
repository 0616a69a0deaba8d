import Protocol

// Where everybody's mail is, after a start: for who reads it without a post office.

extension Recovered {
    /// Where each account is inside, or was, when mail from there may still wait for it. Of the
    /// lobby nobody comes to know later who has come and gone.
    var spans: [AccountNumber: [RoomSpan]] {
        var spans: [AccountNumber: [RoomSpan]] = [:]
        var lobby: [AccountNumber: MessageNumber] = [:]
        for account in accounts where !account.hasEnded {
            spans[account.number] = account.pastSpans
            lobby[account.number] = account.opened
        }
        for room in rooms {
            for member in room.members {
                if room.number == .lobby {
                    lobby[member.account] = member.joined
                } else {
                    spans[member.account, default: []].append(
                        RoomSpan(room: room.number, after: member.joined))
                }
            }
            for account in room.absent { lobby[account] = nil }
        }
        for (account, joined) in lobby {
            spans[account, default: []].append(
                RoomSpan(room: .lobby, after: joined, newsAfter: MessageNumber(.max)))
        }
        return spans
    }
}
