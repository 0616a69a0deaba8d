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

    /// Of a segment that may be forgotten.
    private let segmentEntries: Int64
    /// What is not there any more, though what it led to is.
    private var forgotten: Set<Int64> = []
    /// Up to which number something may be, and when it was written at the latest.
    private var cut: (through: MessageNumber, at: WallTime?)?

    package init(segmentEntries: Int64 = 65_536) {
        self.segmentEntries = segmentEntries
    }

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
            .compactMap { number in entry(number).map { query.findings(in: $0, number) } }
            .filter { !$0.isEmpty }
    }

    // MARK: - History

    package func history(_ query: HistoryQuery) -> HistoryPage {
        guard let life = lives[query.reader], !life.hasEnded,
            let beginning = beginning(of: query.conversation, opened: life.opened)
        else { return HistoryPage(numbers: [], next: nil) }
        let before = MessageNumber(query.before.value - 1)
        let numbers = numbers(after: beginning, through: before).reversed().lazy
            .filter { entry($0).map(query.includes) ?? false }
            .prefix(query.count)
        let hasMore = numbers.count == query.count
        return HistoryPage(
            numbers: Array(numbers), next: nil, cut: hasMore ? nil : cut(after: beginning))
    }

    private func cut(after beginning: MessageNumber) -> WallTime? {
        cut.flatMap { $0.through > beginning ? $0.at : nil }
    }

    /// Nothing of it can have been written up to here. Nil when there is no such conversation.
    private func beginning(
        of conversation: Conversation, opened: MessageNumber
    ) -> MessageNumber? {
        switch conversation {
        case .person: opened
        case .room(.lobby): .zero
        case .room(let room):
            zip(numbers(after: .zero, through: head), log).first {
                if case .roomOpened(let opening) = $1 { opening.room == room } else { false }
            }?.0
        }
    }

    package func entries(_ numbers: [MessageNumber], bytes: Int) -> MailPage {
        var draft = PageDraft(bytes: bytes)
        for number in numbers where number > .zero && number <= head {
            guard let entry = entry(number), let finding = Finding(entry, number) else { continue }
            guard draft.add([finding]) else { return draft.page(isLast: false) }
        }
        return draft.page(isLast: true)
    }

    /// Nil when it has been forgotten.
    func entry(_ number: MessageNumber) -> Entry? {
        forgotten.contains(number.value) ? nil : log[Int(number.value) - 1]
    }

    func numbers(
        after: MessageNumber, through: MessageNumber
    ) -> some BidirectionalCollection<MessageNumber> {
        let first = min(max(after.value, 0), Int64(log.count)) + 1
        let last = min(through.value, Int64(log.count))
        return (first..<max(first, last + 1)).lazy.map(MessageNumber.init)
    }
}

// MARK: - Forgetting

extension MemoryStore {
    /// At once: there is nothing to be gained by slices.
    package mutating func forget(before: WallTime) {
        let recovered = recover()
        let spans = recovered.spans
        let readers = recovered.accounts.filter { !$0.hasEnded }.map { account in
            MailQuery(
                reader: account.number, after: account.cursor, through: head,
                rooms: spans[account.number] ?? [], apart: account.apart)
        }
        for base in stride(
            from: 0, through: head.value - segmentEntries, by: Int(segmentEntries))
        {
            let segment = numbers(
                after: MessageNumber(base - 1), through: MessageNumber(base + segmentEntries - 1))
            let newest = segment.compactMap { log[Int($0.value) - 1].time }
                .max { $0.seconds < $1.seconds }
            guard newest.map({ $0.seconds < before.seconds }) ?? true else { return }
            let unwanted = segment.filter { number in
                guard let entry = entry(number) else { return false }
                return readers.allSatisfy { reader in
                    number <= reader.after || reader.findings(in: entry, number).isEmpty
                }
            }
            forgotten.formUnion(unwanted.map(\.value))
            if segment.contains(where: { forgotten.contains($0.value) }) {
                let times = [cut?.at, newest].compactMap(\.self)
                cut = (
                    max(cut?.through ?? .zero, segment.last!),  // no segment is empty
                    times.max { $0.seconds < $1.seconds }
                )
            }
        }
    }
}
