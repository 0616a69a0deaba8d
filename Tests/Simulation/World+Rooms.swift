// What is said of rooms has to have been so at some moment between the question and the answer,
// with what was on its way to disk then; and what is said to be done has to be on disk.

import Delivery
import Protocol

extension World {
    /// What the server may have gone by.
    private struct Evidence {
        let account: AccountNumber
        let views: [Town]
        let pending: [Entry]

        func some(_ isSo: (Town) -> Bool) -> Bool { views.contains(where: isSo) }

        func isInside(_ room: String) -> Bool { some { $0.holds(account, in: room) } }

        /// Or was on the way out.
        func isOutside(_ room: String, _ who: AccountNumber) -> Bool {
            some { !$0.holds(who, in: room) }
                || pending.contains {
                    guard let change = $0.change, change.account == who else { return false }
                    return change.kind == .left || change.kind == .kicked
                }
        }

        func isMissing(_ isMeant: (Town.House) -> Bool) -> Bool {
            some { town in
                guard let house = town.open.first(where: isMeant) else { return true }
                return pending.contains {
                    $0.change.map { $0.kind == .closed && $0.room == house.number } ?? false
                }
            }
        }

        func isFull(_ isMeant: (Town.House) -> Bool) -> Bool {
            some { town in
                guard let house = town.open.first(where: isMeant), let limit = house.limit
                else { return false }
                let coming = pending.count {
                    $0.change.map { $0.kind == .joined && $0.room == house.number } ?? false
                }
                return house.members.count + coming >= limit
            }
        }
    }

    private func evidence(_ asked: Instant, _ client: Int) throws(Violation) -> Evidence {
        guard let account = clients[client].account else {
            throw Violation(.room, "client \(client) asks for rooms without being anybody")
        }
        return Evidence(
            account: account, views: server.hall.views(since: asked).map(\.town),
            pending: server.hall.pending(since: asked))
    }

    /// One of the answers that every word about rooms has.
    private func check(
        refusal reply: String, of word: String, _ room: String, _ evidence: Evidence
    ) throws(Violation) -> Bool {
        switch reply {
        case "error:room:\(room)":
            tally.count(.roomIsUnknown)
            try require(evidence.isMissing { $0.name == room }, reply)
        case "error:storage:\(word)":
            try require(disk.refusedGroups > 0 || disk.refusedPages > 0, reply)
        case "error:denied:\(word)":
            tally.count(.roomIsDenied)
            try require(evidence.isOutside(room, evidence.account), reply)
        default:
            return false
        }
        return true
    }

    private func require(_ isSo: Bool, _ reply: String) throws(Violation) {
        guard isSo else { throw Violation(.room, "\(reply) was never so") }
    }

    func check(
        _ reply: String, ofRooms order: Order, _ question: Conversation.Said?, _ client: Int
    ) throws(Violation) {
        guard let question, let asked = question.arrivedAt else { return }
        let evidence = try evidence(asked, client)
        let me = evidence.account
        let town = server.hall.town
        switch order {
        case .create(let room, let limit, let lifetime):
            try check(reply, created: room, limit, lifetime, question, evidence)
        case .join(let room):
            try check(reply, joined: room, evidence)
        case .leave(let room):
            if try check(refusal: reply, of: "leave", room, evidence) { return }
            try require(
                reply == "left:\(room)" && evidence.isInside(room) && !town.holds(me, in: room),
                reply)
        case .kick(let room, let whom):
            try check(reply, kicked: whom, from: room, evidence)
        case .close(let room):
            if reply == "error:denied:close" {
                return try require(evidence.some { $0.open(room)?.admin != me }, reply)
            }
            if try check(refusal: reply, of: "close", room, evidence) { return }
            let wasOurs = evidence.some { $0.open(room)?.admin == me }
            try require(
                reply == "closed:\(room)" && wasOurs
                    && !town.open.contains { house in
                        house.name == room && house.opened <= question.head
                    }, reply)
            tally.count(.roomIsClosed)
        case .members(let room):
            if try check(refusal: reply, of: "members", room, evidence) { return }
            try require(evidence.isInside(room), reply)
            begin(order, reply, question, client)
        case .history(let whose, _):
            if try check(refusal: reply, ofConversation: whose, "history", question, evidence) {
                return
            }
            begin(order, reply, question, client)
        case .talk(let whose):
            if try check(refusal: reply, ofConversation: whose, "talk", question, evidence) {
                return
            }
            clients[client].talksIn = conversation(with: whose, evidence)
        case .inbox, .search, .rooms, .help:
            let isRefused = ["inbox", "search"].contains { reply == "error:storage:\($0)" }
            if isRefused { return try require(disk.refusedPages > 0, reply) }
            begin(order, reply, question, client)
        default:
            break
        }
    }

