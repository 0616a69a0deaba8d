// Rooms, and who was inside when, as those saw it who came and went.

/// Something that began and may have ended, in the eyes of the one who asked for both.
struct Lasting: Sendable {
    let begun: Mark
    /// When the beginning was confirmed.
    var kept: Mark?
    var endBegun: Mark?
    /// When the end was.
    var endKept: Mark?

    func mustBe(after cut: Cut) -> Bool { cut.covers(kept) && !cut.mayCover(endBegun) }
    func mayBe(after cut: Cut) -> Bool { cut.mayCover(begun) && !cut.covers(endKept) }

    /// Whether it lasted all the time that the message was on its way.
    func mustSpan(_ sent: Sent) -> Bool {
        guard let kept, let said = sent.kept else { return false }
        return kept.order < sent.begun.order && said.order < endBegun?.order ?? .max
    }

    /// Whether it lasted at some moment of that time.
    func maySpan(_ sent: Sent) -> Bool {
        begun.order < sent.kept?.order ?? .max && sent.begun.order < endKept?.order ?? .max
    }
}

/// One that stays until it is closed.
struct Room: Sendable {
    let name: String
    /// As `created:` said.
    var number = 0
    var life: Lasting
}

/// Somebody's time in a room.
struct Stay: Sendable {
    let person: String
    let room: String
    var life: Lasting
}

/// Where everybody is, from the beginning.
let lobby = "#lobby"

// MARK: In the book

extension History {
    /// Somebody is about to make a room.
    func making(_ room: String) {
        let life = Lasting(begun: now())
        change { $0.rooms[room] = Room(name: room, life: life) }
    }

    /// It was made, with this number; and its maker is inside.
    func made(_ room: String, number: Int, by person: String) {
        let now = now()
        change { book in
            book.rooms[room]?.number = number
            book.rooms[room]?.life.kept = now
            guard let life = book.rooms[room]?.life else { return }
            book.stays.append(Stay(person: person, room: room, life: life))
        }
    }

    func closing(_ room: String) {
        let now = now()
        change { $0.rooms[room]?.life.endBegun = now }
    }

    func closed(_ room: String) {
        let now = now()
        change { $0.rooms[room]?.life.endKept = now }
    }

    func entering(_ room: String, _ person: String) {
        let stay = Stay(person: person, room: room, life: Lasting(begun: now()))
        change { $0.stays.append(stay) }
    }

    /// The last that was asked for.
    func entered(_ room: String, _ person: String) {
        let now = now()
        change { book in
            let last = book.stays.lastIndex { $0.person == person && $0.room == room }
            if let last { book.stays[last].life.kept = now }
        }
    }

    func leaving(_ room: String, _ person: String) {
        let now = now()
        change { book in
            for place in book.stays.indices
            where book.stays[place].person == person && book.stays[place].room == room
                && book.stays[place].life.endBegun == nil
            {
                book.stays[place].life.endBegun = now
            }
        }
    }

    /// However often it was entered, and left without an answer.
    func left(_ room: String, _ person: String) {
        let now = now()
        change { book in
            for place in book.stays.indices
            where book.stays[place].person == person && book.stays[place].room == room
                && book.stays[place].life.endKept == nil
            {
                book.stays[place].life.endKept = now
            }
        }
    }

    /// For certain.
    func isInside(_ room: String, _ person: String) -> Bool {
        stays.contains { stay in
            stay.person == person && stay.room == room && stay.life.kept != nil
                && stay.life.endBegun == nil
        }
    }
}

// MARK: What follows

extension Ledger {
    func mustBe(_ room: String, after cut: Cut) -> Bool {
        book.rooms[room]?.life.mustBe(after: cut) == true
    }

    /// What is wrong with the list of all rooms: `#tea 7 2/- ann forever`.
    func faults(inRooms lines: [String], after cut: Cut) -> [String] {
        var numbers: [Substring: Int] = [:]
        for line in lines {
            let words = line.split(separator: " ")
            if words.count > 1 { numbers[words[0]] = Int(words[1]) }
        }
        return book.rooms.values.flatMap { room -> [String] in
            let number = numbers[room.name[...]]
            if room.life.mustBe(after: cut), number != room.number {
                let known = number.map { "has the number \($0)" } ?? "is not there"
                return ["\(room.name), made as number \(room.number), \(known)"]
            }
            return number != nil && !room.life.mayBe(after: cut)
                ? ["\(room.name), which was closed, is there"] : []
        }
    }

    /// What is wrong with those who are said to be inside: `ann (admin) (away)`.
    func faults(inMembers lines: [String], of room: String, after cut: Cut) -> [String] {
        let inside = Set(lines.map { String($0.prefix { $0 != " " }) })
        let stays = book.stays.filter { $0.room == room }
        let must = Set(stays.filter { $0.life.mustBe(after: cut) }.map(\.person))
        let may = Set(stays.filter { $0.life.mayBe(after: cut) }.map(\.person))
        return must.subtracting(inside).map { "\($0) is not in \(room) any more" }
            + inside.subtracting(may).map { "\($0) is in \(room), and never was" }
    }

    /// What is missing of what was said between two, or in a room: the last so many lines of it.
    func faults(
        inHistory lines: [String], of whose: String, for reader: String, count: Int, after cut: Cut
    ) -> [String] {
        let shown = lines.compactMap(Shown.init).compactMap(\.number)
        let found = Set(shown)
        // Before what is shown there may be more.
        let oldest = lines.count < count ? nil : shown.first.flatMap { message($0)?.kept }
        let missing = book.sent.first { sent in
            cut.covers(sent.kept) && isSaid(sent, of: whose, for: reader)
                && sent.begun.order > oldest?.order ?? 0 && !found.contains(sent.number)
        }
        return missing.map { ["message \($0.number) is not in the history of \(whose)"] } ?? []
    }

    private func isSaid(_ sent: Sent, of whose: String, for reader: String) -> Bool {
        switch sent.to {
        case .everybody: false
        case .room(let room): room == whose
        case .persons(let persons):
            sent.from == reader && persons.contains(whose)
                || sent.from == whose && persons.contains(reader)
        }
    }
}
