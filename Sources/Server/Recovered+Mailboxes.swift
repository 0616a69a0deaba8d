// How full mailboxes are, counted from what a store has kept, without a post office.
import Protocol

extension Recovered {
    /// Of each account that has not ended, with the letters to everybody and to rooms that wait for
    /// it.
    var mailboxes: [(name: Username, count: Int)] {
        let shared = SharedLetters(of: self)
        return accounts.filter { !$0.hasEnded }.map { account in
            (account.name, account.waiting + shared.count(for: account))
        }
    }
}

/// Letters that stand in the log once, for many: all that came after somebody's cursor while they
/// were inside, but for those that are not for them.
private struct SharedLetters {
    private let broadcasts: [MessageNumber]
    private var letters: [RoomNumber: [MessageNumber]] = [:]
    private var cursors: [AccountNumber: MessageNumber] = [:]
    private var spans: [AccountNumber: [RoomSpan]] = [:]
    private var notForThem: [AccountNumber: Int] = [:]

    init(of kept: Recovered) {
        broadcasts = kept.broadcasts.map(\.number)
        for account in kept.accounts where !account.hasEnded {
            cursors[account.number] = account.cursor
            spans[account.number] = account.pastSpans
        }
        for room in kept.rooms {
            letters[room.number] = room.letters.map(\.number)
            for member in room.members {
                spans[member.account]?.append(RoomSpan(room: room.number, after: member.joined))
            }
        }
        if let lobby = kept.rooms.first(where: { $0.number == .lobby }) {
            let others = Set(lobby.absent).union(lobby.members.map(\.account))
            for account in kept.accounts where !others.contains(account.number) {
                spans[account.number]?.append(RoomSpan(room: .lobby, after: account.opened))
            }
        }
        leaveOut(kept)
    }

    func count(for account: Recovered.Account) -> Int {
        var count = broadcasts.count(after: account.cursor)
        for span in spans[account.number] ?? [] {
            let from = max(span.after, account.cursor)
            count += letters[span.room]?.count(after: from, through: span.through) ?? 0
        }
        return count - (notForThem[account.number] ?? 0)
    }

    /// What is somebody's own, what they had no room for, and what they have read apart.
    private mutating func leaveOut(_ kept: Recovered) {
        for letter in kept.broadcasts {
            for reader in Set(letter.except + [letter.from]) {
                leaveOut(letter.number, for: reader, in: nil)
            }
        }
        for room in kept.rooms {
            for letter in room.letters {
                for reader in Set(letter.except + [letter.from]) {
                    leaveOut(letter.number, for: reader, in: room.number)
                }
            }
        }
        for account in kept.accounts {
            for (conversation, through) in account.apart {
                leaveOut(conversation, through: through, for: account.number, kept)
            }
        }
    }

    private mutating func leaveOut(
        _ conversation: Conversation, through: MessageNumber, for reader: AccountNumber,
        _ kept: Recovered
    ) {
        switch conversation {
        case .person(let other):
            for letter in kept.broadcasts
            where letter.from == other && other != reader && letter.number <= through
                && !letter.except.contains(reader)
            {
                leaveOut(letter.number, for: reader, in: nil)
            }
        case .room(let number):
            for letter in kept.rooms.first(where: { $0.number == number })?.letters ?? []
            where letter.from != reader && letter.number <= through
                && !letter.except.contains(reader)
            {
                leaveOut(letter.number, for: reader, in: number)
            }
        }
    }

    private mutating func leaveOut(
        _ number: MessageNumber, for reader: AccountNumber, in room: RoomNumber?
    ) {
        guard let cursor = cursors[reader], number > cursor else { return }
        let isCounted =
            room == nil
            || spans[reader, default: []].contains {
                $0.room == room && $0.after < number && number <= $0.through ?? number
            }
        if isCounted { notForThem[reader, default: 0] += 1 }
    }
}

extension [MessageNumber] {
    /// How many of these, which ascend, are in `(after, through]`.
    fileprivate func count(after first: MessageNumber, through last: MessageNumber? = nil) -> Int {
        let end = last.map(place) ?? count
        return Swift.max(0, end - place(after: first))
    }

    private func place(after number: MessageNumber) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] > number { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
