import ProofKit
import Sockets
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A real server under load is killed at a random point, again and again, on the same data.
///
/// `CHATSERV_TEST_CYCLES` says how often, `CHATSERV_TEST_SEED` with which chance.
@Suite(.serialized) struct KillNineTests {
    private static let users = (0..<6).map { "user\($0)" }

    @Test func `killed at any point, the server has kept what it confirmed`() throws {
        let cycles = Self.number("CHATSERV_TEST_CYCLES") ?? 50
        let seed = UInt64(Self.number("CHATSERV_TEST_SEED") ?? 1)
        var chance = Chance(seed)
        let server = try TestServer(accounts: Self.users.map { "\($0) \($0)\n" }.joined())
        var checker = DiaryChecker()
        checker.read([try openRoom(on: server)])

        for life in 0..<cycles {
            let diaries = try liveAndDie(server, life: life, &chance)
            checker.read(diaries)
            let accounts = server.folder.text(of: "user_pass.txt")
            for name in diaries.flatMap(\.registered) {
                #expect(accounts.contains("\n\(name) $argon2id$"), "\(name) is lost, seed \(seed)")
            }
            try server.start()
        }
        for life in cycles..<(cycles + 2) {
            checker.read(
                try Self.users.map { user in
                    var peer = try peer(user, on: server, life: life, seed: 0)
                    return try peer.readAll()
                })
        }
        checker.conclude()
        checker.check(members: try members(on: server))

        #expect(checker.violations == [], "seed \(seed)")
        #expect(checker.sent >= cycles * 200)
        // Kills have cut conversations in two.
        #expect(checker.repeats > 0)
        #expect(checker.shownInRoom > 0)
        #expect(checker.news > 0)
        #expect(server.terminate() == .code(0))
    }

    /// The first of them has made it, and is inside.
    private func openRoom(on server: TestServer) throws -> Diary {
        var diary = Diary(user: Self.users[0], life: 0)
        var move = Diary.Move(isInside: true, began: .now)
        let client = try server.signIn(diary.user).client
        #expect(
            try client.ask("create \(Diary.room) forever")
                == ["created:\(Diary.room):2", "DONE"])
        move.ended = .now
        diary.moves = [move]
        client.reset()
        try server.logged("event=signed-out")
        return diary
    }

    /// Somebody new goes in and looks.
    private func members(on server: TestServer) throws -> [String] {
        let client = try server.connect()
        let welcome = try client.ask("new visitor secret")
        #expect(welcome == ["registered", "welcome", "DONE"])
        #expect(try client.ask("join \(Diary.room)").first?.hasPrefix("joined:") == true)
        return try client.ask("members \(Diary.room)").dropFirst().dropLast()
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    /// Everybody talks until so much was confirmed; then the server is killed.
    private func liveAndDie(
        _ server: TestServer, life: Int, _ chance: inout Chance
    ) throws -> [Diary] {
        let confirmations = try SwapBox<Void>()
        let diaries = Guarded<[Diary]>([])
        let seeds = Self.users.map { _ in chance.next() }
        let port = server.port
        var threads: [ThreadHandle] = []
        for (user, seed) in zip(Self.users, seeds) {
            threads.append(
                try startThread(named: user) {
                    var peer = Peer(
                        user, of: Self.users, port: port, life: life, seed: seed,
                        confirmations: confirmations)
                    let diary = peer.talk()
                    diaries.withLock { $0.append(diary) }
                })
        }
        threads.append(
            try startThread(named: "registrar") {
                var peer = Peer(
                    "new", of: Self.users, port: port, life: life, seed: 0,
                    confirmations: confirmations)
                let diary = peer.register()
                diaries.withLock { $0.append(diary) }
            })

        var left = 200 + chance.number(below: 200)
        var batch: [Void] = []
        while left > 0, confirmations.takeWaiting(into: &batch) { left -= batch.count }
        server.kill()
        for thread in threads { thread.join() }
        return diaries.withLock { $0 }
    }

    private func peer(
        _ user: String, on server: TestServer, life: Int, seed: UInt64
    ) throws -> Peer {
        Peer(
            user, of: Self.users, port: server.port, life: life, seed: seed,
            confirmations: try SwapBox())
    }

    private static func number(_ variable: String) -> Int? {
        // A text that ends with a NUL, which nobody changes.
        unsafe getenv(variable).flatMap { unsafe Int(String(cString: $0)) }
    }
}

/// A checker that finds nothing is worth nothing.
struct DiaryCheckerTests {
    private let now = ContinuousClock.now

    @Test func `what is in order passes`() {
        #expect(violations([sender(["a", "b"]), reader(["[t] ann: a", "[t] ann: b"])]) == [])
    }

