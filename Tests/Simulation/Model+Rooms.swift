// Rooms as the log has them: what each entry brings to whom, and what may never stand in it.

import Protocol

extension Model {
    /// A room begins.
    func check(_ opening: RoomOpening) throws(Violation) {
        let last = town.houses.keys.max() ?? .lobby
        guard opening.room > last else {
            throw Violation(.room, "room \(opening.room.value) comes after \(last.value)")
        }
        guard !town.isTaken(opening.name.text) else {
            throw Violation(.room, "\(opening.name.text) is opened and exists")
        }
        let made = town.open.count { $0.maker == opening.maker }
        guard made < roomLimit else {
            throw Violation(.room, "account \(opening.maker.value) has \(made) rooms already")
        }
    }

    mutating func kept(
        _ change: RoomChange, _ number: Int64, at now: Instant
    ) throws(Violation) {
        guard let house = town[change.room] else {
            throw Violation(.room, "room \(change.room.value) changes and was never opened")
        }
        let isInside = house.holds(change.account)
        if change.kind == .joined, house.isOpen, !isInside, let limit = house.limit,
            house.members.count >= limit
        {
            throw Violation(.room, "\(house.members.count + 1) in \(house.name), not \(limit)")
        }
        if change.kind == .joined, !house.isOpen {
            throw Violation(.room, "\(house.name) is joined and closed")
        }
        let name = self[change.account]?.name ?? "nobody"
        let matter = Matter.news(change.words(name))
        chronicles[change.room, default: []].append((number, matter))
        // Who leaves was still inside; who comes was not.
        for member in house.members where change.isNews(for: member.account) {
            if change.kind == .joined, member.account == change.account { continue }
            let due = Due(
                number: number, matter: matter, conversation: .room(change.room), isOwn: false,
                keptAt: now)
            try deliver(due, to: member.account)
        }
    }

    /// To those in rooms.
    mutating func deliver(
        _ letter: Letter, _ post: Int, _ number: Int64, at now: Instant
    ) throws(Violation) {
        guard case .rooms(let rooms, _, let except) = letter.to else { return }
        for room in rooms.sorted() {
            guard let house = town[room], house.isOpen else {
                throw Violation(.room, "message ~\(post)~ to a room that is closed")
            }
            guard posted[post].to?.contains(house.name) == true else {
                throw Violation(.invented, "message ~\(post)~ in \(house.name)")
            }
            chronicles[room, default: []].append((number, .post(post)))
            for member in house.members
            where member.account != letter.from && !except.contains(member.account) {
                let due = Due(
                    number: number, matter: .post(post), conversation: .room(room), isOwn: false,
                    keptAt: now)
                try deliver(due, to: member.account)
            }
        }
    }

    // MARK: Conversations

    /// All of it that its parties may read, in order.
    func history(
        of conversation: Protocol.Conversation, for reader: AccountNumber
    ) -> [(number: Int64, matter: Matter)] {
        switch conversation {
        case .room(let room):
            return chronicles[room] ?? []
        case .person(let other):
            return letters.compactMap { post in
                isBetween(reader, other, posted[post])
                    ? (posted[post].number ?? 0, .post(post)) : nil
            }
        }
    }

    private func isBetween(
        _ reader: AccountNumber, _ other: AccountNumber, _ message: Posted
    ) -> Bool {
        guard let sender = message.sender else { return false }
        if message.to == nil {
            return sender == other && (other == reader || message.readers.contains(reader))
        }
        return sender == other && message.readers.contains(reader)
            || sender == reader && message.readers.contains(other)
    }

    /// Behind the stamp.
    func tail(of matter: Matter, in room: RoomNumber?) -> [UInt8] {
        let place = room.flatMap { town[$0]?.name }.map { " \($0)" } ?? ""
        switch matter {
        case .post(let post):
            return Array("\(posted[post].from)\(place): ".utf8) + posted[post].shown
        case .news(let words):
            return Array("server\(place): \(words)".utf8)
        }
    }

    /// `[MM-DD-YYTHH:MM:SS] <from>: <text>`, and the same whenever it is shown.
    mutating func isRight(
        _ line: [UInt8], _ number: Int64, _ matter: Matter, in room: RoomNumber?
    ) -> Bool {
        let place = Place(number: number, room: room)
        guard mayBe(line, number, matter, in: room) else { return false }
        lines[place] = line
        return true
    }

    /// The same, when it is not certain what it is that the line shows.
    func mayBe(_ line: [UInt8], _ number: Int64, _ matter: Matter, in room: RoomNumber?) -> Bool {
        if let known = lines[Place(number: number, room: room)] { return line == known }
        let stamp = String(decoding: line.prefix(20), as: UTF8.self)
        return String(stamp.map { $0.isNumber ? "0" : $0 }) == "[00-00-00T00:00:00] "
            && line.dropFirst(20).elementsEqual(tail(of: matter, in: room))
    }
}

extension Protocol.Conversation {
    var room: RoomNumber? { if case .room(let room) = self { room } else { nil } }
}
