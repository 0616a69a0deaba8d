import Protocol

// What somebody is to be answered, from what is on disk and what is on its way there.

extension TownModel {
    /// On its way to disk.
    typealias Orders = [(entry: Entry, session: SessionID?)]

    enum Answer: Hashable {
        /// At once.
        case now(String)
        /// When it is on disk.
        case later(String)
        /// The same, and who is inside by then.
        case joined(RoomNumber)
    }

    func create(
        _ room: String, by maker: AccountNumber, limit: Int, after count: Int, _ orders: Orders
    ) -> Answer {
        let coming = orders.compactMap { order in
            if case .roomOpened(let opening) = order.entry { opening } else { nil }
        }
        let names = openHouses.map(\.name) + coming.map(\.name.text)
        if names.contains(where: { $0.lowercased() == room.lowercased() }) {
            return .now("exists:\(room)")
        }
        let made = openHouses.count { $0.maker == maker } + coming.count { $0.maker == maker }
        if made >= limit { return .now("error:limit:create") }
        return .later("created:\(room):\(count + 1)")
    }

    func join(_ room: String, by account: AccountNumber, _ orders: Orders) -> Answer {
        guard let house = house(room), !orders.closes(house) else {
            return .now("error:room:\(room)")
        }
        if house.members.contains(account) { return .now(joined(house)) }
        let coming = orders.count { change($0.entry, .joined, house) != nil }
        if let limit = house.limit, house.members.count + coming >= limit {
            return .now("full:\(room)")
        }
        return .joined(house.number)
    }

    func joined(_ house: House) -> String {
        let admin = house.admin.map(name) ?? "-"
        return "joined:\(house.name):\(house.number.value):\(admin):"
            + guests(house).joined(separator: ",")
    }

    func leave(_ room: String, by account: AccountNumber, _ orders: Orders) -> Answer {
        guard let house = house(room), !orders.closes(house) else {
            return .now("error:room:\(room)")
        }
        guard house.members.contains(account), !isLeaving(account, house, orders) else {
            return .now("error:denied:leave")
        }
        return .later("left:\(room)")
    }

    func kick(
        _ room: String, _ whom: String, by admin: AccountNumber, _ orders: Orders
    ) -> Answer {
        guard let house = house(room), !orders.closes(house) else {
            return .now("error:room:\(room)")
        }
        guard house.admin == admin else { return .now("error:denied:kick") }
        guard let account = account(whom), account != admin, house.members.contains(account),
            !isLeaving(account, house, orders)
        else { return .now("error:args:kick") }
        return .later("kicked:\(room):\(whom)")
    }

    func close(_ room: String, by admin: AccountNumber, _ orders: Orders) -> Answer {
        guard let house = house(room), !orders.closes(house) else {
            return .now("error:room:\(room)")
        }
        guard house.admin == admin else { return .now("error:denied:close") }
        return .later("closed:\(room)")
    }

    /// To nobody is nil: to everybody.
    func send(
        to named: [String]?, by sender: AccountNumber, queue limit: Int, _ orders: Orders
    ) -> Answer {
        var full: [String] = []
        var missing: [String] = []
        var isForNobody = true
        var inside: Set<AccountNumber> = []
        var copies: [AccountNumber: Int] = [:]
        var rooms: Set<RoomNumber> = []
        for name in named ?? [] {
            if name.hasPrefix("#") {
                guard let house = house(name), !orders.closes(house) else {
                    return .now("error:room:\(name)")
                }
                guard house.members.contains(sender) else { return .now("error:denied:send") }
                inside.formUnion(house.members)
                isForNobody = false
                guard rooms.insert(house.number).inserted else { continue }
                for account in house.members where account != sender {
                    copies[account, default: 0] += 1
                }
            } else if let account = account(name) {
                if isFull(account, limit, orders) {
                    if !full.contains(name) { full.append(name) }
                } else {
                    isForNobody = false
                }
            } else if !missing.contains(name) {
                missing.append(name)
            }
        }
        if named == nil {
            inside = Set(people.filter(\.value.exists).keys)
            isForNobody = false
        }
        for account in Set((named ?? []).compactMap(account)) where !full.contains(name(account)) {
            copies[account, default: 0] += 1
        }
        let crowded = copies.filter { $0.value > 1 && isFull($0.key, limit + 1 - $0.value, orders) }
        let others =
            inside.filter { $0 != sender && isFull($0, limit, orders) }.map(name)
            + crowded.keys.map(name)
        full += Set(others).subtracting(full).sorted()
        let answer =
            !full.isEmpty
            ? "full:\(full.joined(separator: ","))"
            : !missing.isEmpty ? "send:\(missing.joined(separator: ","))" : "sent:"
        return isForNobody ? .now(answer) : .later(answer)
    }

    /// With what is on its way.
    private func isFull(_ account: AccountNumber, _ limit: Int, _ orders: Orders) -> Bool {
        let coming = orders.reduce(0) { sum, order in
            guard case .letter(let letter) = order.entry else { return sum }
            var copies = letter.isAddressed(to: account) ? 1 : 0
            if case .rooms(let named, _, let except) = letter.to, letter.from != account,
                !except.contains(account)
            {
                copies += named.count { houses[$0]?.members.contains(account) == true }
            }
            return sum + copies
        }
        return people[account]!.waiting + coming >= limit  // who is named is there
    }

    // MARK: On its way

    private func change(
        _ entry: Entry, _ kind: RoomChange.Kind, _ house: House
    ) -> RoomChange? {
        guard case .roomChanged(let change) = entry, change.kind == kind,
            change.room == house.number
        else { return nil }
        return change
    }

    private func isLeaving(
        _ account: AccountNumber, _ house: House, _ orders: Orders
    ) -> Bool {
        orders.contains {
            change($0.entry, .left, house)?.account == account
                || change($0.entry, .kicked, house)?.account == account
        }
    }
}

extension TownModel.Orders {
    func closes(_ house: TownModel.House) -> Bool {
        contains {
            guard case .roomChanged(let change) = $0.entry else { return false }
            return change.kind == .closed && change.room == house.number
        }
    }
}
