// prove errors, fourth part: the process has no descriptor left. Whoever is in is served, whoever
// comes is turned away, which costs nothing; and when somebody leaves, others can come.
import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct NoDescriptors {
    private let watch: Watch
    private let again: String
    private let server: String
    private let folder = TestFolder()
    private var chronicle = Chronicle(Town(people: 300, victims: 40, clients: 0))
    private var number = 0
    /// With 20 descriptors the server is just able to start.
    private static let limits = [32, 64, 128, 256]

    init(options: Options) {
        watch = Watch("errors: no descriptors", Self.limits.count, "limits")
        again = options.again("errors")
        server = options.server
    }

    mutating func run() throws -> Row {
        folder.put(chronicle.town.accounts, in: "user_pass.txt")
        for limit in Self.limits {
            let wrapper = ["/bin/sh", "-c", "ulimit -n \(limit); exec \"$0\" \"$@\""]
            var subject = try Subject(Program(path: server, wrapper: wrapper), in: folder.path)
            let history = try chronicle.begin(subject)
            try starve(subject, history, limit)
            subject.kill()
            subject.process.waitForExit()
            subject = try Subject(Program(path: server), in: folder.path)
            for fault in try chronicle.end(history, subject) { found(fault, limit) }
            subject.kill()
            subject.process.waitForExit()
            watch.didOne()
        }
        return watch.row
    }

    private mutating func starve(
        _ subject: Subject, _ history: History, _ limit: Int
    ) throws {
        var visits: [Visit] = []
        for name in chronicle.town.people.dropFirst(3) {
            guard let visit = try enter(name, subject, history) else { break }
            visits.append(visit)
        }
        if visits.count < (limit - 20) / 2 || visits.count > limit {
            return found("there is room for \(visits.count)", limit)
        }
        // Somebody makes room for one who wants an account, for which there is no descriptor
        // either. The server may have something of its own to open first.
        var stranger: TestClient?
        while stranger == nil, visits.count > 2 {
            try visits.removeLast().leave(.logout)
            stranger = try self.stranger(subject)
        }
        guard let guest = stranger else { return found("there is no room at the door", limit) }

        // Who waits at the door keeps the listener readable all the while.
        let queue = try (0..<20).map { _ in try TestClient(port: subject.port) }
        let before = ProcessStatus(subject.process.pid)?.processorTime ?? 0
        usleep(1_000_000)
        let spent = (ProcessStatus(subject.process.pid)?.processorTime ?? .max) - before
        if spent > 5 { found("being starved costs \(spent) % of a processor", limit) }

        for visit in [visits[0], visits[visits.count - 1]] {
            let reply = try visit.send(to: .persons(["ann1"])) { "\($0): it is crowded here" }
            if reply != "sent:" { found("somebody who is in reads \(reply)", limit) }
        }
        history.choose("secret", for: "crowded\(limit)")
        try guest.say("new crowded\(limit) secret")
        let reply = try guest.line() ?? "nothing"
        if reply == "registered" { history.confirmChoice(for: "crowded\(limit)") }
        if !["registered", "error:storage:register"].contains(reply) {
            found("somebody registers and reads \(reply)", limit)
        }
        guest.close()

        for client in queue { client.close() }
        for visit in visits { try visit.leave(.logout) }
        if !Routine.worksAgain(subject, history, numbers: &number) {
            found("no full service within 5 s of there being room", limit)
        }
    }

    /// At the door, where somebody has just gone: not before the server has noticed. Nil when it is
    /// not for this one.
    private func stranger(_ subject: Subject) throws -> TestClient? {
        for _ in 0..<200 {
            let client = try TestClient(port: subject.port)
            if (try? client.say("nobody")) != nil, (try? client.line()) == "register" {
                try client.say("n")
                _ = try client.line()
                return client
            }
            client.close()
            usleep(5_000)
        }
        return nil
    }

    /// Nil when nobody answers the door.
    private func enter(
        _ name: String, _ subject: Subject, _ history: History
    ) throws -> Visit? {
        do {
            return try Visit(name, Town.word(of: name), at: subject.port, history)
        } catch Leaving.cutOff {
            return nil
        }
    }

    private func found(_ what: String, _ limit: Int) {
        watch.found("\(what), with \(limit) descriptors", again: again)
    }
}
