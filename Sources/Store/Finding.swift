// What a reader finds in an entry: the one rule for both stores.
import Protocol

/// One line of somebody's mail, or what stands in its place.
enum Finding {
    case letter(StoredLetter)
    case news(StoredChange)
    case lost(LostLetter)
}

extension MailQuery {
    /// Everything under one number. A letter to a room and to one of its members beside it is found
    /// twice by that member.
    func findings(in entry: Entry, _ number: MessageNumber) -> [Finding] {
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
    func wants(_ conversation: Conversation, _ number: MessageNumber) -> Bool {
        if let only, only != conversation { return false }
        return apart.isEmpty || number > apart[conversation] ?? .zero
    }
}

extension RoomSpan {
    /// What is said in the room under this number is said within the span.
    func holds(_ room: RoomNumber, _ number: MessageNumber) -> Bool {
        room == self.room && number > after && through.map { number <= $0 } ?? true
    }

    func holds(newsOf room: RoomNumber, _ number: MessageNumber) -> Bool {
        holds(room, number) && number > newsAfter
    }
}

extension Finding {
    /// Whoever reads it. Nil for what nobody is shown.
    init?(_ entry: Entry, _ number: MessageNumber) {
        switch entry {
        case .letter(let letter): self = .letter(StoredLetter(number: number, letter: letter))
        case .roomChanged(let change): self = .news(StoredChange(number: number, change: change))
        case .read, .readApart, .active, .opened, .ended, .roomOpened, .refusals: return nil
        }
    }

    /// Its text, or about what the reader will be told.
    fileprivate var bytes: Int {
        switch self {
        case .letter(let stored): stored.letter.text.bytes.count
        case .news: 50
        case .lost: 100
        }
    }
}

extension Entry {
    /// When it was written, if it says so.
    var time: WallTime? {
        switch self {
        case .letter(let letter): letter.at
        case .active(_, let at): at
        case .roomOpened(let opening): opening.at
        case .roomChanged(let change): change.at
        case .read, .readApart, .opened, .ended, .refusals: nil
        }
    }
}

extension StoredLetter {
    /// Where it was found.
    var conversation: Conversation {
        room.map(Conversation.room) ?? .person(letter.from)
    }
}

extension Unread {
    /// By the newest of each.
    static func oldestFirst(_ left: Unread, _ right: Unread) -> Bool {
        left.newest == right.newest
            ? left.conversation.rawValue > right.conversation.rawValue
            : left.newest < right.newest
    }
}

extension HistoryQuery {
    /// Whether it belongs to the conversation, if it was written since that began.
    func includes(_ entry: Entry) -> Bool {
        switch (conversation, entry) {
        case (.person(let other), .letter(let letter)):
            if case .everyone(let except) = letter.to {
                return letter.from == other && (other == reader || !except.contains(reader))
            }
            return letter.from == other && letter.isFor(reader)
                || letter.from == reader && letter.isFor(other)
        case (.room(let room), .letter(let letter)):
            guard case .rooms(let rooms, _, _) = letter.to else { return false }
            return rooms.contains(room)
        case (.room(let room), .roomChanged(let change)):
            return change.room == room
        default:
            return false
        }
    }
}

/// A page of mail while it fills.
struct PageDraft {
    private var letters: [StoredLetter] = []
    private var news: [StoredChange] = []
    private var lost: [LostLetter] = []
    private var room: Int
    private var isEmpty = true

    init(bytes: Int) {
        room = bytes
    }

    /// All that was found under one number stays together. False when it does not fit any more; the
    /// first always does.
    mutating func add(_ findings: [Finding]) -> Bool {
        let size = findings.reduce(0) { $0 + $1.bytes }
        guard isEmpty || size <= room else { return false }
        room -= size
        for finding in findings {
            switch finding {
            case .letter(let letter): letters.append(letter)
            case .news(let change): news.append(change)
            case .lost(let letter): lost.append(letter)
            }
            isEmpty = false
        }
        return true
    }

    func page(isLast: Bool, damage: [String] = []) -> MailPage {
        MailPage(letters: letters, news: news, lost: lost, isLast: isLast, damage: damage)
    }
}
