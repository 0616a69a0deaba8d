// prove kill-client: clients that are killed in every moment of their mail being read out find it
// again, byte for byte, as often as it takes; and it is gone when they have shown that they read
// it.
import ProofKit
import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct KillClient {
    let options: Options

    func run() throws -> Row {
        let cycles = options.clients(planted: 100)
        let bug = options.control
        let name = bug.map { "kill-client, \($0.rawValue)" } ?? "kill-client"
        let watch = Watch(name, cycles, "cycles")
        let folder = TestFolder()
        let readers = (0..<options.workers).map { "ann\($0)" }
        let everybody = readers + readers.map(Victim.friend)
        let accounts = everybody.map { "\($0) \(Town.word(of: $0))\n" }
        folder.put(accounts.joined(), in: "user_pass.txt")
        let subject = try Subject(Program(path: options.server), in: folder.path)
        var chance = Seeded(options.seed)

        let port = subject.port
        let left = Guarded(cycles)
        let enough = options.enough
        let again = "\(options.again("kill-client")) --clients \(cycles)"
        let threads = try readers.map { reader in
            let own = chance.branch()
            return try startThread(named: "reader") {
                var victim = Victim(
                    reader: reader, port: port, chance: own, isReadUnnoticed: bug != nil)
                while watch.found < enough,
                    left.withLock({ left in
                        left -= 1
                        return left >= 0
                    })
                {
                    do {
                        try victim.cycle()
                    } catch {
                        watch.found("\(reader): \(error)", again: again)
                    }
                    watch.didOne()
                }
            }
        }
        for thread in threads { thread.join() }

        let exit = subject.terminate()
        if exit != .code(0) { watch.found("the server ended with \(exit)", again: again) }
        return watch.row
    }
}

/// Somebody whose client is killed all the time.
private struct Victim {
    let reader: String
    let port: UInt16
    var chance: Seeded
    /// What waits, as it was shown first; nil when that is not known.
    var waiting: [String]?
    private var number = 0
    /// A planted bug: who has read everything says one line more than we know of.
    private let isReadUnnoticed: Bool

    init(reader: String, port: UInt16, chance: Seeded, isReadUnnoticed: Bool) {
        self.reader = reader
        self.port = port
        self.chance = chance
        self.isReadUnnoticed = isReadUnnoticed
    }

    private enum Death: CaseIterable {
        /// Before anything was read.
        case atOnce
        /// With something unread, so that the kernel sends a reset.
        case midway
        /// By a reset, as of a machine that came back without memory.
        case midwayByReset
        /// When everything was read, and nothing was said after it.
        case afterwards
        /// The same, but for a line that was not finished.
        case inHalfALine
        /// A line was said before anything was read.
        case havingTypedAhead
    }

    /// One death, and a look at what is there afterwards. Now and then all is read for good, and
    /// there is other mail.
    mutating func cycle() throws {
        if waiting == nil { try write() }
        try die(chance.one(of: Death.allCases))
        let client = try enter()
        let mail = Array(try client.lines(through: "DONE").dropLast())
        if let waiting, mail != waiting { throw Missing(difference(mail, waiting)) }
        waiting = mail
        guard chance.oneIn(4) else { return client.close() }

        // The next line after `DONE`: it is read, and gone, whatever happens after the reply.
        switch chance.number(0...2) {
        case 0:
            try leave(client)
        case 1:
            try client.say("who")
            _ = try client.line()
            client.close()
        default:
            try client.say("")
            _ = try client.line()
            client.reset()
        }
        let next = try enter()
        let rest = try next.lines(through: "DONE").dropLast()
        if let first = rest.first { throw Missing("an empty queue; there is \(first)") }
        try leave(next)
        waiting = nil
    }

    /// Who writes to a reader.
    static func friend(of reader: String) -> String { "friend-of-\(reader)" }

    /// Some short ones, or many, or long ones.
    private mutating func write() throws {
        let friend = Self.friend(of: reader)
        let client = try enter(as: friend)
        _ = try client.lines(through: "DONE")
        let count = chance.one(of: [1, 3, 20, 200])
        let lines = (1...count).map { place in
            "send \(reader) \(message(number + place, &chance))\n"
        }
        number += count
        try client.send(lines.flatMap(\.utf8))
        for line in lines where try client.lines(through: "DONE").first != "sent:" {
            throw Missing("`sent:` after \(line)")
        }
        try leave(client)
    }

    /// In good order, so that all is read.
    private func leave(_ client: TestClient) throws {
        try client.say("logout")
        while try client.line() != nil {}
    }

    /// As soon as the server has noticed that the last client is gone.
    private func enter(
        as name: String? = nil, typingAhead: String = "", receiveBuffer: Int32? = nil
    ) throws -> TestClient {
        let name = name ?? reader
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            let client = try TestClient(port: port, receiveBuffer: receiveBuffer)
            // One packet, whatever is in it.
            try client.say("login \(name) \(Town.word(of: name))\(typingAhead)")
            let reply = try client.line() ?? "nothing"
            if reply == "welcome" { return client }
            guard reply == "connected" else { throw Missing("a welcome; there came \(reply)") }
            client.close()
            usleep(500)
        }
        throw Missing("an end of the last session")
    }

    private mutating func die(_ death: Death) throws {
        let client = try enter(
            typingAhead: death == .havingTypedAhead ? "\nfetch" : "",
            receiveBuffer: chance.oneIn(2) ? 4_096 : nil)
        switch death {
        case .atOnce: break
        case .midway, .midwayByReset, .havingTypedAhead:
            _ = try client.lines(chance.number(0...max(0, (waiting?.count ?? 1) - 1)))
        case .afterwards, .inHalfALine:
            _ = try client.lines(through: "DONE")
        }
        if death == .afterwards, isReadUnnoticed { _ = try client.ask("who") }
        if death == .inHalfALine { try client.send(Array("logou".utf8)) }
        if death == .midwayByReset { client.reset() } else { client.close() }
    }

    private func difference(_ mail: [String], _ waiting: [String]) -> String {
        let place = zip(mail, waiting).enumerated().first { $1.0 != $1.1 }?.offset
        guard let place else { return "\(waiting.count) lines again; there are \(mail.count)" }
        return "\(waiting[place].prefix(80)) again; there is \(mail[place].prefix(80))"
    }
}
