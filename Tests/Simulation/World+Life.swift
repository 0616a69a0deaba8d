// The server starts, crashes, is told to stop, and starts again.

import Protocol
import Server
import Store

extension World {
    func start() throws(Violation) {
        life += 1
        note(.starts, life)
        let recovered = CrashingStore(disk: disk).recover()
        try check(recovered)
        model.door.restarted(at: moment)
        refusedGroupsAtStart = disk.refusedGroups
        server = ServerProcess(disk, file, conditions, recovered: recovered, at: serverMoment)
        isUp = true
        certify()
        startedAt = now
        stepsLeft = phase == .busy && life < 8 ? conditions.crashes.map { chance.number($0) } : nil
        wakeServer()
    }

    /// What the store says of its data is what was put into it.
    private func check(_ recovered: Recovered) throws(Violation) {
        guard recovered.head.value == model.keptHead else {
            throw Violation(
                .early, "the log ends at \(recovered.head.value) in place of \(model.keptHead)")
        }
        for account in recovered.accounts where !account.hasEnded {
            guard let reader = model[account.number], reader.name == account.name.text else {
                throw Violation(.invented, "account \(account.number.value)")
            }
            let waiting = reader.due[reader.read...].count(where: \.isOwn)
            guard account.waiting == waiting else {
                throw Violation(
                    .cursor, "\(account.waiting) are recovered for \(reader.name), \(waiting) wait")
            }
        }
    }

    /// kill -9, or a power cut.
    func crash() throws(Violation) {
        let isPowerCut = conditions.powerFails && chance.oneIn(2)
        note(isPowerCut ? .powerFails : .crashes, life)
        tally.count(isPowerCut ? .powerFails : .serverCrashes)
        if let interruption = disk.interruption {
            tally.count(interruption == .before ? .powerFailsBeforeCommit : .powerFailsAfterCommit)
        }
        try takeNews()
        for client in server.callers { lose(client, isPowerCut) }
        for case let line? in server.lines { lose(line.client, isPowerCut) }
        die()
        disk.crashed()
        plan(.starts, in: 1_000...chance.one(of: [5_000, 10_000_000]))
    }

    private func lose(_ client: Int, _ isPowerCut: Bool) {
        if isPowerCut {
            links[client][.server].forget()
            plan(.givesUp(client), in: 30_000_000...60_000_000)
        } else {
            close(client, .server)
        }
    }

    private func die() {
        isUp = false
        let losesRefusals =
            conditions.wallSteps || disk.refusedGroups > refusedGroupsAtStart
        model.crashed(forgetsRefusals: losesRefusals)
        for case let reader? in model.readers where reader.hasLostReading {
            tally.count(.readingIsLostInCrash)
        }
    }

    /// SIGTERM.
    func stop() {
        guard isUp, server.leavingAt == nil else { return }
        note(.stops, life)
        if server.switchboard.count > 0 { tally.count(.serverStopsWithSessions) }
        server.leavingAt = now + .seconds(6)
        for client in server.callers { abort(client, .server) }
        server.callers = []
        server.switchboard.close(at: serverMoment)
        wakeServer()
    }

    /// After every turn: whether the server that is leaving may go now.
    func leaveIfDone() throws(Fatal) {
        guard let end = server.leavingAt, end <= now || server.switchboard.count == 0 else {
            return
        }
        for case let line? in server.lines {
            server.switchboard.gone(line.id, at: serverMoment)
            close(line.client, .server)
        }
        try passOn()
        try finishStore()
        try objecting { () throws(Violation) in
            if disk.refusedGroups == refusedGroupsAtStart { try model.checkNothingWasLeftBehind() }
        }
        die()
        plan(.starts, in: 1_000...2_000_000)
    }
}
