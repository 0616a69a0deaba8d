package import Protocol

/// The reference: the log in an array, and every answer read off it.
///
/// Made to be obviously right, not quick. What it holds dies with it; a copy is a snapshot.
package struct MemoryStore: MessageStore, Sendable {
    /// The entry with number 1 comes first.
    var log: [Entry] = []
    private var lives: [AccountNumber: Life] = [:]

    /// The numbers between which an account exists.
    private struct Life {
        let opened: MessageNumber
        var hasEnded = false
    }

    package init() {}

    package mutating func commit(_ group: [Entry]) -> MessageNumber {
        let first = MessageNumber(Int64(log.count) + 1)
        for entry in group {
            log.append(entry)
            switch entry {
            case .opened(let account, _) where lives[account] == nil:
                lives[account] = Life(opened: head)
            case .ended(let account):
                lives[account]?.hasEnded = true
            default:
                break
            }
        }
        return first
    }

    package func tidy() -> Bool { false }

    package func forget(before: WallTime) {}

    package mutating func close() {}

    var head: MessageNumber { MessageNumber(Int64(log.count)) }

    // MARK: - Mail

    package func mail(_ query: MailQuery, bytes: Int) -> MailPage {
        var draft = PageDraft(bytes: bytes)
        for findings in findings(query) {
            guard draft.add(findings) else { return draft.page(isLast: false) }
        }
        return draft.page(isLast: true)
    }

    package func inbox(_ query: MailQuery) -> [Unread] {
        var unread: [Conversation: Unread] = [:]
        for case .letter(let stored) in findings(query).joined() {
            unread[stored.conversation] = Unread(
                conversation: stored.conversation,
                count: 1 + (unread[stored.conversation]?.count ?? 0), newest: stored.number,
                at: stored.letter.at)
        }
        return unread.values.sorted(by: Unread.oldestFirst)
    }

    /// Number by number, without those under which there is nothing.
    private func findings(_ query: MailQuery) -> some Sequence<[Finding]> {
        let life = lives[query.reader]
        let after = life.map { max(query.after, $0.opened) } ?? query.after
        let through = life?.hasEnded == false ? query.through : .zero
        return numbers(after: after, through: through).lazy
            .map { query.findings(in: entry($0), $0) }
            .filter { !$0.isEmpty }
    }

    // MARK: - History

    package func history(_ query: HistoryQuery) -> HistoryPage {
        guard let life = lives[query.reader], !life.hasEnded,
            let beginning = beginning(of: query.conversation, opened: life.opened)
        else { return HistoryPage(numbers: [], next: nil) }
        let before = MessageNumber(query.before.value - 1)
        let numbers = numbers(after: beginning, through: before).reversed().lazy
            .filter { query.includes(entry($0)) }
            .prefix(query.count)
        return HistoryPage(numbers: Array(numbers), next: nil)
    }

    /// Nothing of it can have been written up to here. Nil when there is no such conversation.
    private func beginning(
        of conversation: Conversation, opened: MessageNumber
    ) -> MessageNumber? {
        switch conversation {
        case .person: opened
        case .room(.lobby): .zero
        case .room(let room):
            numbers(after: .zero, through: head).first {
                if case .roomOpened(let opening) = entry($0) { opening.room == room } else { false }
            }
        }
    }

    package func entries(_ numbers: [MessageNumber], bytes: Int) -> MailPage {
        var draft = PageDraft(bytes: bytes)
        for number in numbers where number > .zero && number <= head {
            guard let finding = Finding(entry(number), number) else { continue }
            guard draft.add([finding]) else { return draft.page(isLast: false) }
        }
        return draft.page(isLast: true)
    }

    func entry(_ number: MessageNumber) -> Entry {
        log[Int(number.value) - 1]
    }

    func numbers(
        after: MessageNumber, through: MessageNumber
    ) -> some BidirectionalCollection<MessageNumber> {
        let first = min(max(after.value, 0), Int64(log.count)) + 1
        let last = min(through.value, Int64(log.count))
        return (first..<max(first, last + 1)).lazy.map(MessageNumber.init)
    }
}