    // MARK: Doors

    private func check(
        _ reply: String, created room: String, _ limit: Int?, _ lifetime: Lifetime,
        _ question: Conversation.Said, _ evidence: Evidence
    ) throws(Violation) {
        switch reply {
        case "exists:\(room)":
            let isComing = evidence.pending.contains {
                $0.opening?.name.folded == room.lowercased()
            }
            try require(isComing || evidence.some { $0.isTaken(room) }, reply)
            tally.count(.roomExists)
        case "error:limit:create":
            let coming = evidence.pending.count { $0.opening?.maker == evidence.account }
            try require(
                evidence.some { town in
                    town.open.count { $0.maker == evidence.account } + coming
                        >= conditions.roomLimit
                }, reply)
            tally.count(.tooManyRooms)
        case "error:storage:create":
            try require(disk.refusedGroups > 0, reply)
        default:
            let house = server.hall.town.houses.values.first {
                reply == "created:\(room):\($0.number.value)" && $0.name == room
                    && $0.maker == evidence.account && $0.opened > question.headKnown
            }
            try require(
                house?.limit == limit && house?.lifetime == lifetime && house != nil
                    && house.flatMap { model.town[$0.number] } != nil, reply)
            tally.count(.roomIsMade)
        }
    }

    private func check(
        _ reply: String, joined room: String, _ evidence: Evidence
    ) throws(Violation) {
        let number = UInt32(room)
        let isMeant: (Town.House) -> Bool = { $0.name == room || $0.number.value == number }
        switch reply {
        case "error:room:\(room)":
            try require(evidence.isMissing(isMeant), reply)
        case "error:storage:join":
            try require(disk.refusedGroups > 0, reply)
        case _ where reply.hasPrefix("full:"):
            try require(evidence.isFull { isMeant($0) && reply == "full:\($0.name)" }, reply)
            tally.count(.roomIsFull)
        default:
            let isSo = evidence.some { town in
                guard let house = town.open.first(where: isMeant), house.holds(evidence.account)
                else { return false }
                // Who is in the lobby is known from the account file, too.
                let names = house.members.compactMap { model[$0.account]?.name }.sorted()
                let admin = house.admin.flatMap { model[$0]?.name } ?? "-"
                let beginning = "joined:\(house.name):\(house.number.value):\(admin):"
                return house.number == .lobby
                    ? reply.hasPrefix(beginning)
                    : reply == beginning + names.joined(separator: ",")
            }
            try require(isSo, reply)
            tally.count(.roomIsJoined)
        }
    }

    private func check(
        _ reply: String, kicked whom: String, from room: String, _ evidence: Evidence
    ) throws(Violation) {
        let me = evidence.account
        if reply == "error:denied:kick" {
            return try require(evidence.some { $0.open(room)?.admin != me }, reply)
        }
        if try check(refusal: reply, of: "kick", room, evidence) { return }
        let account = model.numbers[whom]
        if reply == "error:args:kick" {
            let cannot = account.map { $0 == me || evidence.isOutside(room, $0) } ?? true
            return try require(cannot, reply)
        }
        let isOut = model.readers.contains { reader in
            guard let reader, reader.name == whom else { return false }
            return evidence.some { $0.holds(reader.number, in: room) }
                && !server.hall.town.holds(reader.number, in: room)
        }
        try require(
            reply == "kicked:\(room):\(whom)" && isOut
                && evidence.some { $0.open(room)?.admin == me }, reply)
        tally.count(.somebodyIsKicked)
    }

    // MARK: Conversations

    private func conversation(
        with whose: String, _ evidence: Evidence
    ) -> Protocol.Conversation? {
        guard whose.hasPrefix("#") else { return model.numbers[whose].map { .person($0) } }
        let house = evidence.views.reversed().lazy.compactMap { $0.open(whose) }
            .first { $0.holds(evidence.account) }
        return house.map { .room($0.number) }
    }

