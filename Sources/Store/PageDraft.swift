// What both stores do alike: pages, the order of lists, what belongs to a conversation.
import Protocol

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
