// Lists, line by line as they are told, held against what is true: rooms, members, histories, what
// waits, what was looked for.

import Protocol

/// One that is being told.
struct Listing: Sendable {
    let order: Order
    let question: Conversation.Said
    let count: Int
    var lines: [[UInt8]] = []
}

extension World {
    func begin(
        _ order: Order, _ reply: String, _ question: Conversation.Said, _ client: Int
    ) {
        let count = reply.split(separator: ":").last.flatMap { Int($0) } ?? 0
        clients[client].listing = Listing(order: order, question: question, count: count)
        if count == 0 { clients[client].listing = nil }
    }

    func hear(
        listed line: [UInt8], isLast: Bool, _ question: Conversation.Said?, _ client: Int
    ) throws(Violation) {
        clients[client].listing?.lines.append(line)
        guard isLast, let list = clients[client].listing else { return }
        clients[client].listing = nil
        // What could not be read is said so, in whatever words.
        guard list.question.pagesLost == disk.refusedPages else { return }
        guard isRight(list, client) else {
            let lines = list.lines.map { String(decoding: $0.prefix(60), as: UTF8.self) }
            throw Violation(.answer, "\(lines) to \(list.order)")
        }
        tally.count(.listIsTold)
    }

    private func isRight(_ list: Listing, _ client: Int) -> Bool {
        guard let account = clients[client].account, let asked = list.question.arrivedAt else {
            return false
        }
        let views = server.hall.views(since: asked).map(\.town)
        switch list.order {
        case .rooms:
            let ending = server.hall.pending(since: asked).compactMap { entry in
                entry.change.flatMap { $0.kind == .closed ? $0.room : nil }
            }
            return views.contains { isRight(list.texts, rooms: $0, ending) }
        case .members(let room):
            return views.contains { town in
                guard let house = town.open(room), house.holds(account) else { return false }
                return isRight(list.texts, membersOf: house, asked)
            }
        case .history(let whose, let count):
            let conversations: Set<Protocol.Conversation> =
                whose.hasPrefix("#")
                ? Set(
                    views.compactMap { town in
                        town.open(whose).flatMap { $0.holds(account) ? .room($0.number) : nil }
                    })
                : Set(
                    model.readers.compactMap { reader in
                        reader.flatMap { $0.name == whose ? .person($0.number) : nil }
                    })
            return conversations.contains { isRight(list, historyOf: $0, count, for: account) }
        case .inbox:
            // Somebody else may have read since; what was asked leaves the server late.
            guard model[account]?.owner == client else { return true }
            return (list.question.head...max(list.question.head, model.keptHead)).contains {
                inbox(of: account, through: $0) == list.texts.map { $0.droppingLastWord }
            }
        case .search(let word):
            return isRight(list, found: word, views, for: account)
        default:
            return true
        }
    }

    // MARK: Rooms

    private func isRight(_ lines: [String], rooms town: Town, _ ending: [RoomNumber]) -> Bool {
        let expected = town.open.map { house in
            let limit = house.limit.map { "\($0)" } ?? "-"
            let admin = house.admin.flatMap { model[$0]?.name } ?? "-"
            return (
                number: house.number,
                line: "\(house.name) \(house.number.value) \(house.members.count)/\(limit) "
                    + "\(admin) \(house.lifetime.rawValue)"
            )
        }
        guard let lobby = lines.first, lobby.hasPrefix("#lobby 1 ") else { return false }
        let told = Set(lines.dropFirst())
        return lines.count == told.count + 1
            && told.isSubset(of: expected.map(\.line))
            && expected.dropFirst().allSatisfy {
                told.contains($0.line) || ending.contains($0.number)
            }
    }

    private func isRight(
        _ lines: [String], membersOf house: Town.House, _ asked: Instant
    ) -> Bool {
        let names = lines.map { $0.split(separator: " ").first.map(String.init) ?? "" }
        let admin = house.admin.flatMap { model[$0]?.name }
        for (name, line) in zip(names, lines) {
            let isAway = line.hasSuffix(" (away)")
            let isHere = present.contains {
                clients[$0].talk.name == name && isCertainlyHere($0, since: asked)
            }
            if isAway, isHere || !line.hasPrefix(name) { return false }
            if !isAway, !mayHaveBeenHere(name, since: asked) { return false }
            if line.contains(" (admin)") != (name == admin) { return false }
        }
        if house.number == .lobby { return zip(names, names.dropFirst()).allSatisfy(<) }
        return names == house.members.compactMap { model[$0.account]?.name }.sorted()
    }

