// What runs beside the loop: the store's thread and the two that hash.

import Delivery
import Protocol
import Server
import Store

extension World {
    /// Hands over what the loop has gathered for the others.
    func passOn() throws(Fatal) {
        let orders = server.switchboard.orders.map(tampered)
        server.switchboard.orders = []
        for order in orders {
            try step()
            if case .keep(let entry, let session) = order {
                countReading(entry)
                try objecting { () throws(Violation) in
                    try check(entry, asksNobody: session == nil)
                    try hear(ordered: entry)
                }
            }
            server.orders.append(order)
            server.deeds += 1
        }
        if !server.orders.isEmpty, !server.storeIsAtWork {
            server.storeIsAtWork = true
            plan(.storeTakes(life: life), in: 1...50)
        }
        server.hall.hasHandedOver()
        let searches = server.switchboard.searches
        server.switchboard.searches = []
        for case .find(let query, let session) in searches {
            let work = Event.searchIsDone(life: life, query, session)
            plan(work, in: 10...chance.one(of: [500, 200_000]))
        }
        let jobs = server.switchboard.jobs
        server.switchboard.jobs = []
        for job in jobs { begin(job) }
        server.switchboard.notes = []
    }

    private func hear(ordered entry: Entry) throws(Violation) {
        let (clients, links) = (clients, links)
        var ends: [Int: Int] = [:]
        try model.ordered(
            entry,
            isProven: { client, due in
                let end = ends[client] ?? clients[client].provenEnd(of: links[client])
                ends[client] = end
                return clients[client].shown[due].map { $0 <= end } ?? false
            }, at: moment)
        if case .letter(let letter) = entry, let post = Phrase.serial(in: letter.text.bytes) {
            model.posted[post].inside = inside(letter.to.rooms)
        }
        server.hall.handedOver(entry, at: now)
    }

    /// Who certainly was when the letter was addressed.
    private func inside(_ rooms: [RoomNumber]) -> Set<AccountNumber> {
        let views = server.hall.thisTurn.map { view in
            Set(rooms.flatMap { view.town[$0]?.members.map(\.account) ?? [] })
        }
        return views.dropFirst().reduce(views[0]) { $0.intersection($1) }
    }

    /// In place of the index, which has tests of its own: what it would find, or some time ago.
    func search(_ query: SearchQuery, for session: SessionID) {
        let isBehind = chance.oneIn(5)
        let through = isBehind ? query.head.value / 2 : query.head.value
        let numbers = model.letters.reversed().lazy.compactMap { post -> MessageNumber? in
            let message = self.model.posted[post]
            guard let number = message.number, number <= through,
                message.shown.holds(query.words), self.mayFind(message, number, query)
            else { return nil }
            return MessageNumber(number)
        }
        let found = Found(numbers: Array(numbers.prefix(query.count)), isBehind: isBehind)
        server.findings.append(.found(found, for: session))
        wakeServer()
    }

    private func mayFind(
        _ message: Model.Posted, _ number: Int64, _ query: SearchQuery
    ) -> Bool {
        if sabotage == .strangersAreFound || message.sender == query.reader { return true }
        if message.to == nil, number <= query.opened.value { return false }
        return message.readers.contains(query.reader)
            || message.kept?.rooms.contains(where: query.rooms.contains) == true
    }

    private func countReading(_ entry: Entry) {
        guard case .read(let account, _, _) = entry, let owner = model[account]?.owner else {
            return
        }
        let hasLeft = clients[owner].talk.stage == .over
        tally.count(hasLeft ? .readingIsProvenByClose : .readingIsProvenByLine)
    }

    // MARK: The store

    func storeTakes() {
        server.group = server.orders
        server.orders = []
        if sabotage == .keptIsReportedEarly { reportBeforeCommit() }
        let time = chance.delay(conditions.committing)
        if time > .seconds(1) { tally.count(.storeIsSlow) }
        agenda.plan(.storeWorks(life: life), at: now + time)
    }

    func storeWorks() throws(Fatal) {
        let group = server.group
        server.group = []
        note(.commits, group.count)
        do throws(StoreError) {
            var reports = try server.writer.turn(group)
            server.storeMayTidy = try server.writer.rest()
            if sabotage == .keptIsReportedEarly { reports.removeAll(where: \.isAboutKeeping) }
            server.reportsComing.append(tampered(reports))
        } catch {
            throw .crash
        }
        try objecting { () throws(Violation) in try takeNews() }
        agenda.plan(.storeReports(life: life), at: now + .microseconds(patience))
        if server.orders.isEmpty {
            server.storeIsAtWork = false
            if server.storeMayTidy { plan(.storeTidies(life: life), in: 1...2_000) }
        } else {
            plan(.storeTakes(life: life), in: 1...50)
        }
    }

