// A load on the real server, with everything that it did to its folder, and everything that its
// clients saw.
import ProofKit
import Sockets
import Store

struct Recording: Sendable {
    let before: Picture
    let record: DiskRecord
    let ledger: Ledger
    let town: Town

    enum Kind: CaseIterable {
        /// Small segments, so that many are closed; several lives, of which only the last one ends
        /// in good order.
        case short
        /// Segments as they are, and more letters than go into one.
        case long
    }

    /// Runs the load. What went wrong already then is found at once.
    init(_ kind: Kind, _ server: String, seed: UInt64, seconds: Double, _ watch: Watch) throws {
        let place = TestFolder()
        let folder = place.path
        let data = TestFolder.make(in: folder, "served")
        let recordPath = "\(folder)/record"
        let recorder = try Recorder(into: folder)
        let chaos = Chaos(in: folder)
        var chance = Seeded(seed)

        town = Town(
            people: kind == .short ? 6 : 3, victims: 60, clients: 3, changers: 1, rooms: 2)
        let flood = Flood()
        Folder.make(["user_pass.txt": Array((town.accounts + flood.accounts).utf8)], in: data)
        if kind == .short {
            var options = SQLiteStore.Options()
            options.segmentEntries = 128
            try SQLiteStore(folder: "\(data)/data", options: options).close()
        }
        before = Folder.picture(of: data)

        let environment = recorder.environment(
            folder: data, record: recordPath, chaos: chaos.path)
        let program = Program(path: server, environment: environment)
        let history = History(town.residents + flood.residents, record: recordPath)
        let lives = kind == .short ? 4 : 2
        for life in 1...lives {
            let subject = try Subject(program, in: data)
            if life == 1 { try town.found(subject, history) }
            let scene = Scene(town, history, subject)
            let crowd = try Crowd(scene, seed: chance.next(), registrations: 6)
            if kind == .long {
                try flood.run(rounds: 800, scene)
            } else {
                scene.pause(milliseconds: Int(seconds * 1_000) / lives)
            }
            if life < lives {
                chaos.whileAllIsStill {
                    history.killed()
                    subject.kill()
                    subject.awaitEnd()
                }
            }
            crowd.disperse()
            if life == lives {
                let exit = subject.terminate()
                if exit != .code(0) { history.odd("after SIGTERM the server ends with \(exit)") }
            } else {
                subject.process.waitForExit()
            }
        }

        guard let record = DiskRecord(TestFolder.contents(of: recordPath) ?? []) else {
            throw Missing("a record that ends with a whole entry")
        }
        self.record = record
        ledger = Ledger(history.soFar)
        for fault in ledger.faultsOfSittings() {
            watch.found("while the load ran: \(fault)", again: "prove power-loss --seed \(seed)")
        }
        try check(against: Folder.picture(of: data))
    }

    /// The record is good for nothing unless all of it gives what there is now.
    private func check(against now: Picture) throws {
        var disk = Disk(record, before: before)
        disk.advance(through: record.events.count - 1)
        var cut = PowerCut(model: .allKept, chance: Seeded(0))
        let picture = cut.picture(of: disk)
        for path in Set(now.keys).union(picture.keys).sorted() where !path.hasSuffix("-shm") {
            guard now[path] == picture[path] else {
                throw Missing("in the record what happened to \(path)")
            }
        }
    }
}
