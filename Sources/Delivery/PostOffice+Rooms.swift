package import Protocol

// Rooms: what may be done about them, and what becomes of them when it is on disk.
//
// A room changes when the change has been kept, never before, so that memory and log agree in every
// order of events. What is on its way is reserved, and what follows from a change, as the end of a
// room from the leaving of its admin, is a change of its own.

extension PostOffice {
    package mutating func act(
        _ session: SessionID, _ action: Session.Action, at now: Moment
    ) -> [Effect] {
        guard let member = members[session] else { return [] }
        let outcome =
            switch action {
            case .create(let name, let limit, let lifetime):
                create(name, limit, lifetime, for: member.account, at: now)
            case .join(let reference):
                join(reference, for: member.account, at: now)
            case .leave(let name):
                leave(name, for: member.account, at: now)
            case .kick(let name, let whom):
                kick(name, whom, for: member.account, at: now)
            case .close(let name):
                close(name, for: member.account, at: now)
            }
        switch outcome {
        case .answered(let reply):
            return [.tell(session, .answer(reply))]
        case .keeps(let entry, let reply):
            members[session]?.answer = reply
            return [.keep(entry, for: session)]
        }
    }

    private enum Outcome {
        case answered(Reply)
        /// Answered when it is on disk.
        case keeps(Entry, Reply)
    }

    private mutating func create(
        _ name: RoomName, _ limit: Int?, _ lifetime: Lifetime, for maker: AccountNumber,
        at now: Moment
    ) -> Outcome {
        guard !rooms.isTaken(name) else { return .answered(.roomExists(name)) }
        guard rooms.made(by: maker) < rules.roomLimit else { return .answered(.tooManyRooms) }
        rooms.reserve(name, for: maker)
        let opening = RoomOpening(
            room: rooms.nextNumber(), name: name, maker: maker, lifetime: lifetime, limit: limit,
            at: now.wall)
        return .keeps(.roomOpened(opening), .created(name, opening.room))
    }

    private mutating func join(
        _ reference: RoomReference, for account: AccountNumber, at now: Moment
    ) -> Outcome {
        let found: Room?
        switch reference {
        case .name(let name): found = rooms.open(name)
        case .number(let number): found = rooms.open(number)
        case .nothing: found = nil
        }
        guard let room = found else { return .answered(.noSuchRoom(reference.text)) }
        guard !room.contains(account) else { return .answered(joined(room)) }
        guard !room.isFull else { return .answered(.roomIsFull(room.name)) }
        rooms[room.number].joining += 1
        return .keeps(
            change(room, .joined, account, at: now.wall), .roomIsFull(room.name))
    }

    private mutating func leave(
        _ name: RoomName, for account: AccountNumber, at now: Moment
    ) -> Outcome {
        guard let room = rooms.open(name) else { return .answered(.noSuchRoom(name.text)) }
        guard room.contains(account), rooms[room.number].leaving.insert(account).inserted
        else { return .answered(.denied(.leave)) }
        return .keeps(change(room, .left, account, at: now.wall), .left(name))
    }

    private mutating func kick(
        _ name: RoomName, _ whom: Recipient, for admin: AccountNumber, at now: Moment
    ) -> Outcome {
        guard let room = rooms.open(name) else { return .answered(.noSuchRoom(name.text)) }
        guard room.admin == admin else { return .answered(.denied(.kick)) }
        guard case .user(let user) = whom, let account = numbers[user], account != admin,
            room.contains(account), rooms[room.number].leaving.insert(account).inserted
        else { return .answered(.badArguments(.kick)) }
        return .keeps(change(room, .kicked, account, at: now.wall), .kicked(name, user))
    }

    private mutating func close(
        _ name: RoomName, for admin: AccountNumber, at now: Moment
    ) -> Outcome {
        guard let room = rooms.open(name) else { return .answered(.noSuchRoom(name.text)) }
        guard room.admin == admin else { return .answered(.denied(.close)) }
        rooms[room.number].isEnding = true
        return .keeps(change(room, .closed, admin, at: now.wall), .closed(name))
    }

    private func change(
        _ room: Room, _ kind: RoomChange.Kind, _ account: AccountNumber, at time: WallTime
    ) -> Entry {
        .roomChanged(RoomChange(room: room.number, kind: kind, account: account, at: time))
    }

    // MARK: On disk

    mutating func kept(
        _ opening: RoomOpening, _ number: MessageNumber, for session: SessionID?, at now: Moment
    ) -> [Effect] {
        rooms.begin(opening, at: number)
        self[opening.maker].rooms.append(opening.room)
        return answer(session) + seeOut(opening.maker, of: opening.room, at: now.wall)
    }

    mutating func kept(
        _ change: RoomChange, _ number: MessageNumber, for session: SessionID?, at now: Moment
    ) -> [Effect] {
        guard rooms.has(change.room) else { return answer(session) }
        var follows: [Effect] = []
        switch change.kind {
        case .joined:
            rooms[change.room].joining -= 1
            follows = entered(change, number, session, at: now)
        case .left, .kicked:
            rooms[change.room].leaving.remove(change.account)
            follows = wentOut(change, number, at: now)
        case .leads:
            rooms[change.room].awaitsAdmin = false
            rooms[change.room].lead(change.account)
            follows = consequences(in: change.room, after: change.account, at: now.wall)
        case .closed:
            for member in rooms[change.room].close() {
                goOut(member.account, of: change.room, since: member.joined, at: number)
            }
            rooms.end(change.room)
        }
        rooms[change.room].news.append(number)
        bell.ring()
        return answer(session) + follows
    }