    /// Nothing else is to be done.
    func storeTidies() throws(Fatal) {
        guard !server.storeIsAtWork, server.storeMayTidy else { return }
        do throws(StoreError) {
            server.storeMayTidy = try server.writer.rest()
        } catch {
            throw .crash
        }
        try objecting { () throws(Violation) in try takeNews() }
        if server.storeMayTidy { plan(.storeTidies(life: life), in: 1...2_000) }
    }

    func storeReports() {
        guard !server.reportsComing.isEmpty else { return }
        server.reports += server.reportsComing.removeFirst()
        wakeServer()
    }

    /// The last that is given to it, then its end.
    func finishStore() throws(Fatal) {
        do throws(StoreError) {
            _ = try server.writer.turn(server.group + server.orders)
        } catch {
            throw .crash
        }
        server.writer.close()
        try objecting { () throws(Violation) in try takeNews() }
    }

    func takeNews() throws(Violation) {
        for (entry, number) in disk.takeNews() {
            try model.kept(entry, number, at: now)
        }
    }

    // MARK: Hashing

    private func begin(_ job: HashJob) {
        let lane = server.lanesFreeAt[0] <= server.lanesFreeAt[1] ? 0 : 1
        let end = max(now, server.lanesFreeAt[lane]) + chance.delay(conditions.hashing)
        server.lanesFreeAt[lane] = end
        server.jobs.append(job)
        agenda.plan(.hashIsDone(life: life, job: server.jobs.count - 1), at: end)
        if sabotage == .accountIsReportedEarly, case .enroll(let id, let name, let password) = job {
            report(.enrolled(id, name, Secret(simulated: password.bytes)))
        }
    }

    func hashIsDone(_ index: Int) throws(Fatal) {
        guard let job = server.jobs[index] else { return }
        // Rarely by itself, since it is done so quickly.
        if case .enroll = job, stepsLeft != nil, chance.oneIn(10) { throw .crash }
        server.jobs[index] = nil
        switch job {
        case .verify(let session, let name, let secret, let password):
            report(.verified(session, name, secret == Secret(simulated: password.bytes)))
        case .enroll(let session, let name, let password):
            enroll(session, name, password)
        case .change(let session, let name, let secret, let old, let new):
            change(session, name, secret, from: old, to: new)
        case .reread:
            let reading = file.read()
            tally.count((try? reading.get()) == nil ? .accountFileIsSpoilt : .accountFileIsRead)
            report(.reread(reading))
        }
    }

    private func change(
        _ session: SessionID, _ name: Username, _ secret: Secret, from old: Password,
        to new: Password
    ) {
        guard secret == Secret(simulated: old.bytes),
            let changed = file.change(name, secret, to: new)
        else {
            report(.notChanged(session, .wrong))
            return
        }
        report(.changed(session, name, changed))
    }

    private func enroll(_ session: SessionID, _ name: Username, _ password: Password) {
        do throws(AccountBookTrouble) {
            let secret = try file.enroll(name, password)
            note(.enrolls, Int(session.slot), 0, Array(name.text.utf8))
            if sabotage != .accountIsReportedEarly { report(.enrolled(session, name, secret)) }
        } catch .taken {
            report(.taken(session, name))
        } catch {
            report(.notEnrolled(session, name, "\(error)"))
        }
    }

    /// What the loop has just been told of the account file.
    func learn(from outcome: HashOutcome) {
        switch outcome {
        case .enrolled(_, let name, let secret):
            server.told.append(AccountLine(name: name, secret: secret))
        case .reread(.success(let reading)):
            server.toldBefore = server.told
            server.told = reading.lines
            for line in server.toldBefore { server.goneAt[line.name.text] = now }
            certify()
        case .changed(_, let name, let secret):
            server.toldBefore = server.told
            server.told.removeAll { $0.name == name }
            server.told.append(AccountLine(name: name, secret: secret))
        case .verified, .notEnrolled, .taken, .notChanged, .reread(.failure):
            break
        }
    }

    /// Whoever is in the file and known to the server certainly exists.
    func certify() {
        for line in server.told where file.holds(line.name.text) {
            model.exists(line.name.text, since: now)
        }
    }

    private func report(_ outcome: HashOutcome) {
        server.outcomesComing.append(outcome)
        agenda.plan(.outcomesCome(life: life), at: now + .microseconds(chance.number(1...300)))
    }

    func outcomesCome() {
        guard !server.outcomesComing.isEmpty else { return }
        server.outcomes.append(server.outcomesComing.removeFirst())
        wakeServer()
    }
}

extension StoreReport {
    fileprivate var isAboutKeeping: Bool {
        switch self {
        case .kept, .refused: true
        case .mail, .inbox, .history, .unreadable, .trouble: false
        }
    }
}
