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

    /// All that the query asks for, by number; nil when it asks for something older.
    func findings(_ query: MailQuery) -> [Finding]? {
        guard query.after >= after else { return nil }
        var findings: [Finding] = []
        for (number, entry) in entries.reversed() {
            guard number > query.after else { break }
            guard number <= query.through else { continue }
            findings += query.findings(in: entry, number).reversed()
        }
        return findings.reversed()
    }

    private static let most = 256
}