    private mutating func entered(
        _ change: RoomChange, _ number: MessageNumber, _ session: SessionID?, at now: Moment
    ) -> [Effect] {
        let wasInside = rooms[change.room].contains(change.account)
        rooms[change.room].enter(change.account, at: number)
        let room = rooms[change.room]
        guard room.contains(change.account) else {
            // It has ended in the meantime.
            if let session { members[session]?.answer = .noSuchRoom(room.name.text) }
            return []
        }
        let reply = joined(room)
        if let session { members[session]?.answer = reply }
        guard !wasInside else { return [] }
        if !room.isLobby { self[change.account].rooms.append(change.room) }
        // What is on its way to the room takes place in one more mailbox.
        let left = self.room(for: change.account)
        watch.came(change.account, room: left, handedIn: handedIn)
        rooms[change.room].watch.came(change.account, room: left, handedIn: handedIn)
        // A room without anybody has no admin: whoever comes is the oldest member.
        return consequences(in: change.room, after: change.account, at: now.wall)
            + seeOut(change.account, of: change.room, at: now.wall)
    }

    private mutating func wentOut(
        _ change: RoomChange, _ number: MessageNumber, at now: Moment
    ) -> [Effect] {
        let before = rooms[change.room]
        let since = before.joined(change.account) ?? self[change.account].opened ?? number
        guard rooms[change.room].leave(change.account) else { return [] }
        goOut(change.account, of: change.room, since: since, at: number)
        return consequences(in: change.room, after: change.account, at: now.wall)
    }

    /// Mail that was for those inside still is.
    private mutating func goOut(
        _ account: AccountNumber, of room: RoomNumber, since: MessageNumber,
        at number: MessageNumber
    ) {
        self[account].rooms.removeAll { $0 == room }
        guard number > self[account].mailbox.cursor else { return }
        self[account].pastSpans.append(RoomSpan(room: room, after: since, through: number))
    }

    /// What follows from who is inside by now: the room ends with its admin or with its last
    /// member, or gets its oldest member as its admin. That one may leave before it is on disk;
    /// then it is the next one's turn.
    mutating func consequences(
        in number: RoomNumber, after account: AccountNumber, at time: WallTime
    ) -> [Effect] {
        let room = rooms[number]
        guard room.isOpen, !room.isLobby else { return [] }
        if room.isOver {
            rooms[number].isEnding = true
            return [.keep(change(room, .closed, account, at: time), for: nil)]
        }
        guard room.admin == nil, !room.awaitsAdmin, let oldest = room.members.first
        else { return [] }
        rooms[number].awaitsAdmin = true
        return [.keep(change(room, .leads, oldest.account, at: time), for: nil)]
    }

    private mutating func answer(_ session: SessionID?) -> [Effect] {
        guard let session, let answer = takeAnswer(session) else { return [] }
        return [.tell(session, .answer(answer))]
    }

    mutating func refused(_ change: RoomChange, for session: SessionID?) -> [Effect] {
        // Without a session it waits for the disk, and will be kept.
        guard session != nil else { return [] }
        var follows: [Effect] = []
        let word: CommandWord
        switch change.kind {
        case .joined:
            rooms[change.room].joining -= 1
            word = .join
        case .left, .kicked:
            rooms[change.room].leaving.remove(change.account)
            follows = seeOut(change.account, of: change.room, at: change.at)
            word = change.kind == .left ? .leave : .kick
        case .closed:
            rooms[change.room].isEnding = false
            // Its admin may have gone in the meantime.
            follows = consequences(in: change.room, after: change.account, at: change.at)
            word = .close
        case .leads:
            return []
        }
        return refuse(word, for: session) + follows
    }

    // MARK: Told

    private func joined(_ room: Room) -> Reply {
        .joined(
            room.name, room.number, admin: room.admin.map { self[$0].name },
            members: everybody(in: room).map { self[$0].name }.sorted())
    }

    func everybody(in room: Room) -> [AccountNumber] {
        guard room.isLobby else { return room.members.map(\.account) }
        return numbers.values.filter(room.contains).sorted()
    }

    func line(for room: Room) -> RoomLine {
        let count =
            room.isLobby
            ? numbers.count - room.absent.count { self[$0].secret != nil } : room.members.count
        return RoomLine(
            name: room.name, number: room.number, members: count, limit: room.limit,
            admin: room.admin.map { self[$0].name }, lifetime: room.lifetime)
    }

    mutating func tellMembers(
        of name: RoomName, to session: SessionID, _ member: Member
    ) -> [Effect] {
        guard let room = rooms.open(name) else {
            return [.tell(session, .answer(.noSuchRoom(name.text)))]
        }
        guard room.contains(member.account) else {
            return [.tell(session, .answer(.denied(.members)))]
        }
        let admin = room.admin.map { self[$0].name }
        let lines = everybody(in: room).map { self[$0].name }.sorted().map { name in
            Reply.member(
                name, isAdmin: name == admin, isAway: presence.session(of: name) == nil)
        }
        return list(lines, as: .members(count: lines.count), to: session)
    }

    /// Where somebody is inside, the lobby too.
    func roomsInside(_ account: AccountNumber) -> [RoomNumber] {
        let lobby: [RoomNumber] = rooms[.lobby].contains(account) ? [.lobby] : []
        return lobby + self[account].rooms.sorted()
    }
}

extension RoomReference {
    /// As it was written.
    fileprivate var text: String {
        switch self {
        case .name(let name): name.text
        case .number(let number): "\(number.value)"
        case .nothing(let text): text
        }
    }
}
