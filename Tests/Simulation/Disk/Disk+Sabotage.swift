// Planted bugs of a store: what it is asked for is not what it looks for, or not what it gives.

import Protocol
import Store

extension Disk {
    func sabotaged(_ query: MailQuery) -> MailQuery {
        switch sabotage {
        case .mailboxesAreMixedUp: query.with(reader: query.reader.next)
        case .spansNeverEnd: query.with(rooms: query.rooms.map { $0.with(through: nil) })
        case .spansBeginTooEarly: query.with(rooms: query.rooms.map { $0.with(after: .zero) })
        case .oldRoomIsForgotten:
            query.with(rooms: query.rooms.filter { $0.room != query.oldestRoom })
        default: query
        }
    }

    func sabotaged(_ page: MailPage) -> MailPage {
        var (letters, news) = (page.letters, page.news)
        switch sabotage {
        case .pageLacksItsLast where letters.count > 2: letters.removeLast()
        case .pageRepeatsItsLast where letters.count > 2: letters += letters.suffix(1)
        case .newsIsSwallowed: news = []
        default: return page
        }
        return MailPage(letters: letters, news: news, lost: page.lost, isLast: page.isLast)
    }

    func sabotaged(_ query: HistoryQuery) -> HistoryQuery {
        guard sabotage == .historyOfStrangers else { return query }
        return HistoryQuery(
            reader: query.reader.next, conversation: query.conversation, before: query.before,
            count: query.count)
    }

    func sabotaged(_ page: HistoryPage) -> HistoryPage {
        guard sabotage == .historyIsOneShort else { return page }
        return HistoryPage(
            numbers: Array(page.numbers.dropFirst()), next: page.next, cut: page.cut)
    }

    func sabotaged(_ counts: [Unread]) -> [Unread] {
        guard sabotage == .inboxCountsOneLess else { return counts }
        return counts.map { unread in
            Unread(
                conversation: unread.conversation, count: unread.count - 1, newest: unread.newest,
                at: unread.at)
        }
    }
}

extension Recovered {
    /// As a server has it that has forgotten something.
    func sabotaged(_ sabotage: Sabotage?) -> Recovered {
        var copy = self
        switch sabotage {
        case .limitsAreForgotten:
            for index in rooms.indices { copy.rooms[index].limit = nil }
        case .youngestIsForgotten:
            for index in rooms.indices where rooms[index].members.count > 1 {
                copy.rooms[index].members.removeLast()
            }
        case .readingAheadIsForgotten:
            for index in accounts.indices { copy.accounts[index].apart = [:] }
        default:
            break
        }
        return copy
    }
}

extension AccountNumber {
    fileprivate var next: AccountNumber { AccountNumber(value % 3 + 1) }
}

extension RoomSpan {
    fileprivate func with(after: MessageNumber) -> RoomSpan {
        RoomSpan(room: room, after: after, through: through, newsAfter: newsAfter)
    }

    fileprivate func with(through: MessageNumber?) -> RoomSpan {
        RoomSpan(room: room, after: after, through: through, newsAfter: newsAfter)
    }
}

extension MailQuery {
    fileprivate var oldestRoom: RoomNumber? {
        rooms.lazy.map(\.room).filter { $0 != .lobby }.min()
    }

    fileprivate func with(reader: AccountNumber) -> MailQuery {
        MailQuery(
            reader: reader, after: after, through: through, rooms: rooms, apart: apart, only: only)
    }

    fileprivate func with(rooms: [RoomSpan]) -> MailQuery {
        MailQuery(
            reader: reader, after: after, through: through, rooms: rooms, apart: apart, only: only)
    }
}
