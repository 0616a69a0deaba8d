// prove kill-server: the server is killed in the middle of its work, again and again; nothing that it
// had confirmed is lost, nothing comes that nobody sent, and nobody finds what was read for good.
import ProofKit
import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct KillServer {
    let options: Options
    private let town = Town(people: 6, victims: 400, clients: 2)
    private let watch: Watch
    private var chance: Seeded
    private let folder = TestFolder()
    private let program: Program
    /// Messages of all cycles so far, and the accounts as they are known after them.
    private var letters = 0
    private var residents: [Resident]
    private var guesses: [String: Guesses] = [:]

    init(options: Options) {
        self.options = options
        watch = Watch("kill-server", options.cycles ?? 200, "cycles")
        chance = Seeded(options.seed)
        program = Program(path: options.server)
        residents = town.residents
    }

    mutating func run() throws -> Row {
        folder.put(town.accounts, in: "user_pass.txt")
        var history = History(residents)
        for cycle in 1...(options.cycles ?? 200) {
            try disturbStart()
            let subject = try Subject(program, in: folder.path)
            try judge(history, subject, cycle)
            history = try begin(subject)
            try live(history, subject, cycle)
            watch.didOne()
        }
        let subject = try Subject(program, in: folder.path)
        try judge(history, subject, 0)
        let exit = subject.terminate()
        if exit != .code(0) { found("after SIGTERM the server ends with \(exit)", 0) }
        return watch.row
    }

    // MARK: A cycle

    /// Sometimes the server is killed while it looks at what the last one left.
    private mutating func disturbStart() throws {
        while chance.oneIn(4) {
            let process = try program.start([], in: folder.path)
            usleep(UInt32(chance.length(upTo: 30_000)))
            process.send(SIGKILL)
            process.waitForExit()
        }
    }

    /// A book of its own for the cycle. Its first message settles all that was read before: if any
    /// of it came again, nobody would know it.
    private mutating func begin(_ subject: Subject) throws -> History {
        let history = History(residents, guesses: guesses, firstNumber: letters)
        let visit = try Visit(
            town.people[0], Town.word(of: town.people[0]), at: subject.port, history)
        try visit.send(to: [town.people[0]]) { "\($0): so far everything was read" }
        try visit.leave(.logout)
        return history
    }

    private mutating func live(_ history: History, _ subject: Subject, _ cycle: Int) throws {
        let scene = Scene(town, history, subject)
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
        }
    }

    // MARK: What is there afterwards

    /// Everybody of the last cycle comes once more, reads what waits, and says so.
    private mutating func judge(_ history: History, _ subject: Subject, _ cycle: Int) throws {
        let cut = Cut.order(history.now().order)
        var ledger = Ledger(history.soFar)
        let known = Set(residents.map(\.name))
        let newcomers = ledger.book.residents.values.map(\.name).filter { !known.contains($0) }
        let readers = town.people + (newcomers + town.clients).sorted()
        for name in readers {
            guard let passwords = ledger.passwords(of: name, after: cut) else { continue }
            guard let word = try read(name, passwords, history, subject) else {
                found("\(name) cannot sign in", cycle)
                continue
            }
            history.choose(word, for: name)
            history.confirmChoice(for: name)
        }
        for name in town.victims where cut.covers(ledger.book.guesses[name]?.blocked) {
            let visit = try Visit(of: name, at: subject.port, History([]))
            let reply = try visit.ask("login \(name) \(Town.word(of: name))")
            if !reply.hasPrefix("blocked:") { found("\(name) is not blocked: \(reply)", cycle) }
        }

        ledger = Ledger(history.soFar)
        for fault in ledger.faultsOfSittings() { found(fault, cycle) }
        remember(ledger)
    }

    /// The password that was right, or nil.
    private func read(
        _ name: String, _ passwords: [String], _ history: History, _ subject: Subject
    ) throws -> String? {
        for password in passwords {
            do {
                let visit = try Visit(name, password, at: subject.port, history)
                try visit.leave(.logout)
                return password
            } catch Leaving.turnedAway {
                continue
            }
        }
        return nil
    }

    private mutating func remember(_ ledger: Ledger) {
        letters += ledger.book.sent.count
        guesses = ledger.book.guesses.mapValues { known in
            Guesses(
                begun: known.begun.map { _ in .beginning },
                blocked: known.blocked.map { _ in .beginning })
        }
        residents = ledger.book.residents.values.compactMap { resident in
            guard let word = resident.passwords.last(where: { $0.kept != nil }) else { return nil }
            let choice = Resident.Choice(text: word.text, begun: .beginning, kept: .beginning)
            return Resident(name: resident.name, passwords: [choice])
        }
    }

    private func found(_ what: String, _ cycle: Int) {
        watch.found(
            "\(what), in cycle \(cycle)",
            again: "prove kill-server --seed \(options.seed) --cycles \(options.cycles ?? 200)")
    }
}