    // MARK: Mail

    /// Some end of it, and what was told to be kept when it was asked for is in it.
    private func isRight(
        _ list: Listing, historyOf conversation: Protocol.Conversation, _ count: Int,
        for reader: AccountNumber
    ) -> Bool {
        let history = model.history(of: conversation, for: reader)
        var end = history.count
        while true {
            let part = history[..<end].suffix(count)
            if part.count == list.lines.count,
                zip(part, list.lines).allSatisfy({ entry, line in
                    model.mayBe(line, entry.number, entry.matter, in: conversation.room)
                })
            {
                tally.count(conversation.room == nil ? .lettersAreReadAgain : .roomIsReadBack)
                return true
            }
            guard end > 0, history[end - 1].number > list.question.head else { return false }
            end -= 1
        }
    }

    /// Without the times.
    private func inbox(of account: AccountNumber, through head: Int64) -> [String] {
        guard let reader = model[account] else { return [] }
        var counts: [Protocol.Conversation: Int] = [:]
        var order: [Protocol.Conversation] = []
        for due in reader.due[reader.read...]
        where !due.isRead && !due.isNews && due.number <= head {
            counts[due.conversation, default: 0] += 1
            order.removeAll { $0 == due.conversation }
            order.append(due.conversation)
        }
        if !order.isEmpty { tally.count(.inboxIsLookedInto) }
        return order.map { conversation in
            let name =
                switch conversation {
                case .person(let other): model[other]?.name
                case .room(let room): model.town[room]?.name
                }
            return "\(name ?? "-") \(counts[conversation] ?? 0)"
        }
    }

    /// Nothing of strangers, and all that is theirs unless it is said that some may be missing.
    private func isRight(
        _ list: Listing, found word: String, _ views: [Town], for reader: AccountNumber
    ) -> Bool {
        var lines = list.lines
        let isBehind = lines.last == Array("indexing".utf8)
        if isBehind { lines.removeLast() }
        let posts = lines.compactMap { Phrase.serial(in: $0) }
        guard posts.count == lines.count,
            zip(posts, posts.dropFirst()).allSatisfy({ number(of: $0) < number(of: $1) })
        else { return false }
        let areTheirs = zip(posts, lines).allSatisfy { post, line in
            model.posted[post].shown.holds(word)
                && views.contains { isTheirs(post, reader, $0) }
                && line.dropFirst(20).starts(with: "\(model.posted[post].from)".utf8)
        }
        guard areTheirs else { return false }
        tally.count(.messageIsFound)
        if isBehind || posts.count >= Limits.searchLines { return true }
        return model.letters.allSatisfy { post in
            number(of: post) > list.question.head || posts.contains(post)
                || !model.posted[post].shown.holds(word)
                || !views.allSatisfy { isTheirs(post, reader, $0) }
        }
    }

    private func number(of post: Int) -> Int64 { model.posted[post].number ?? .max }

    private func isTheirs(_ post: Int, _ reader: AccountNumber, _ town: Town) -> Bool {
        let message = model.posted[post]
        return message.sender == reader || message.readers.contains(reader)
            || message.kept?.rooms.contains { town[$0]?.holds(reader) ?? false } == true
    }
}

extension Listing {
    fileprivate var texts: [String] { lines.map { String(decoding: $0, as: UTF8.self) } }
}

extension String {
    fileprivate var droppingLastWord: String {
        split(separator: " ").dropLast().joined(separator: " ")
    }
}

extension [UInt8] {
    /// A whole word, as it is written.
    func holds(_ word: String) -> Bool {
        split { !isLetter($0) }.contains { $0.elementsEqual(word.utf8) }
    }
}

private func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
        || (0x61...0x7a).contains(byte)
}