    @Test func `a confirmed message that never comes is lost`() {
        #expect(
            violations([sender(["a", "b"]), reader(["[t] ann: a"])]) == ["ben: b of ann is lost"])
    }

    @Test func `what nobody sent, or for others, or of others, is found`() {
        #expect(violations([reader(["[t] ann: x"])]) == ["ben: nobody sent [t] ann: x"])
        #expect(
            violations([sender(["a"], to: "cid"), reader(["[t] ann: a"])])
                == ["ben: [t] ann: a is for others", "cid: a of ann is lost"])
        #expect(
            violations([sender(["a"]), reader(["[t] dan: a"])])
                == ["ben: [t] dan: a is from ann"])
    }

    @Test func `the other order is found`() {
        #expect(
            violations([sender(["a", "b"]), reader(["[t] ann: b", "[t] ann: a"])])
                == ["ben: a comes after b"])
        // Another order than the first time.
        #expect(
            violations([
                sender(["a", "b"]), reader(["[t] ann: a", "[t] ann: b"]),
                reader(["[t] ann: b", "[t] ann: a"], life: 1),
            ]) == ["ben: a is out of order"])
    }

    @Test func `a repeat is found, unless nothing proved the first`() {
        let first = ["[t] ann: a"]
        #expect(violations([sender(["a"]), reader(first + first)]) == ["ben: a is out of order"])
        #expect(violations([sender(["a"]), reader(first), reader(first)]) == [])
        #expect(
            violations([sender(["a"]), reader(first, proven: 1), reader(first)])
                == ["ben had read a in this life"])
        #expect(
            violations([sender(["a"]), reader(first, proven: 1), reader(first, life: 1)]) == [])
        #expect(
            violations([sender(["a"]), reader(first, durable: 1), reader(first, life: 1)])
                == ["ben had read a for good"])
    }

    @Test func `a repeat with another time is found`() {
        #expect(
            violations([sender(["a"]), reader(["[t] ann: a"]), reader(["[u] ann: a"])])
                == ["ben: [u] ann: a was [t] ann: a"])
    }

    @Test func `in the room it is for those who were certainly inside, and never for others`() {
        let (ben, cid) = (
            moves("ben", [(true, 0, 1)]), moves("cid", [(true, 0, 1), (false, 1, 2)])
        )
        let (before, after) = (said("a", 2, 3), said("b", 4, 5))
        #expect(
            violations([ben, cid, before])
                == ["ann: wrote from outside", "ben: a of ann is lost in the room"])
        let ann = moves("ann", [(true, 0, 1)])
        #expect(violations([ann, ben, after, reader(["[t] ann #tea: b"])]) == [])
        #expect(
            violations([ann, ben, after, reader(["[t] ann: b"])])
                == ["ben: [t] ann: b is from ann #tea"])
        #expect(
            violations([ann, cid, after, reader(["[t] ann #tea: b"], of: "cid")])
                == ["cid: b of ann is for those inside"])
    }

    @Test func `who went in or out meanwhile, or perhaps, may have it or not`() {
        let ann = moves("ann", [(true, 0, 1)])
        for own in [[(true, 1, 3)], [(true, 0, nil)], [(true, 0, 1), (false, 3, 5)]] {
            for shown in [[], ["[t] ann #tea: a"]] {
                let ben = moves("ben", own)
                #expect(violations([ann, ben, said("a", 2, 4), reader(shown)]) == [])
            }
        }
    }

    @Test func `who is denied was not inside, and nobody sees it`() {
        var denied = said("a", 2, nil)
        denied.attempts[0].denied = now - .seconds(97)
        let inside = moves("ann", [(true, 0, 1)])
        #expect(violations([denied]) == [])
        #expect(violations([inside, denied]) == ["ann: was inside, and denied"])
        let ben = moves("ben", [(true, 0, 1)])
        #expect(
            violations([ben, denied, reader(["[t] ann #tea: a"])])
                == ["ben: [t] ann #tea: a was denied"])
    }

    @Test func `members are those who are certainly inside, and perhaps others`() {
        var checker = DiaryChecker()
        checker.read([
            moves("ann", [(true, 0, 1)]), moves("ben", [(true, 0, 1), (false, 1, 2)]),
            moves("cid", [(true, 0, nil)]),
        ])
        checker.check(members: ["ann"])
        checker.check(members: ["ann", "cid"])
        #expect(checker.violations == [])
        checker.check(members: ["ben"])
        #expect(
            checker.violations.sorted() == [
                #"ann: is inside, but: ["ben"]"#, #"ben: is not inside, but: ["ben"]"#,
            ])
    }

    private func moves(_ user: String, _ moves: [(Bool, Int, Int?)]) -> Diary {
        var diary = Diary(user: user, life: 0)
        diary.moves = moves.map { isInside, began, ended in
            Diary.Move(
                isInside: isInside, began: now - .seconds(100 - began),
                ended: ended.map { now - .seconds(100 - $0) })
        }
        return diary
    }

    /// By ann, in the room.
    private func said(_ text: String, _ began: Int, _ sent: Int?) -> Diary {
        var diary = Diary(user: "ann", life: 0)
        diary.attempts = [
            Diary.Attempt(
                text: text, readers: ["ben", "cid"], isInRoom: true,
                began: now - .seconds(100 - began),
                sent: sent.map { now - .seconds(100 - $0) })
        ]
        return diary
    }

    private func sender(_ texts: [String], to reader: String = "ben") -> Diary {
        var diary = Diary(user: "ann", life: 0)
        for (index, text) in texts.enumerated() {
            diary.attempts.append(
                Diary.Attempt(
                    text: text, readers: [reader], began: now + .seconds(2 * index),
                    sent: now + .seconds(2 * index + 1)))
        }
        return diary
    }

    private func reader(
        _ lines: [String], proven: Int = 0, durable: Int = 0, life: Int = 0,
        of user: String = "ben"
    ) -> Diary {
        var diary = Diary(user: user, life: life)
        diary.visits = [Diary.Visit(shown: lines, proven: proven, durable: durable)]
        return diary
    }

    private func violations(_ diaries: [Diary]) -> [String] {
        var checker = DiaryChecker()
        for life in 0...1 { checker.read(diaries.filter { $0.life == life }) }
        checker.conclude()
        return checker.violations
    }
}
