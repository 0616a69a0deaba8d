import Protocol

// Rooms, who is inside them, and what is read apart.
//
// Who is inside what is part of an account's state, so that it is as new as its row. When some of
// the log is read again, an account may be ahead of it and a room too; so what a fact does to an
// account depends on nothing of a room but the numbers between which it was open, and what it does
// to a room on nothing of an account.

extension Ledger {
    struct Room: Hashable {
        let number: RoomNumber
        let name: RoomName
        let maker: AccountNumber
        var admin: AccountNumber?
        let lifetime: Lifetime
        let limit: Int?
        let opened: Int64
        var closed: Int64?
    }

    /// From when to when an account was inside a room: what has numbers in `(joined, left]` was
    /// said while it was there.
    struct Span: Hashable {
        let room: RoomNumber
        let joined: Int64
        /// Nil: it still is.
        var left: Int64?
    }

    mutating func load(_ room: Room) {
        rooms.update(room.number) { $0 = room }
        roomCount += 1
    }

    /// Nothing, when the row of the account is gone: that is missed by itself.
    mutating func load(_ span: Span, of account: AccountNumber) {
        guard accounts.update(account, { $0?.spans.append(span) }) != nil else { return }
        if span.left == nil { note(account, isInside: span.room) }
    }

    /// The same.
    mutating func load(
        apart through: Int64, in conversation: Conversation, of account: AccountNumber
    ) {
        accounts.update(account) { $0?.apart[conversation] = through }
    }

    // MARK: - Facts

    mutating func open(_ opening: RoomOpening, _ number: Int64, _ segment: Int64) {
        guard opening.room != .lobby else { return }
        if rooms[opening.room] == nil {
            load(
                Room(
                    number: opening.room, name: opening.name, maker: opening.maker,
                    admin: opening.maker, lifetime: opening.lifetime, limit: opening.limit,
                    opened: number))
            changes.rooms.insert(opening.room)
        }
        if rooms[opening.room]?.opened == number {
            join(opening.maker, opening.room, number, segment)
        }
    }

    mutating func apply(_ change: RoomChange, _ number: Int64, _ segment: Int64) {
        guard isOpen(change.room, at: number) else { return }
        switch change.kind {
        case .joined:
            join(change.account, change.room, number, segment)
        case .left, .kicked:
            leave(change.account, change.room, number, segment)
            guard rooms[change.room]?.admin == change.account else { return }
            update(change.room) { $0.admin = nil }
        case .leads:
            update(change.room) { $0.admin = change.account }
        case .closed where change.room != .lobby:
            update(change.room) { $0.closed = number }
            for account in inside.removeValue(forKey: change.room) ?? [] {
                leave(account, change.room, number, segment)
            }
        case .closed:
            break
        }
    }

    /// Also when it is already known to have been closed by this number, or later.
    private func isOpen(_ room: RoomNumber, at number: Int64) -> Bool {
        if room == .lobby { return true }
        guard let room = rooms[room] else { return false }
        return room.opened < number && number <= room.closed ?? .max
    }

    private mutating func update(_ room: RoomNumber, _ body: (inout Room) -> Void) {
        rooms.update(room) { if $0 != nil { body(&$0!) } }  // it is not nil
        changes.rooms.insert(room)
    }

    private mutating func join(
        _ account: AccountNumber, _ room: RoomNumber, _ number: Int64, _ segment: Int64
    ) {
        var hasJoined = false
        change(account, number, segment) { hasJoined = $0.join(room, number) }
        if hasJoined { note(account, isInside: room) }
    }

    private mutating func leave(
        _ account: AccountNumber, _ room: RoomNumber, _ number: Int64, _ segment: Int64
    ) {
        var hasLeft = false
        change(account, number, segment) { hasLeft = $0.leave(room, number) }
        if hasLeft { inside[room]?.remove(account) }
    }

    mutating func leaveAll(_ account: AccountNumber, _ number: Int64, _ segment: Int64) {
        var spans: [Span] = []
        change(account, number, segment) {
            spans = $0.spans
            $0.isStored = $0.isStored && $0.spans.isEmpty && $0.apart.isEmpty
            $0.spans = []
            $0.apart = [:]
        }
        for span in spans { inside[span.room]?.remove(account) }
    }

    private mutating func note(_ account: AccountNumber, isInside room: RoomNumber) {
        if room != .lobby { inside[room, default: []].insert(account) }
    }
}

// MARK: - What the post office has to know

extension Ledger {
    /// All that ever were, with who is inside, but without what was said there.
    var recoveredRooms: [RoomNumber: Recovered.Room] {
        var all: [RoomNumber: Recovered.Room] = [.lobby: .lobby]
        for room in rooms.values {
            all[room.number] = Recovered.Room(
                number: room.number, name: room.name, maker: room.maker, admin: room.admin,
                lifetime: room.lifetime, limit: room.limit, isClosed: room.closed != nil)
        }
        for account in accounts.values {
            for span in account.spans where span.left == nil {
                all[span.room]?.members.append(
                    Recovered.Room.Member(
                        account: account.number, joined: MessageNumber(span.joined)))
            }
            if account.spans.last(where: { $0.room == .lobby })?.left != nil {
                all[.lobby]?.absent.append(account.number)
            }
        }
        return all.mapValues { room in
            var room = room
            room.members.sort { ($0.joined, $0.account) < ($1.joined, $1.account) }
            return room
        }
    }
}

extension Ledger.Account {
    /// False when it was inside already.
    fileprivate mutating func join(_ room: RoomNumber, _ number: Int64) -> Bool {
        let last = spans.last { $0.room == room }
        guard last.map({ $0.left != nil }) ?? (room != .lobby) else { return false }
        spans.append(Ledger.Span(room: room, joined: number))
        forgetRead()
        isStored = false
        return true
    }

    /// False when it was not inside.
    fileprivate mutating func leave(_ room: RoomNumber, _ number: Int64) -> Bool {
        if let place = spans.lastIndex(where: { $0.room == room }) {
            guard spans[place].left == nil else { return false }
            spans[place].left = number
        } else {
            guard room == .lobby else { return false }
            spans.append(Ledger.Span(room: room, joined: opened, left: number))
        }
        forgetRead()
        isStored = false
        return true
    }

    mutating func read(_ conversation: Conversation, through: Int64, own: Int) {
        guard through > max(cursor, apart[conversation] ?? 0) else { return }
        apart[conversation] = through
        waiting = max(0, waiting - own)
        isStored = false
    }

    /// What the cursor has passed need not be known any more.
    mutating func forgetRead() {
        let lobby = spans.last { $0.room == .lobby }
        let unread = spans.filter { span in
            span == lobby || span.left.map { $0 > cursor } ?? true
        }
        if unread.count < spans.count {
            spans = unread
            isStored = false
        }
        let ahead = apart.filter { $0.value > cursor }
        if ahead.count < apart.count {
            apart = ahead
            isStored = false
        }
    }

    /// Where it was inside, when mail from there may still wait for it.
    var pastSpans: [RoomSpan] {
        spans.compactMap { span in
            guard let left = span.left, left > cursor else { return nil }
            // Of the lobby nobody comes to know who has come and gone meanwhile.
            return RoomSpan(
                room: span.room, after: MessageNumber(span.joined), through: MessageNumber(left),
                newsAfter: span.room == .lobby ? MessageNumber(left) : nil)
        }.sorted { ($0.room, $0.after) < ($1.room, $1.after) }
    }
}
