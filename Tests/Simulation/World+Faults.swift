// What goes wrong by itself, when, and for how long.

import Protocol

extension World {
    func strike() {
        guard phase == .busy else { return }
        plan(.faultStrikes, in: 50_000...20_000_000)
        switch chance.one(of: Fault.allCases) {
        case .diskIsFull where conditions.fillsUp:
            note(.full, 1)
            disk.isFull = true
            plan(.faultIsOver(.diskIsFull), in: 1_000...30_000_000)
        case .diskIsUnreadable where conditions.hidesPages:
            note(.unreadable, 1)
            disk.isUnreadable = true
            plan(.faultIsOver(.diskIsUnreadable), in: 1_000...5_000_000)
        case .commitIsInterrupted where conditions.interruptsCommits:
            disk.interruption = chance.oneIn(2) ? .before : .after
        case .wallSteps where conditions.wallSteps:
            let step = chance.one(of: [1, -1, 59, -61, 3_600, -3_600, -86_400, 315_360_000])
            wallOffset += Int64(step)
            if chance.oneIn(3) { zone = Int32(chance.number(-12...14) * 3_600) }
            note(.wallSteps, step)
            tally.count(.wallClockSteps)
        case .serverStops where conditions.stops:
            stop()
        case .fileChanges where conditions.rereads:
            changeFile()
        case .linkStalls where conditions.stalls && !present.isEmpty:
            stall(chance.one(of: present), for: chance.delay(1_000...100_000_000))
        case .linkIsSevered where conditions.severs && !present.isEmpty:
            sever(chance.one(of: present))
        case .serverPauses where conditions.pauses:
            pausedUntil = now + chance.delay(1_000...3_000_000)
            server.turnsAt = nil
            wakeServer(at: pausedUntil)
        default:
            break
        }
    }

    func relieve(_ fault: Fault) {
        switch fault {
        case .diskIsFull:
            note(.full, 0)
            disk.isFull = false
        case .diskIsUnreadable:
            note(.unreadable, 0)
            disk.isUnreadable = false
        case .commitIsInterrupted, .wallSteps, .serverStops, .fileChanges, .linkStalls,
            .linkIsSevered, .serverPauses:
            break
        }
    }

    /// Somebody adds or removes an account by hand, and tells the server if he thinks of it.
    private func changeFile() {
        let name = chance.one(of: people).name
        if file.holds(name) {
            guard file.lines.count > 1 else { return }
            file.remove(name)
            model.mayBeGone(name)
        } else {
            let owner = people.first { $0.name == name && !$0.isStranger }
            let password = Password(owner?.password ?? [0x21])!  // neither empty nor long
            _ = file.add(Username(name)!, password)  // a name that somebody has
        }
        note(.rereads, life, file.lines.count, Array(name.utf8))
        guard isUp, !chance.oneIn(4) else { return }
        server.hasHangUp = true
        wakeServer()
    }
}
