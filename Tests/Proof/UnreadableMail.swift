// prove errors, second part: the disk does not give back what somebody's mail is read from. What
// can be had is shown, what cannot stays where it is, and all of it comes when the disk is well.
import ProofKit
import Store

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct UnreadableMail {
    private let watch: Watch
    private let enough: Int
    private let callsMax: Int
    private let again: String
    private let folder = TestFolder()
    private let data: String
    private let chaos: Chaos
    private let program: Program
    private let reader = "ann0"
    private let writer = "ann1"
    private static let letters = 60

    init(options: Options) throws {
        watch = Watch("errors: unreadable mail", nil, "calls failed")
        enough = options.enough
        callsMax = options.calls
        again = options.again("unreadable-mail")
        data = TestFolder.make(in: folder.path, "served")
        chaos = Chaos(in: folder.path)
        let recorder = try Recorder(into: folder.path)
        program = Program(
            path: options.server,
            environment: recorder.environment(folder: data, chaos: chaos.path))
    }

    func run() throws -> Row {
        let accounts = [reader, writer].map { "\($0) \(Town.word(of: $0))\n" }
        Folder.make(["user_pass.txt": Array(accounts.joined().utf8)], in: data)
        // Small ones: what is in a segment that is closed is read from the disk.
        var store = SQLiteStore.Options()
        store.segmentEntries = 16
        try SQLiteStore(folder: "\(data)/data", options: store).close()
        for isSticky in [false, true] {
            let plan = Chaos.Plan(
                name: "EIO on a read\(isSticky ? ", from then on" : "")", calls: [.read],
                code: EIO, isSticky: isSticky, suffix: "")
            var call = 0
            repeat {
                call += 1
                chaos.disarm()
                try suffer(plan, call)
            } while chaos.failed > 0 && call < callsMax && watch.found < enough
            tell("\(watch.harness): \(plan.name): \(call - 1) calls")
        }
        return watch.row
    }

    /// In a new process, which has read nothing yet.
    private func suffer(_ plan: Chaos.Plan, _ call: Int) throws {
        let title = "\(plan.name), call \(call)"
        let mail = try write()
        let subject = try Subject(program, in: data)
        chaos.arm(plan, at: call)
        let client = try TestClient(port: subject.port)
        let first = try enter(client)
        // It proves that the first was read; what it shows itself is never proven.
        try client.say("who")
        let second = Array(try client.lines(through: "DONE").dropFirst().dropLast())
        client.close()
        let hits = chaos.failed
        chaos.disarm()
        if hits > 0 { watch.didOne() }

        let last = try takeAll(subject)
        let unproven = mail.dropFirst(first.count)
        if !mail.starts(with: first) || !unproven.starts(with: second) {
            found("what is shown is not what waits, \(title)")
        }
        // An acknowledgement that could not be kept makes mail come again.
        if last != Array(unproven), last != mail || hits == 0 {
            found("\(last.count) of \(mail.count) letters are left after \(first.count), \(title)")
        }
        if hits == 0, first != mail { found("not all is shown, \(title)") }
        let exit = subject.terminate()
        if exit != .code(0) { found("the server ends with \(exit), \(title)") }
    }

    /// As it is shown to somebody who does not prove that it was read.
    private func write() throws -> [String] {
        let subject = try Subject(program, in: data)
        let client = try TestClient(port: subject.port)
        _ = try enter(client, as: writer)
        for number in 0..<Self.letters {
            let text = String(repeating: "\(number) ", count: 800)
            let reply = try client.ask("send \(reader) \(text)")
            if reply.first != "sent:" { throw Missing("sent: after \(number); \(reply)") }
        }
        client.close()
        let look = try TestClient(port: subject.port)
        let mail = try enter(look)
        look.close()
        subject.kill()
        subject.process.waitForExit()
        guard mail.count == Self.letters else { throw Missing("\(Self.letters) letters") }
        return mail
    }

    private func takeAll(_ subject: Subject) throws -> [String] {
        for _ in 0..<5_000 {
            let client = try TestClient(port: subject.port)
            try client.say("login \(reader) \(Town.word(of: reader))")
            // The server has not noticed yet how we left.
            if try client.line() == "connected" {
                client.close()
                usleep(1_000)
                continue
            }
            let mail = try client.lines(through: "DONE")
            try client.say("logout")
            while try client.line() != nil {}
            return Array(mail.dropLast())
        }
        throw Missing("an end of the last session of \(reader)")
    }

    private func enter(_ client: TestClient, as name: String? = nil) throws -> [String] {
        let name = name ?? reader
        let lines = try client.ask("login \(name) \(Town.word(of: name))")
        guard lines.first == "welcome" else { throw Missing("a welcome; there came \(lines)") }
        return Array(lines.dropFirst().dropLast())
    }

    private func found(_ what: String) {
        watch.found(what, again: again)
    }
}
