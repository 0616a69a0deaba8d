import Protocol
import Store

/// A long log, and in it conversations of which it is known where they were led: in the last
/// hundredth of it, or all of them in the first. Those who led them write to others all the time.
struct Archive {
    enum Place: CaseIterable {
        case newPerson
        case oldPerson
        case newRoom
        case oldRoom
    }

    let messages: Int
    /// Of each kind.
    private let conversations: Int
    private var traffic = Traffic(accounts: Self.accounts, textBytes: 32)
    /// What each account has not read.
    private var waiting = [Int](repeating: 0, count: Int(Self.accounts) + 1)
    private var head = MessageNumber.zero

    private static let accounts: UInt32 = 10_000
    /// Messages of a conversation.
    private static let length = 25
    /// The newest that are asked for.
    static let page = 20
    /// Fewer have no room for a conversation in a hundredth of them.
    static let messagesMin = 20_000
    static let messagesMax = 1_000_000_000

    init(messages: Int) {
        precondition(messages >= Self.messagesMin, "else there is no conversation")
        self.messages = messages
        // Half of a hundredth at most, in two kinds.
        conversations = min(200, messages / 100 / 4 / Self.length)
    }

    /// On disk, with the index: as measured, and some more.
    var bytes: Int { messages * 120 + 64 << 20 }

    func questions(_ place: Place) -> [HistoryQuery] {
        (0..<conversations).map { question(place, $0) }
    }

    // MARK: - Writing

    mutating func write(to store: inout some MessageStore) throws(StoreError) {
        try store.fill(traffic.openings())
        try store.fill(openings(of: 3 * conversations))
        let hundredth = messages / 100
        try write(0..<hundredth, with: [.oldPerson, .oldRoom], to: &store)
        try write(hundredth..<messages - hundredth, with: [], to: &store)
        try write(messages - hundredth..<messages, with: [.newPerson, .newRoom], to: &store)
        // Most of what is in a long log has been read.
        try store.fill(
            (1...Self.accounts).map { number in
                .read(AccountNumber(number), through: head, own: waiting[Int(number)])
            })
    }

    private func openings(of rooms: Int) -> [Entry] {
        (0..<rooms).map { place in
            .roomOpened(
                RoomOpening(
                    // Letters and digits make a name.
                    room: Self.room(place), name: RoomName("#room\(place)")!,
                    maker: AccountNumber(1), lifetime: .forever, limit: nil,
                    at: WallTime(seconds: 1_795_000_000)))
        }
    }

    private mutating func write(
        _ range: Range<Int>, with places: [Place], to store: inout some MessageStore
    ) throws(StoreError) {
        var planted: [Entry] = []
        for place in places { planted += letters(of: place) }
        for start in stride(from: 0, to: range.count, by: Limits.groupEntries) {
            let end = min(start + Limits.groupEntries, range.count)
            // Evenly, so that each conversation goes through all of it.
            let share = (planted.count * start / range.count)..<(planted.count * end / range.count)
            let group = group(of: end - start, with: planted[share])
            let first = try store.commit(group)
            head = MessageNumber(first.value + Int64(group.count) - 1)
            while try store.tidy() {}
            let before = range.lowerBound + start
            Machine.show("writing", before + group.count, before: before, of: messages)
        }
    }

    /// A tenth of the others to rooms, and one to everybody.
    private mutating func group(of size: Int, with planted: ArraySlice<Entry>) -> [Entry] {
        var group = Array(planted)
        group.append(traffic.letter(to: .everyone(except: [])))
        while group.count < size {
            group.append(
                traffic.letter(
                    to: group.count % 10 == 0
                        ? .rooms([otherRoom()], and: [], except: []) : .one(traffic.account())))
        }
        for case .letter(let letter) in group {
            if case .one(let reader) = letter.to { waiting[Int(reader.value)] += 1 }
        }
        return group
    }

    /// Turn by turn: the first of each conversation, then the second of each.
    private mutating func letters(of place: Place) -> [Entry] {
        (0..<Self.length * conversations).map { number in
            let question = question(place, number % conversations)
            switch question.conversation {
            case .room(let room):
                return traffic.letter(to: .rooms([room], and: [], except: []))
            case .person(let other):
                let isAnswer = number / conversations % 2 == 1
                return traffic.letter(
                    from: isAnswer ? other : question.reader,
                    to: .one(isAnswer ? question.reader : other))
            }
        }
    }

    // MARK: - Who speaks where

    private func question(_ place: Place, _ number: Int) -> HistoryQuery {
        let other = AccountNumber(Self.accounts - UInt32(number))
        let (reader, conversation): (Int, Conversation) =
            switch place {
            case .newPerson: (number, .person(other))
            case .oldPerson: (conversations + number, .person(other))
            case .newRoom: (number, .room(Self.room(number)))
            case .oldRoom: (number, .room(Self.room(conversations + number)))
            }
        return HistoryQuery(
            reader: AccountNumber(UInt32(1 + reader)), conversation: conversation,
            before: MessageNumber(.max), count: Self.page)
    }

    /// Room 1 is the lobby.
    private static func room(_ place: Int) -> RoomNumber { RoomNumber(UInt32(2 + place)) }

    /// One that nobody asks about.
    private mutating func otherRoom() -> RoomNumber {
        Self.room(2 * conversations + Int(traffic.account().value) % conversations)
    }
}
