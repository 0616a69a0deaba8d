// When the faults stop, everybody leaves, and then every account's mail is looked at: nothing is
// missing, and nothing that was read comes back.

import Delivery
import Protocol
import Server

extension World {
    private static let allowance = Duration.seconds(1_800)

    /// After every event.
    func turnThePage() throws(Violation) {
        switch phase {
        case .busy:
            if operations <= 0 || now > Instant(nanoseconds: 0) + .seconds(86_400) { heal() }
        case .healing(let until):
            guard now <= until else { throw Violation(.stuck, "\(present) do not leave") }
            // Those who may still come home are waited for.
            guard isQuiet, server.callers.isEmpty, server.switchboard.deadline == nil else {
                return
            }
            inspect(account: 0, round: 1)
        case .inspecting(let round, let account, let until):
            guard now <= until else { throw Violation(.stuck, "\(present) are not done") }
            guard isQuiet else { return }
            try look(at: account, round)
        case .restarting:
            guard isQuiet, server.leavingAt == nil else { return }
            inspect(account: 0, round: 3)
        case .over:
            break
        }
    }

    /// Nobody is here, and nothing is on its way to the disk.
    private var isQuiet: Bool {
        isUp && present.isEmpty && server.switchboard.count == 0 && server.orders.isEmpty
            && !server.storeIsAtWork && server.reports.isEmpty && server.reportsComing.isEmpty
    }

    private func heal() {
        note(.heals, model.posted.count)
        phase = .healing(until: now + Self.allowance)
        stepsLeft = nil
        disk.isUnreadable = false
        disk.drive.isFull = false
        disk.drive.failure = nil
        disk.drive.failsNextFlush = false
        disk.drive.callsLeft = nil
        repairFile()
        pausedUntil = now
        // Whatever was done to the account file, the server knows of it now.
        server.hasHangUp = true
        wakeServer()
        for client in present where links[client].stalledUntil > now {
            links[client].stalledUntil = now
        }
        for client in present {
            clients[client].readsQuickly()
            wake(client: client, in: 0...1_000)
        }
    }

    private func inspect(account: Int, round: Int) {
        note(.drains, round, account)
        phase = .inspecting(round: round, account: account, until: now + Self.allowance)
        inspect(file.lines[account].name.text)
    }

    private func look(at account: Int, _ round: Int) throws(Violation) {
        guard let client = clients.last, client.isInspector, client.hasHeardTheEnd else {
            throw Violation(.stuck, "\(file.lines[account].name.text)'s mail cannot be looked at")
        }
        guard round == 1 || client.messagesSeen == 0 else {
            throw Violation(.order, "\(client.name) is shown again what he has read")
        }
        if let reader = model.reader(named: client.name),
            let due = reader.due[reader.read...].first(where: { !$0.isRead && !$0.isOfTheMoment })
        {
            throw Violation(.stuck, "\(reader.name) never sees message \(due.number)")
        }
        if account + 1 < file.lines.count {
            inspect(account: account + 1, round: round)
        } else if round == 1 {
            try checkRoomsHaveEnded()
            inspect(account: 0, round: 2)
        } else if round == 2 {
            // What was read has to be known to the next server as well.
            phase = .restarting
            stop()
        } else {
            phase = .over
        }
    }
}
