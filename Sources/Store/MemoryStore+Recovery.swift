package import Protocol

// What the log comes to, read from its beginning.

extension MemoryStore {
    package func recover() -> Recovered {
        var replay = Replay()
        for (number, entry) in zip(Int64(1)..., log) {
            replay.apply(entry, MessageNumber(number))
        }
        var recovered = replay.recovered(head: head)
        recovered.broadcasts.removeAll { entry($0.number) == nil }
        for place in recovered.rooms.indices {
            recovered.rooms[place].letters.removeAll { entry($0.number) == nil }
            recovered.rooms[place].news.removeAll { entry($0) == nil }
        }
        return recovered
    }
}

/// The state that the entries have led to so far.
private struct Replay {
    private var accounts: [AccountNumber: Recovered.Account] = [:]
    private var lastAccount = AccountNumber(0)
    private var refusals: [RefusalKey: Refusals] = [:]
    private var broadcasts: [Recovered.Broadcast] = []
    private var rooms: [RoomNumber: Recovered.Room] = [.lobby: .lobby]
    /// Of those who exist, also the ones that have ended; of the lobby only when somebody has left.
    private var spans: [AccountNumber: [RoomSpan]] = [:]

    mutating func apply(_ entry: Entry, _ number: MessageNumber) {
        switch entry {
        case .letter(let letter):
            for person in letter.persons { change(person) { $0.waiting += 1 } }
            switch letter.to {
            case .one, .several: break
            case .everyone(let except):
                broadcasts.append(
                    Recovered.Broadcast(number: number, from: letter.from, except: except))
            case .rooms(let named, _, let except):
                for room in named {
                    rooms[room]?.letters.append(
                        Recovered.Room.Letter(
                            number: number, from: letter.from, except: except))
                }
            }
        case .read(let account, let through, let own):
            change(account) {
                // A cursor never goes back: what was read once stays read.
                guard through > $0.cursor else { return }
                $0.cursor = through
                $0.waiting = max(0, $0.waiting - own)
                $0.apart = $0.apart.filter { $0.value > through }
            }
        case .readApart(let account, let conversation, let through, let own):
            change(account) {
                guard through > max($0.cursor, $0.apart[conversation] ?? .zero) else { return }
                $0.apart[conversation] = through
                $0.waiting = max(0, $0.waiting - own)
            }
        case .active(let account, let at):
            change(account) { $0.lastActive = at }
        case .opened(let account, let name):
            guard accounts[account] == nil else { return }
            accounts[account] = Recovered.Account(
                number: account, name: name, opened: number, cursor: number, waiting: 0,
                lastActive: nil)
            lastAccount = max(lastAccount, account)
        case .ended(let account):
            change(account) {
                $0.hasEnded = true
                $0.apart = [:]
            }
            spans[account] = nil
        case .roomOpened(let opening):
            open(opening, number)
        case .roomChanged(let change):
            apply(change, number)
        case .refusals(let news):
            refusals[RefusalKey(news)] = news.isEmpty ? nil : news
        }
    }

    private mutating func change(
        _ account: AccountNumber, _ body: (inout Recovered.Account) -> Void
    ) {
        if exists(account) { body(&accounts[account]!) }  // it exists
    }

    private func exists(_ account: AccountNumber) -> Bool {
        accounts[account]?.hasEnded == false
    }

    // MARK: - Rooms

    private mutating func open(_ opening: RoomOpening, _ number: MessageNumber) {
        guard rooms[opening.room] == nil else { return }
        rooms[opening.room] = Recovered.Room(
            number: opening.room, name: opening.name, maker: opening.maker, admin: opening.maker,
            lifetime: opening.lifetime, limit: opening.limit)
        join(opening.maker, opening.room, number)
    }

    private mutating func apply(_ change: RoomChange, _ number: MessageNumber) {
        rooms[change.room]?.news.append(number)
        guard rooms[change.room]?.isClosed == false else { return }
        switch change.kind {
        case .joined:
            join(change.account, change.room, number)
        case .left, .kicked:
            leave(change.account, change.room, number)
            if rooms[change.room]?.admin == change.account { rooms[change.room]?.admin = nil }
        case .leads where change.room != .lobby:
            rooms[change.room]?.admin = change.account
        case .closed where change.room != .lobby:
            rooms[change.room]?.isClosed = true
            for account in spans.keys { leave(account, change.room, number) }
        case .leads, .closed:
            break
        }
    }

    private mutating func join(
        _ account: AccountNumber, _ room: RoomNumber, _ number: MessageNumber
    ) {
        guard exists(account), span(of: account, in: room) == nil else { return }
        spans[account, default: []].append(RoomSpan(room: room, after: number))
    }

    private mutating func leave(
        _ account: AccountNumber, _ room: RoomNumber, _ number: MessageNumber
    ) {
        guard let span = span(of: account, in: room) else { return }
        var left = span
        left.through = number
        // Of the lobby nobody comes to know who has come and gone meanwhile.
        if room == .lobby { left.newsAfter = number }
        spans[account] = spans[account, default: []].filter { $0 != span } + [left]
    }

    /// The one that has not ended.
    private func span(of account: AccountNumber, in room: RoomNumber) -> RoomSpan? {
        let all = spans[account, default: []].filter { $0.room == room }
        if let open = all.first(where: { $0.through == nil }) { return open }
        guard room == .lobby, all.isEmpty, exists(account) else { return nil }
        return accounts[account].map { RoomSpan(room: room, after: $0.opened) }
    }

    // MARK: - The end

    func recovered(head: MessageNumber) -> Recovered {
        let allRead = accounts.values.lazy.filter { !$0.hasEnded }.map(\.cursor).min() ?? head
        return Recovered(
            head: head,
            accounts: accounts.values.sorted { $0.number < $1.number }.map(withSpans),
            lastAccount: lastAccount,
            broadcasts: broadcasts.filter { $0.number > allRead },
            refusals: refusals.sorted { $0.key < $1.key }.map(\.value),
            rooms: rooms.values.sorted { $0.number < $1.number }.map {
                withMembers($0, allRead: allRead)
            })
    }

    private func withSpans(_ account: Recovered.Account) -> Recovered.Account {
        var account = account
        account.pastSpans = spans[account.number, default: []]
            .filter { $0.through.map { $0 > account.cursor } ?? false }
            .sorted { ($0.room, $0.after) < ($1.room, $1.after) }
        return account
    }

    private func withMembers(
        _ room: Recovered.Room, allRead: MessageNumber
    ) -> Recovered.Room {
        var room = room
        room.letters.removeAll { $0.number <= allRead }
        room.news.removeAll { $0 <= allRead || room.number == .lobby }
        for (account, spans) in spans {
            let inRoom = spans.filter { $0.room == room.number }
            if let open = inRoom.first(where: { $0.through == nil }) {
                room.members.append(
                    Recovered.Room.Member(account: account, joined: open.after))
            } else if room.number == .lobby, !inRoom.isEmpty {
                room.absent.append(account)
            }
        }
        room.members.sort { ($0.joined, $0.account) < ($1.joined, $1.account) }
        room.absent.sort()
        return room
    }
}
