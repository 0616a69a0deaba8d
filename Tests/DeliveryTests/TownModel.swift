import Protocol

/// What the post office promises about rooms and mail, read off the log entry by entry: who is
/// inside where, and line by line what everybody gets. Without a cursor, a span or a count.
struct TownModel {
    struct Line {
        let number: MessageNumber
        let conversation: Conversation
        let text: String
        let at: WallTime
        let isNews: Bool
        var isRead = false
        /// As the log has it.
        var isReadOnDisk = false
    }

    struct Person {
        let name: String
        let opened: MessageNumber
        var exists = true
        /// All it ever got, in order.
        var lines: [Line] = []

        var waiting: Int { lines.count { !$0.isRead && !$0.isNews } }
    }

    struct House {
        let name: String
        let number: RoomNumber
        let maker: AccountNumber?
        let lifetime: Lifetime
        let limit: Int?
        var admin: AccountNumber?
        var isOpen = true
        /// The oldest first.
        var members: [AccountNumber] = []
        /// All that was ever said and done there.
        var lines: [String] = []
    }

    private(set) var people: [AccountNumber: Person] = [:]
    private(set) var houses: [RoomNumber: House] = [
        .lobby: House(
            name: "#lobby", number: .lobby, maker: nil, lifetime: .forever, limit: nil)
    ]
    private(set) var letters: [(number: MessageNumber, letter: Letter)] = []
    private(set) var head = MessageNumber.zero
    /// What cannot be, and was.
    private(set) var wrongs: [String] = []

    // MARK: Entry by entry

    mutating func apply(_ entry: Entry) {
        head = MessageNumber(head.value + 1)
        switch entry {
        case .letter(let letter): deliver(letter)
        case .opened(let account, let name):
            people[account] = Person(name: name.text, opened: head)
            houses[.lobby]?.members.append(account)
        case .ended(let account):
            people[account]?.exists = false
            for room in houses.keys { houses[room]?.members.removeAll { $0 == account } }
        case .roomOpened(let opening):
            houses[opening.room] = House(
                name: opening.name.text, number: opening.room, maker: opening.maker,
                lifetime: opening.lifetime, limit: opening.limit, admin: opening.maker,
                members: [opening.maker])
        case .roomChanged(let change): apply(change)
        case .read(let account, let through, _):
            noteRead(account) { $0.number <= through }
        case .readApart(let account, let conversation, let through, _):
            noteRead(account) { $0.number <= through && $0.conversation == conversation }
        case .active, .refusals: break
        }
    }

    private mutating func deliver(_ letter: Letter) {
        letters.append((head, letter))
        let sender = letter.from
        let text = string(letter.text)
        for account in people.keys where people[account]?.exists == true {
            if letter.isAddressed(to: account) {
                add(.person(sender), "\(name(sender)): \(text)", letter.at, for: account)
            }
        }
        guard case .rooms(let named, _, let except) = letter.to else { return }
        for room in named.sorted() {
            let line = "\(name(sender)) \(houses[room]!.name): \(text)"  // it was in the log
            houses[room]?.lines.append(line)
            for account in houses[room]?.members ?? []
            where account != sender && !except.contains(account) {
                add(.room(room), line, letter.at, for: account)
            }
        }
    }

    private mutating func apply(_ change: RoomChange) {
        guard let house = houses[change.room] else { return wrongs.append("no room: \(change)") }
        let who = name(change.account)
        let words =
            switch change.kind {
            case .joined: "\(who) joined"
            case .left: "\(who) left"
            case .kicked: "\(who) was removed"
            case .leads: "\(who) is its admin now"
            case .closed: "the room is closed"
            }
        let line = "server \(house.name): \(words)"
        houses[change.room]?.lines.append(line)
        // Who leaves was still inside; who comes was not.
        var inside = Set(house.members)
        if change.kind == .joined { inside.remove(change.account) }
        for account in inside
        where account != change.account || [.kicked, .leads].contains(change.kind) {
            add(.room(change.room), line, change.at, isNews: true, for: account)
        }
        guard house.isOpen else { return }
        switch change.kind {
        case .joined:
            if people[change.account]?.exists == true, !house.members.contains(change.account) {
                houses[change.room]?.members.append(change.account)
            }
        case .left, .kicked:
            houses[change.room]?.members.removeAll { $0 == change.account }
            if house.admin == change.account { houses[change.room]?.admin = nil }
        case .leads:
            if house.members.contains(change.account) {
                houses[change.room]?.admin = change.account
            }
        case .closed:
            houses[change.room]?.members = []
            houses[change.room]?.admin = nil
            houses[change.room]?.isOpen = false
        }
    }

    private mutating func add(
        _ conversation: Conversation, _ text: String, _ at: WallTime, isNews: Bool = false,
        for account: AccountNumber
    ) {
        people[account]?.lines.append(
            Line(number: head, conversation: conversation, text: text, at: at, isNews: isNews))
    }

    /// Nothing is read on disk that was not read, but for what is told to those alone who are here.
    private mutating func noteRead(_ account: AccountNumber, _ isMeant: (Line) -> Bool) {
        guard let person = people[account] else { return }
        for place in person.lines.indices where isMeant(person.lines[place]) {
            let line = person.lines[place]
            if !line.isRead, !(line.isNews && line.conversation == .room(.lobby)) {
                wrongs.append("read on disk, and was not: \(line.text) by \(person.name)")
            }
            people[account]?.lines[place].isReadOnDisk = true
        }
    }

    // MARK: Reading

    mutating func read(_ account: AccountNumber, _ places: Set<Int>) {
        for place in places { people[account]?.lines[place].isRead = true }
    }

    mutating func crashed() {
        for account in people.keys {
            for place in people[account]!.lines.indices {  // as its key is
                people[account]!.lines[place].isRead = people[account]!.lines[place].isReadOnDisk
            }
        }
    }

    // MARK: Asked

    func name(_ account: AccountNumber) -> String { people[account]?.name ?? "nobody" }

    func account(_ name: String) -> AccountNumber? {
        people.first { $0.value.exists && $0.value.name == name }?.key
    }

    /// An open room.
    func house(_ name: String) -> House? {
        houses.values.first { $0.isOpen && $0.name == name }
    }

    var openHouses: [House] { houses.values.filter(\.isOpen).sorted { $0.number < $1.number } }

    /// Names of those inside, in order.
    func guests(_ house: House) -> [String] { house.members.map(name).sorted() }

    /// What two have told each other, or all in a room.
    func history(_ conversation: Conversation, for reader: AccountNumber) -> [String] {
        switch conversation {
        case .room(let room): return houses[room]?.lines ?? []
        case .person(let other):
            return letters.filter { number, letter in
                if case .everyone = letter.to {
                    let opened = people[reader]?.opened ?? .zero
                    return letter.from == other
                        && (other == reader
                            || number > opened && letter.isAddressed(to: reader))
                }
                return letter.from == other && letter.isAddressed(to: reader)
                    || letter.from == reader && letter.isAddressed(to: other)
            }.map { "\(name($0.letter.from)): \(string($0.letter.text))" }
        }
    }
}

extension Letter {
    /// By name, or as to everybody.
    func isAddressed(to account: AccountNumber) -> Bool {
        switch to {
        case .one(let reader): reader == account
        case .several(let readers): readers.contains(account)
        case .everyone(let except): account != from && !except.contains(account)
        case .rooms(_, let persons, _): persons.contains(account)
        }
    }
}
