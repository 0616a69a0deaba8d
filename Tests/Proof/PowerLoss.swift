// prove power-loss: whatever a power cut leaves of what was not flushed, everything that the server
// had confirmed is there when it comes back.
import ProofKit
import Sockets

struct PowerLoss {
    let options: Options

    func run() throws -> Row {
        let control = options.control
        let name = control.map { "power-loss, \($0.rawValue)" } ?? "power-loss"
        let count = options.states(planted: 200)
        let watch = Watch(name, count, "states")
        // The long load is one of several segments; most of the time goes to the short ones.
        let long = control == nil && count >= 500 ? count / 5 : 0
        let short = count - long
        let loads = max(1, short / 500)
        var chance = Seeded(options.seed)
        for load in 0..<loads {
            let states = short * (load + 1) / loads - short * load / loads
            try attack(.short, states, chance.next(), watch)
        }
        if long > 0 { try attack(.long, long, chance.next(), watch) }
        return watch.row
    }

    private func attack(
        _ kind: Recording.Kind, _ states: Int, _ seed: UInt64, _ watch: Watch
    ) throws {
        tell("\(watch.harness): a \(kind) load, seed \(seed)")
        let recording = try Recording(kind, options.server, seed: seed, seconds: 3, watch)
        tell(
            "\(watch.harness): \(recording.record.events.count) changes to the disk; confirmed: "
                + recording.ledger.book.summary)
        let queue = Guarded(Queue(recording, options.control, states, Seeded(seed)))
        let (server, enough) = (options.server, options.enough)
        let again = "\(options.again("power-loss")) --states \(options.states)"
        let workers = try (0..<options.workers).map { _ in
            try startThread(named: "trial") {
                while watch.found < enough, let state = queue.withLock({ $0.next() }) {
                    var trial = Trial(
                        ledger: recording.ledger, town: recording.town, server: server,
                        cut: .length(state.length), chance: state.chance)
                    let faults = trial.faults(with: state.picture)
                    if let fault = faults.first {
                        Self.report(fault, faults.count, state, watch, again)
                    }
                    watch.didOne()
                }
            }
        }
        for worker in workers { worker.join() }
    }

    private static func report(
        _ fault: String, _ count: Int, _ state: State, _ watch: Watch, _ again: String
    ) {
        let others = count > 1 ? ", and \(count - 1) more" : ""
        let what = "\(fault)\(others); entry \(state.entry), \(state.model)"
        // Of a control there is nothing to be learned.
        if again.contains("--control") || watch.found >= 5 {
            watch.found(what, again: again)
        } else {
            let kept = Folder.keep(state.picture, as: "power-loss")
            watch.found(what, again: "\(again); what was left of the folder: \(kept)")
        }
    }

    /// One moment, and one of the things that can be left then.
    struct State: Sendable {
        let entry: Int
        let length: Int
        let model: PowerCut.Model
        let picture: Picture
        let chance: Seeded
    }

    /// States in the order of the record, so that it is gone through once.
    private struct Queue: Sendable {
        private var disk: Disk
        private var entries: ArraySlice<Int>
        private var chance: Seeded

        init(_ recording: Recording, _ control: Control?, _ states: Int, _ chance: Seeded) {
            var chance = chance
            let record = control.map(recording.record.with) ?? recording.record
            disk = Disk(record, before: recording.before)
            entries =
                (0..<states).map { _ in chance.number(0...(record.events.count - 1)) }
                .sorted()[...]
            self.chance = chance
        }

        mutating func next() -> State? {
            guard let entry = entries.popFirst() else { return nil }
            disk.advance(through: entry)
            let model = chance.one(of: PowerCut.Model.allCases)
            var cut = PowerCut(model: model, chance: chance.branch())
            return State(
                entry: entry, length: disk.record.events[entry].end, model: model,
                picture: cut.picture(of: disk), chance: chance.branch())
        }
    }
}

extension DiskRecord {
    /// The same as a server with this bug would have left it. Entries keep their ends, by which the
    /// moments are known.
    func with(_ bug: Control) -> DiskRecord {
        var paths: [UInt64: String] = [:]
        var kept: [DiskEvent] = []
        for (place, event) in events.enumerated() {
            switch event.change {
            case .opened(let path), .created(let path), .folderMade(let path):
                paths[event.inode] = path
            case .flushed:
                let path = paths[event.inode] ?? ""
                switch bug {
                case .normal where path.hasSuffix("-wal"):
                    // A checkpoint begins with a flush, and then writes to the database.
                    if isWritten(".db", after: place, paths) { break }
                    continue
                case .noAccountFlush where path == "user_pass.txt": continue
                case .noFolderFlush where path.isEmpty: continue
                default: break
                }
            case .written, .cut, .unlinked, .renamed: break
            }
            kept.append(event)
        }
        return DiskRecord(bytes: bytes, events: kept)
    }

    /// Whether the next writing is to a file of this name.
    private func isWritten(
        _ suffix: String, after place: Int, _ paths: [UInt64: String]
    ) -> Bool {
        let next = events[(place + 1)...].first { event in
            if case .written = event.change { true } else { false }
        }
        return next.flatMap { paths[$0.inode] }?.hasSuffix(suffix) ?? false
    }
}
