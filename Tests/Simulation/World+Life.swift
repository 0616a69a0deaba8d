// The server crashes, or is told to stop.

import Protocol
import Server
import Store

extension World {
    /// kill -9, or a power cut.
    func crash() throws(Violation) {
        let isPowerCut = conditions.powerFails && chance.oneIn(2)
        note(isPowerCut ? .powerFails : .crashes, life)
        tally.count(isPowerCut ? .powerFails : .serverCrashes)
        try takeNews()
        for client in server.callers { lose(client, isPowerCut) }
        for case let line? in server.lines { lose(line.client, isPowerCut) }
        let jobs = server.jobs
        isUp = false
        disk.crash()
        if isPowerCut {
            for case .enroll(_, let name, let password)? in jobs where chance.oneIn(2) {
                tally.count(.registrationIsTorn)
                file.append(name, password, &chance)
                // Others wait for the lock.
                break
            }
            disk.losePower(&chance)
        }
        plan(.starts, in: 1_000...chance.one(of: [5_000, 10_000_000]))
    }

    private func lose(_ client: Int, _ isPowerCut: Bool) {
        clients[client].leftAt = now
        if isPowerCut {
            links[client][.server].forget()
            plan(.givesUp(client), in: 30_000_000...60_000_000)
        } else {
            close(client, .server)
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
            clients[line.client].leftAt = now
            close(line.client, .server)
        }
        try passOn()
        try finishStore()
        try objecting { () throws(Violation) in
            if disk.refusedGroups == refusedGroupsAtStart { try model.checkNothingWasLeftBehind() }
        }
        isUp = false
        // It was closed in good order, and nothing of it may be open to chance.
        if conditions.powerFails, chance.oneIn(4) { disk.losePower(&chance) }
        plan(.starts, in: 1_000...2_000_000)
    }
}
