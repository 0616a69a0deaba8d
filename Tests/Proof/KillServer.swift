// prove kill-server: the server is killed in the middle of its work, again and again; nothing that
// it had confirmed is lost, nothing comes that nobody sent, and nobody finds what was read for
// good.
import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct KillServer {
    private let watch: Watch
    private let again: String
    private let cycles: Int
    private let enough: Int
    private let bug: Control?
    private let folder = TestFolder()
    private let program: Program
    private var chronicle = Chronicle(
        Town(people: 6, victims: 400, clients: 2, changers: 1, rooms: 2))
    private var chance: Seeded

    init(options: Options) {
        cycles = options.cycles(planted: 10)
        enough = options.enough
        bug = options.control
        let name = bug.map { "kill-server, \($0.rawValue)" } ?? "kill-server"
        watch = Watch(name, cycles, "cycles")
        again = "\(options.again("kill-server")) --cycles \(cycles)"
        program = Program(path: options.server)
        chance = Seeded(options.seed)
    }

    mutating func run() throws -> Row {
        do {
            try suffer()
        } catch let missing as Missing {
            found("the server does not start: \(missing)", watch.done)
        }
        return watch.row
    }

    private mutating func suffer() throws {
        folder.put(chronicle.town.accounts, in: "user_pass.txt")
        var history: History?
        for cycle in 1...cycles where watch.found < enough {
            try disturbStart()
            let subject = try Subject(program, in: folder.path)
            if let history { try judge(history, subject, cycle) }
            let next = try chronicle.begin(subject)
            try live(next, subject, cycle)
            history = next
            watch.didOne()
        }
        let subject = try Subject(program, in: folder.path)
        if let history { try judge(history, subject, cycles) }
        let exit = subject.terminate()
        if exit != .code(0) { found("after SIGTERM the server ends with \(exit)", cycles) }
    }

    /// Sometimes the server is killed while it looks at what the last one left.
    private mutating func disturbStart() throws {
        while chance.oneIn(4) {
            let process = try program.start([], in: folder.path)
            usleep(UInt32(chance.length(upTo: 30_000)))
            process.send(SIGKILL)
            process.waitForExit()
        }
    }

    private mutating func live(_ history: History, _ subject: Subject, _ cycle: Int) throws {
        let scene = Scene(chronicle.town, history, subject)
        let crowd = try Crowd(scene, seed: chance.next(), registrations: 3)
        usleep(UInt32(chance.number(10_000...400_000)))
        if chance.oneIn(12) {
            crowd.disperse()
            let exit = subject.terminate()
            if exit != .code(0) { found("after SIGTERM the server ends with \(exit)", cycle) }
        } else {
            subject.kill()
            crowd.disperse()
            let exit = subject.process.waitForExit()
            if exit != .signal(SIGKILL) { found("the server ended by itself: \(exit)", cycle) }
            if bug == .shortLog { cutLog() }
        }
    }

    /// The last pages of the log were not there yet.
    private func cutLog() {
        let log = "\(folder.path)/data/messages.db-wal"
        let size = TestFolder.contents(of: log)?.count ?? 0
        // The text ends with a NUL.
        unsafe truncate(log, off_t(max(0, size - 50_000)))
    }

    private mutating func judge(_ history: History, _ subject: Subject, _ cycle: Int) throws {
        for fault in try chronicle.end(history, subject) { found(fault, cycle) }
    }

    private func found(_ what: String, _ cycle: Int) {
        watch.found("\(what), in cycle \(cycle)", again: again)
    }
}
