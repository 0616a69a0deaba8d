// prove errors, first part: each call that the server makes on its folder fails once, and from then
// on for ever; with every errno that a disk has.
import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct FailingCalls {
    private let isControl: Bool
    private let callsMax: Int
    private let watch: Watch
    private let again: String
    private let folder = TestFolder()
    private let data: String
    private let chaos: Chaos
    private let program: Program
    private var chronicle: Chronicle
    private var number = 0

    private struct Trouble {
        let plan: Chaos.Plan
        let outcome: Outcome
        /// It takes a lot of mail until such a call is made.
        var isRare = false
    }

    private enum Outcome {
        /// Nobody notices.
        case nothing
        /// Refusals, and full service afterwards.
        case refusals
        /// The process ends with 1 and says why: after a failed flush nobody knows what is on disk.
        case end
        case refusalsOrEnd
    }

    init(options: Options) throws {
        isControl = options.control != nil
        callsMax = options.calls
        let bug = options.control.map { ", \($0.rawValue)" } ?? ""
        watch = Watch("errors: failing calls\(bug)", nil, "calls failed")
        again = options.again("errors")
        data = TestFolder.make(in: folder.path, "served")
        chaos = Chaos(in: folder.path)
        let recorder = try Recorder(into: folder.path)
        program = Program(
            path: options.server,
            environment: recorder.environment(folder: data, chaos: chaos.path))
        chronicle = Chronicle(Town(people: 3, victims: 1_500, clients: 0))
    }

    private static let troubles: [Trouble] = {
        var troubles: [Trouble] = []
        func add(
            _ name: String, _ calls: [Chaos.Call], _ code: Int32, on suffix: String = "",
            sticky: [Bool] = [false, true], isRare: Bool = false, _ outcome: Outcome
        ) {
            for isSticky in sticky {
                let title = "\(name)\(isSticky ? ", from then on" : "")"
                let plan = Chaos.Plan(
                    name: title, calls: calls, code: code, isSticky: isSticky, suffix: suffix)
                troubles.append(Trouble(plan: plan, outcome: outcome, isRare: isRare))
            }
        }
        add("ENOSPC on a write", [.write, .cut], ENOSPC, .refusals)
        add("EIO on a write", [.write, .cut], EIO, .refusals)
        add("EDQUOT on a write", [.write], EDQUOT, sticky: [true], .refusals)
        add("half a write", [.write], 0, .nothing)
        add("EINTR on a write", [.write], EINTR, sticky: [false], .nothing)
        add("EIO on a read", [.read], EIO, .refusals)
        add("EIO on an open", [.open], EIO, .refusals)
        add("EMFILE on an open", [.open], EMFILE, .refusals)
        add("EINTR on an open", [.open], EINTR, sticky: [false], .nothing)
        add("EIO on a flush of the accounts", [.flush], EIO, on: "user_pass.txt", .refusals)
        add(
            "EINTR on a flush of the accounts", [.flush], EINTR, on: "user_pass.txt",
            sticky: [false], .nothing)
        add("EIO on a flush of the log", [.flush], EIO, on: "-wal", .end)
        add("ENOSPC on a flush of the log", [.flush], ENOSPC, on: "-wal", .end)
        add("EIO on a flush of anything", [.flush], EIO, sticky: [true], .refusalsOrEnd)
        // These are made when the log is carried home.
        let home = "messages.db"
        add(
            "EIO on a write of a checkpoint", [.write, .cut], EIO, on: home, isRare: true, .refusals
        )
        add(
            "ENOSPC on a write of a checkpoint", [.write, .cut], ENOSPC, on: home, isRare: true,
            .refusals)
        add(
            "EIO on a flush of a checkpoint", [.flush], EIO, on: home, sticky: [false],
            isRare: true, .end)
        return troubles
    }()

    /// A planted bug.
    private static let lie = Chaos.Plan(
        name: "a write that is not done", calls: [.write], code: Chaos.lie, isSticky: true,
        suffix: "-wal")

    mutating func run() throws -> Row {
        Folder.make(["user_pass.txt": Array(chronicle.town.accounts.utf8)], in: data)
        if isControl {
            try suffer(Self.lie)
        } else {
            for trouble in Self.troubles { try suffer(trouble) }
        }
        return watch.row
    }

    /// Everything looks well as long as the server lives, so it does not live long.
    private mutating func suffer(_ lie: Chaos.Plan) throws {
        for call in 1...10 where watch.found == 0 {
            let subject = try Subject(program, in: data)
            let history = try chronicle.begin(subject)
            chaos.arm(lie, at: call)
            number += 1
            _ = try? Routine(subject: subject, history: history, number: number).run()
            chaos.disarm()
            watch.didOne()
            subject.kill()
            subject.process.waitForExit()
            guard let next = try restart(history, "\(lie.name), call \(call)") else { return }
            next.kill()
            next.process.waitForExit()
        }
    }

    /// The first call fails, then the second, and so on until there is no other.
    private mutating func suffer(_ trouble: Trouble) throws {
        var subject = try Subject(program, in: data)
        var history = try chronicle.begin(subject)
        var call = 0
        var wasHit = true
        let callsMax = min(callsMax, trouble.isRare ? 3 : 300)
        while wasHit, call < callsMax {
            call += 1
            let title = "\(trouble.plan.name), call \(call)"
            chaos.arm(trouble.plan, at: call)
            let refusals = live(subject, history, trouble)
            chaos.disarm()
            wasHit = chaos.failed > 0
            if wasHit { watch.didOne() }
            if let refusals, !refusals.isEmpty, trouble.outcome == .nothing {
                found("\(refusals) although it could have been done, \(title)")
            }

            let goesOn = Routine.worksAgain(subject, history, numbers: &number)
            if goesOn, wasHit, trouble.outcome == .end { found("nobody notices, \(title)") }
            if !goesOn {
                examineEnd(of: subject, trouble, title)
                guard let next = try restart(history, title) else { return }
                subject = next
                history = try chronicle.begin(subject)
            }
        }
        subject.kill()
        subject.process.waitForExit()
        guard let last = try restart(history, trouble.plan.name) else { return }
        last.kill()
        last.process.waitForExit()
        tell("\(watch.harness): \(trouble.plan.name): \(call - 1) calls")
    }

    /// What was refused; nil when the server is gone.
    private mutating func live(
        _ subject: Subject, _ history: History, _ trouble: Trouble
    ) -> [String]? {
        number += 1
        var refusals = try? Routine(subject: subject, history: history, number: number).run()
        for _ in 0..<100 where trouble.isRare && refusals != nil && chaos.failed == 0 {
            number += 1
            let routine = Routine(subject: subject, history: history, number: number)
            refusals = try? routine.fill()
        }
        return refusals
    }

    /// The next life on the same data, and what it knows of the last one. Nil when there is none.
    private mutating func restart(_ history: History, _ title: String) throws -> Subject? {
        do {
            let subject = try Subject(program, in: data)
            for fault in try chronicle.end(history, subject) {
                found("\(fault), after \(title)")
            }
            return subject
        } catch let missing as Missing {
            found("the server does not start: \(missing), after \(title)")
            return nil
        }
    }

    /// It does not work any more.
    private func examineEnd(of subject: Subject, _ trouble: Trouble, _ title: String) {
        guard subject.hasEnded else {
            found("no full service within 5 s, \(title)")
            subject.kill()
            subject.process.waitForExit()
            return
        }
        let exit = subject.process.waitForExit()
        let log = subject.process.errors.lines
        let last = log.suffix(3)
        switch trouble.outcome {
        case .nothing, .refusals: found("the server ends with \(exit) and \(last), \(title)")
        case .end, .refusalsOrEnd:
            if exit != .code(1) { found("the server ends with \(exit) and \(last), \(title)") }
            if !log.contains(where: { $0.contains("event=store-failed reason=") }) {
                found("the server says \(last) and ends, \(title)")
            }
        }
    }

    private func found(_ what: String) {
        watch.found(what, again: again)
    }
}
