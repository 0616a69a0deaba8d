// The server starts: the real recovery, on whatever the last crash has left.

import Delivery
import Protocol
import Server
import Store

extension World {
    func start() throws(Violation) {
        life += 1
        chance = Chance(script.seed, .life, life)
        note(.starts, life)
        disk.drive.begin(Chance(script.seed, .disk, life))
        planEndOfRecovery()

        guard let accounts = try readAccounts(), let recovered = try recover() else {
            plan(.starts, in: 1_000...2_000_000)
            return
        }
        try settle(recovered)
        forgetLastLife()
        planCrash()
        try check(recovered)
        try checkLetters(recovered)
        model.door.restarted(at: moment)
        refusedGroupsAtStart = disk.refusedGroups
        server = ServerProcess(
            disk, conditions, recovered.sabotaged(sabotage), model.town, accounts,
            at: serverMoment)
        isUp = true
        certify()
        startedAt = now
        wakeServer()
    }

    private var mayCrash: Bool { phase == .busy && life < 8 }

    /// The server may not even get so far as to start.
    private func planEndOfRecovery() {
        stepsLeft = nil
        let calls = chance.number(1...chance.one(of: [30, 300]))
        let isCutShort = chance.oneIn(3)
        if conditions.interruptsCommits, isCutShort, mayCrash { disk.drive.callsLeft = calls }
    }

    private func planCrash() {
        let steps = conditions.crashes.map { chance.number($0) }
        stepsLeft = mayCrash ? script.crash(in: life) ?? steps : nil
        if let stepsLeft { record(.crashes, Script.Place([life, stepsLeft])) }
    }

    /// Nil when nobody can read them just now.
    private func readAccounts() throws(Violation) -> [AccountLine]? {
        switch file.reopen() {
        case .success(let reading):
            guard reading.lines == file.lines else {
                throw Violation(
                    .door, "\(reading.lines.count) accounts are read, of \(file.lines.count)")
            }
            return reading.lines
        case .failure(let trouble):
            guard file.isSpoilt else { throw Violation(.door, "\(trouble)") }
            return nil
        }
    }

    /// Nil when the disk fails meanwhile, or the power does.
    private func recover() throws(Violation) -> Recovered? {
        let failedBefore = disk.drive.failedCalls
        do throws(StoreError) {
            return try disk.open()
        } catch {
            let mayFail =
                disk.drive.isDead || disk.drive.isFull || disk.drive.failedCalls > failedBefore
            guard mayFail else { throw Violation(.lost, "the data does not open: \(error)") }
            note(.failsToStart, life)
            tally.count(.recoveryIsCutShort)
            disk.crash()
            if conditions.powerFails, chance.oneIn(2) { disk.losePower(&chance) }
            return nil
        }
    }

    // MARK: What became of the last group

    /// It was given to the store, and nobody knows what came of it. If it is there now, it stays.
    private func settle(_ recovered: Recovered) throws(Violation) {
        let group = disk.settle()
        let head = recovered.head.value
        guard head != model.keptHead else {
            if !group.isEmpty { tally.count(.groupDiesWithServer) }
            return
        }
        guard head == model.keptHead + Int64(group.count) else {
            throw Violation(.early, "the log ends at \(head) in place of \(model.keptHead)")
        }
        tally.count(.groupOutlivesServer)
        for entry in group { try model.kept(entry, model.keptHead + 1, at: now) }
    }

    /// What was in memory alone.
    private func forgetLastLife() {
        let losesRefusals = conditions.wallSteps || disk.refusedGroups > refusedGroupsAtStart
        model.crashed(forgetsRefusals: losesRefusals)
        for case let reader? in model.readers where reader.hasLostReading {
            tally.count(.readingIsLostInCrash)
        }
    }

    // MARK: What the store says

    /// It is what was put into it.
    private func check(_ recovered: Recovered) throws(Violation) {
        for account in recovered.accounts where !account.hasEnded {
            guard let reader = model[account.number], reader.name == account.name.text else {
                throw Violation(.invented, "account \(account.number.value)")
            }
            let waiting = reader.due[reader.read...].count { $0.isOwn && !$0.isRead }
            guard account.waiting == waiting else {
                throw Violation(
                    .cursor,
                    "\(account.waiting) are recovered for \(reader.name), \(waiting) wait")
            }
        }
        for room in recovered.rooms { try check(room) }
        guard recovered.rooms.count == model.town.houses.count else {
            throw Violation(.room, "\(recovered.rooms.count) rooms are recovered")
        }
    }

    private func check(_ room: Recovered.Room) throws(Violation) {
        // In the lobby everybody is who has not left it.
        guard room.number != .lobby else { return }
        // Who was to lead it may have left meanwhile.
        let admin = room.members.contains { $0.account == room.admin } ? room.admin : nil
        guard let house = model.town[room.number], house.isOpen != room.isClosed,
            house.name == room.name.text, house.limit == room.limit,
            house.lifetime == room.lifetime, house.admin == admin,
            house.members.map(\.account) == room.members.map(\.account),
            house.members.map(\.since) == room.members.map(\.joined.value)
        else { throw Violation(.room, "\(room.name.text) is not recovered as it was") }
    }

    /// Every letter that somebody has not read is there, whole and in its place.
    private func checkLetters(_ recovered: Recovered) throws(Violation) {
        for account in recovered.accounts where !account.hasEnded {
            guard let reader = model[account.number] else { continue }
            var due = reader.due[reader.due(after: reader.cursor)...].filter {
                $0.conversation.room == nil
            }[...]
            var after = account.cursor
            while true {
                let page: MailPage
                do throws(StoreError) {
                    page = try disk.letters(for: account.number, after: after)
                } catch {
                    return
                }
                for letter in page.letters {
                    guard let next = due.popFirst(), next.number == letter.number.value,
                        case .post(let post) = next.matter,
                        letter.letter.text.bytes == model.posted[post].shown
                    else {
                        throw Violation(
                            .lost, "\(letter.number.value) is recovered for \(reader.name)")
                    }
                    after = letter.number
                }
                if page.isLast { break }
            }
            if let next = due.first {
                throw Violation(.lost, "\(next.number) is not recovered for \(reader.name)")
            }
        }
    }
}
