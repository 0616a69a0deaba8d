// Who is inside which room, as the log has it: entry by entry, with nothing decided and nothing
// left out. The disk has one, and so has the running server, which hears of it a little later.

import Protocol

struct Town: Sendable {
    struct House: Hashable, Sendable {
        struct Member: Hashable, Sendable {
            let account: AccountNumber
            /// The number of the entry.
            let since: Int64
        }

        let name: String
        let number: RoomNumber
        let maker: AccountNumber?
        let lifetime: Lifetime
        let limit: Int?
        /// The number of its first entry.
        let opened: Int64
        var admin: AccountNumber?
        var isOpen = true
        /// The oldest first.
        var members: [Member] = []
        /// Only of the lobby, where everybody is from the beginning.
        var absent: Set<AccountNumber> = []

        func holds(_ account: AccountNumber) -> Bool {
            number == .lobby
                ? !absent.contains(account) : members.contains { $0.account == account }
        }

        /// Whoever kept it open has gone.
        var isOver: Bool {
            switch lifetime {
            case .admin: admin == nil
            case .empty: members.isEmpty
            case .forever: false
            }
        }
    }

    private(set) var houses: [RoomNumber: House] = [
        .lobby: House(
            name: "#lobby", number: .lobby, maker: nil, lifetime: .forever, limit: nil, opened: 0)
    ]

    subscript(number: RoomNumber) -> House? { houses[number] }

    var open: [House] { houses.values.filter(\.isOpen).sorted { $0.number < $1.number } }

    func open(_ name: String) -> House? { houses.values.first { $0.isOpen && $0.name == name } }

    func isTaken(_ name: String) -> Bool {
        houses.values.contains { $0.isOpen && $0.name.lowercased() == name.lowercased() }
    }

    func holds(_ account: AccountNumber, in name: String) -> Bool {
        open(name)?.holds(account) ?? false
    }

    mutating func apply(_ entry: Entry, _ number: Int64) {
        switch entry {
        case .opened(let account, _):
            houses[.lobby]?.members.append(House.Member(account: account, since: number))
        case .ended(let account):
            for room in houses.keys { houses[room]?.remove(account) }
        case .roomOpened(let opening):
            houses[opening.room] = House(
                name: opening.name.text, number: opening.room, maker: opening.maker,
                lifetime: opening.lifetime, limit: opening.limit, opened: number,
                admin: opening.maker,
                members: [House.Member(account: opening.maker, since: number)])
        case .roomChanged(let change):
            guard var house = houses[change.room], house.isOpen else { return }
            house.apply(change, number)
            houses[change.room] = house
        case .letter, .read, .active, .readApart, .refusals:
            break
        }
    }
}

extension Town.House {
    fileprivate mutating func remove(_ account: AccountNumber) {
        members.removeAll { $0.account == account }
        if admin == account { admin = nil }
    }

    /// What does not fit changes nothing.
    fileprivate mutating func apply(_ change: RoomChange, _ number: Int64) {
        switch change.kind {
        case .joined:
            guard !members.contains(where: { $0.account == change.account }) else { return }
            members.append(Member(account: change.account, since: number))
            absent.remove(change.account)
        case .left, .kicked:
            if self.number == .lobby { absent.insert(change.account) }
            remove(change.account)
        case .leads:
            if holds(change.account) { admin = change.account }
        case .closed:
            guard self.number != .lobby else { return }
            members = []
            admin = nil
            isOpen = false
        }
    }
}

extension RoomChange {
    /// As the server says it.
    func words(_ name: String) -> String {
        switch kind {
        case .joined: "\(name) joined"
        case .left: "\(name) left"
        case .kicked: "\(name) was removed"
        case .leads: "\(name) is its admin now"
        case .closed: "the room is closed"
        }
    }
}