    /// True when it was one, and right.
    private func check(
        refusal reply: String, ofConversation whose: String, _ word: String,
        _ question: Conversation.Said, _ evidence: Evidence
    ) throws(Violation) -> Bool {
        if reply == "send:\(whose)" {
            try require(!model.existed(whose, before: question.arrivedAt ?? now), reply)
            return true
        }
        if whose.hasPrefix("#") {
            if try check(refusal: reply, of: word, whose, evidence) { return true }
            try require(evidence.isInside(whose), reply)
        } else if reply == "error:storage:\(word)" {
            try require(disk.refusedPages > 0, reply)
            return true
        }
        return false
    }

    /// A message that was not taken.
    func check(
        refusal reply: String, of message: Model.Posted, asked: Instant, _ client: Int
    ) throws(Violation) {
        if reply.hasPrefix("error:storage:") {
            tally.count(.storeRefuses)
            return
        }
        let evidence = try evidence(asked, client)
        let rooms = (message.to ?? []).filter { $0.hasPrefix("#") }
        let isSo = rooms.contains { room in
            reply == "error:room:\(room)"
                ? evidence.isMissing { $0.name == room }
                : reply == "error:denied:send" && evidence.isOutside(room, evidence.account)
        }
        tally.count(.roomTakesNothing)
        try require(isSo, reply)
    }

    /// A message that was.
    func check(
        _ reply: String, rooms: [String], of message: Model.Posted, asked: Instant, _ client: Int
    ) throws(Violation) {
        guard !rooms.isEmpty else { return }
        let evidence = try evidence(asked, client)
        let kept = Set(message.kept?.rooms.compactMap { model.town[$0]?.name } ?? [])
        guard kept == Set(rooms), rooms.allSatisfy(evidence.isInside) else {
            throw Violation(.room, "\(reply) to \(rooms), kept for \(kept.sorted())")
        }
        tally.count(.roomIsSpokenTo)
    }

    // MARK: What the server does by itself

    /// Nobody asked for it.
    func check(_ entry: Entry, asksNobody: Bool) throws(Violation) {
        guard asksNobody, let change = entry.change else { return }
        let name = model[change.account]?.name ?? "nobody"
        let views = server.hall.thisTurn
        switch change.kind {
        case .left:
            tally.count(.somebodyLeavesByGoing)
            // Whose account is no more leaves at once.
            guard server.told.contains(where: { $0.name.text == name }) else { return }
            if let here = present.first(where: {
                clients[$0].account == change.account && isCertainlyHere($0, since: now)
            }) {
                throw Violation(.room, "\(name) leaves by going, and client \(here) is here")
            }
            let hasCome = clients.contains {
                $0.account == change.account && $0.welcomedAt.map { $0 >= startedAt } ?? false
            }
            if !hasCome, now - startedAt < .seconds(60) {
                throw Violation(.room, "\(name) is not awaited after \(now - startedAt)")
            }
            if !hasCome { tally.count(.somebodyDoesNotComeHome) }
        case .closed:
            guard views.contains(where: { $0.town[change.room]?.isOver ?? false }) else {
                throw Violation(.room, "room \(change.room.value) ends by itself")
            }
            tally.count(.roomEnds)
        case .leads:
            guard
                views.contains(where: {
                    $0.town[change.room]?.members.first?.account == change.account
                })
            else { throw Violation(.room, "\(name) leads, and is not the oldest") }
            tally.count(.roomIsHandedOn)
        case .joined, .kicked:
            throw Violation(.room, "\(change.kind) without anybody asking")
        }
    }

    /// When everybody has gone, and nobody is awaited.
    func checkRoomsHaveEnded() throws(Violation) {
        if let house = model.town.open.first(where: { $0.lifetime != .forever }) {
            throw Violation(.room, "\(house.name) does not end")
        }
    }
}

extension Readers {
    var except: [AccountNumber] {
        switch self {
        case .one, .several: []
        case .everyone(let except), .rooms(_, _, let except): except
        }
    }

    var rooms: [RoomNumber] { if case .rooms(let rooms, _, _) = self { rooms } else { [] } }
}
