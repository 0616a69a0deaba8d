// prove errors, fifth part: nobody reads the log, and the pipe that it goes to is full. That is
// nobody's business but the log's.
import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct UnreadLog {
    private let watch: Watch
    private let again: String
    private let server: String
    private let folder = TestFolder()
    private var chronicle = Chronicle(Town(people: 6, victims: 100, clients: 2))
    private var chance: Seeded
    private static let rounds = 3

    init(options: Options) {
        watch = Watch("errors: unread log", Self.rounds, "lives")
        again = options.again("errors")
        server = options.server
        chance = Seeded(options.seed)
    }

    mutating func run() throws -> Row {
        folder.put(chronicle.town.accounts, in: "user_pass.txt")
        for round in 1...Self.rounds {
            let pipe = "\(folder.path)/pipe\(round)"
            // Whoever reads the log is somebody else, who can be made to pause.
            let script = """
                mkfifo "$0" && { cat "$0" >&2 & } && echo $! > "$0.reader" && exec "$@" 2> "$0"
                """
            let wrapper = ["/bin/sh", "-c", script, pipe]
            var program = Program(path: server, wrapper: wrapper)
            program.environment["PATH"] = "/usr/bin:/bin"
            var subject = try Subject(program, in: folder.path)
            guard
                let digits = TestFolder.contents(of: "\(pipe).reader"),
                let reader = pid_t(String(decoding: digits.dropLast(), as: UTF8.self))
            else { throw Missing("a reader of the log") }

            let history = try chronicle.begin(subject)
            kill(reader, SIGSTOP)
            defer { kill(reader, SIGCONT) }
            try live(subject, history, round)
            kill(reader, SIGCONT)
            let exit = subject.process.waitForExit()
            if exit != .code(0) { found("after SIGTERM the server ends with \(exit)") }

            subject = try Subject(Program(path: server), in: folder.path)
            for fault in try chronicle.end(history, subject) { found(fault) }
            subject.kill()
            subject.process.waitForExit()
            watch.didOne()
        }
        return watch.row
    }

    /// Until much more has been said than a pipe holds; then the server is told to stop.
    private mutating func live(_ subject: Subject, _ history: History, _ round: Int) throws {
        // A program of its own: a clerk's complaints are read.
        let scene = Scene(chronicle.town, history, subject, clerk: Program(path: server))
        let crowd = try Crowd(scene, seed: chance.next(), registrations: 3)
        usleep(4_000_000)
        crowd.disperse()
        let said = history.soFar.sent.count
        if said < 1_000 { found("in 4 s only \(said) messages are taken") }

        subject.process.send(SIGTERM)
        let deadline = ContinuousClock.now + .seconds(5)
        while !subject.hasEnded {
            guard ContinuousClock.now < deadline else { return found("SIGTERM has no effect") }
            usleep(10_000)
        }
    }

    private func found(_ what: String) {
        watch.found(what, again: again)
    }
}
