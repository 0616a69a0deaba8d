import Protocol

/// The newest of what has been kept, so that whoever wants mail at once need not wait for it to be
/// read from disk: what goes to ten thousand listeners is read never, not ten thousand times.
struct RecentMail: Sendable {
    /// Everything after this is here, as far as anybody reads it.
    private(set) var after: MessageNumber
    private var entries: [(number: MessageNumber, entry: Entry)] = []

    init(after head: MessageNumber) {
        after = head
    }

    mutating func append(_ entry: Entry, _ number: MessageNumber) {
        switch entry {
        case .letter, .roomChanged: break
        default: return
        }
        entries.append((number, entry))
        guard entries.count > Self.most else { return }
        after = entries[Self.most / 2 - 1].number
        entries.removeFirst(Self.most / 2)
    }

    /// All that the query asks for, by number; nil when it asks for something older, or for more
    /// than makes a page.
    func findings(_ query: MailQuery) -> [Finding]? {
        guard query.after >= after else { return nil }
        var findings: [Finding] = []
        var room = Limits.mailPageBytes
        for (number, entry) in entries.reversed() {
            guard number > query.after else { break }
            guard number <= query.through else { continue }
            let found = query.findings(in: entry, number)
            findings += found.reversed()
            room -= found.reduce(0) { $0 + $1.bytes }
            guard room >= 0 else { return nil }
        }
        return findings.reversed()
    }

    private static let most = 256
}

extension Finding {
    fileprivate var bytes: Int {
        if case .letter(let stored) = self { stored.letter.text.bytes.count } else { 0 }
    }
}
