import Protocol

@testable import Delivery

// What people are told, against what they are to be told.

extension TownTraffic {
    // MARK: What somebody is told

    /// Whatever the office has said since.
    mutating func hear() {
        for account in visits.keys.sorted() {
            guard let session = visits[account]?.session else { continue }
            for event in office.heard(session) { hear(event, account) }
        }
    }

    mutating func hear(_ event: Session.Event, _ account: AccountNumber) {
        guard let visit = visits[account] else { return }
        switch (event, visit.phase) {
        case (.mailArrived, let phase):
            expect(visit.wantsMailAtOnce, "told of mail at once")
            if phase == .chatting { visits[account]?.isNudged = true }
        case (.answer(let reply), .working(let answer)):
            expect(reply.text == text(answer, account), "\(reply.text) for \(answer)")
            meet(reply.text)
            visits[account]?.phase = .reading
        case (.answer(let reply), .asking(let question)):
            answered(reply.text, question, account)
            visits[account]?.phase = .reading
        case (.lines(let lines), .reading):
            let due = visit.list.prefix(lines.count)
            expect(lines.count == due.count, "\(lines.count) lines of \(visit.list)")
            expect(isLosing || lines.map(\.text) == Array(due), "\(lines.map(\.text)) for \(due)")
            visits[account]?.list.removeFirst(due.count)
        case (.mail(let messages, let isLast), .reading):
            show(messages.map { Reply.message($0).text }, isLast, account)
        default:
            expect(false, "\(event) to somebody \(visit.phase)")
        }
    }

    func text(_ answer: TownModel.Answer, _ account: AccountNumber) -> String {
        switch answer {
        case .now(let text), .later(let text): return text
        case .joined(let room):
            var house = model.houses[room]!  // it was found by its name
            guard house.members.contains(account) else { return "error:room:\(house.name)" }
            // Whoever is to end is not in the lobby any more.
            if room == .lobby { house.members.removeAll { !file.contains(model.name($0)) } }
            return model.joined(house)
        }
    }

    mutating func answered(
        _ text: String, _ question: TownVisit.Question, _ account: AccountNumber
    ) {
        meet(text)
        switch question {
        case .inbox(let lines):
            expect(text == (isLosing ? "error:storage:inbox" : "inbox:\(lines.count)"), text)
            if !isLosing { visits[account]?.list = lines }
        case .history(.room(let room), _)
        where model.houses[room]?.members.contains(account) != true && !isLosing:
            expect(text == "error:denied:history", text)
        case .history(_, let lines):
            expect(text == (isLosing ? "error:storage:history" : "history:\(lines.count)"), text)
            if !isLosing { visits[account]?.list = lines }
        }
    }

    mutating func collect(_ account: AccountNumber) {
        guard let visit = visits[account], !office.isReading(visit.session) else { return }
        if visit.list.isEmpty, visit.flush == nil {
            visits[account]?.flush = visit.due(of: model.people[account]!)  // who is here
        }
        for event in office.collect(visit.session) { hear(event, account) }
    }

    mutating func show(_ lines: [String], _ isLast: Bool, _ account: AccountNumber) {
        let person = model.people[account]!  // who is here
        let flush = visits[account]?.flush ?? []
        let page = Array(flush.prefix(lines.count))
        let due = page.map { person.lines[$0].text }
        expect(lines == due, "\(person.name): \(lines) for \(flush.map { person.lines[$0].text })")
        expect(isLosing || isLast == (flush.count == page.count), "the last page")
        visits[account]?.flush = Array(flush.dropFirst(page.count))
        visits[account]?.shown.formUnion(page)
        if !page.isEmpty {
            visits[account]?.isProvable = false
            if visits[account]?.talk != nil { met.insert("ahead") }
            if visits[account]?.isNudged == true { met.insert("push") }
        }
        guard isLast else { return }
        let inputWaiting = chance.oneIn(4)
        office.doneWritten(visits[account]!.session, inputWaiting: inputWaiting)  // as above
        visits[account]?.isProvable = !inputWaiting
        visits[account]?.flush = nil
        visits[account]?.isNudged = false
        visits[account]?.isBlind = isLosing
        visits[account]?.phase = .chatting
        if let visit = visits[account], visit.wantsMailAtOnce, !visit.due(of: person).isEmpty {
            met.insert("came meanwhile")
        }
    }

    mutating func prove(_ account: AccountNumber, acknowledged: Bool) {
        guard let visit = visits[account] else { return }
        visits[account]?.isProvable = false
        guard visit.isProvable, acknowledged else { return }
        met.insert("read")
        model.read(account, visit.shown)
    }
}
