// What goes wrong by itself, when, and for how long.

import Protocol

extension World {
    func strike(_ number: Int) {
        guard phase == .busy else { return }
        var chance = Chance(script.seed, .fault, number)
        plan(.faultStrikes(number + 1), in: 50_000...20_000_000, by: &chance)
        if number > 0, includes(.faults, number) {
            strike(with: chance.one(of: Fault.allCases), &chance)
        }
    }

    private func strike(with fault: Fault, _ chance: inout Chance) {
        switch fault {
        case .diskIsFull where conditions.fillsUp:
            note(.full, 1)
            disk.drive.isFull = true
            plan(.faultIsOver(.diskIsFull), in: 1_000...30_000_000, by: &chance)
        case .diskIsUnreadable where conditions.hidesPages:
            note(.unreadable, 1)
            disk.isUnreadable = true
            plan(.faultIsOver(.diskIsUnreadable), in: 1_000...5_000_000, by: &chance)
        case .commitIsInterrupted where conditions.interruptsCommits:
            disk.drive.callsLeft = chance.number(0...40)
        case .callsFail where conditions.failsCalls:
            disk.drive.failure = (chance.number(0...200), chance.number(1...4))
        case .flushFails where conditions.failsCalls:
            disk.drive.failsNextFlush = true
        case .fileIsSpoilt where conditions.rereads && !file.isSpoilt:
            note(.rereads, life, -1)
            file.spoil()
            hangUp()
            plan(.faultIsOver(.fileIsSpoilt), in: 1_000...5_000_000, by: &chance)
        case .wallSteps where conditions.wallSteps:
            let step = chance.one(of: [1, -1, 59, -61, 3_600, -3_600, -86_400, 315_360_000])
            wallOffset += Int64(step)
            if chance.oneIn(3) { zone = Int32(chance.number(-12...14) * 3_600) }
            note(.wallSteps, step)
            tally.count(.wallClockSteps)
        case .serverStops where conditions.stops:
            stop()
        case .fileChanges where conditions.rereads:
            changeFile(&chance)
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
            disk.drive.isFull = false
        case .diskIsUnreadable:
            note(.unreadable, 0)
            disk.isUnreadable = false
        case .fileIsSpoilt:
            repairFile()
        case .commitIsInterrupted, .callsFail, .flushFails, .wallSteps, .serverStops, .fileChanges,
            .linkStalls,
            .linkIsSevered, .serverPauses:
            break
        }
    }

    // MARK: The account file

    /// Somebody adds or removes an account by hand, and tells the server if he thinks of it.
    private func changeFile(_ chance: inout Chance) {
        guard !file.isSpoilt else { return }
        let name = chance.one(of: people).name
        if file.holds(name) {
            guard file.lines.count > 1 else { return }
            file.remove(name)
            model.mayBeGone(name)
        } else {
            let owner = people.first { $0.name == name && !$0.isStranger }
            file.write(Username(name)!, owner?.password ?? [0x21])  // a name that somebody has
        }
        note(.rereads, life, file.lines.count, Array(name.utf8))
        if !chance.oneIn(4) { hangUp() }
    }

    func repairFile() {
        guard file.isSpoilt else { return }
        note(.rereads, life, file.lines.count)
        file.repair()
        hangUp()
    }

    /// SIGHUP.
    private func hangUp() {
        guard isUp else { return }
        server.hasHangUp = true
        wakeServer()
    }
}
