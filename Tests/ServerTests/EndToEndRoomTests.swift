import ProofKit
import Sockets
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EndToEnd {
    /// Rooms, live mode and what becomes of both when the server or the account file changes.
    @Suite struct Rooms {
        // MARK: - Many at once

        @Test(.enabled(if: Process.raiseDescriptorLimit() > 700, "700 descriptors are needed"))
        func `500 who are live in a room get every message, and the others their answers`() throws {
            let names = (0..<500).map { "user\($0)" }
            let server = try TestServer(
                accounts: TestServer.accounts + names.map { "\($0) \($0)\n" }.joined())
            let alice = try server.signIn("alice").client
            #expect(try alice.ask("create #hall") == ["created:#hall:2", "DONE"])
            let members = try names.map { try server.signIn($0).client }
            for member in members { try member.say("join #hall") }
            for member in members {
                #expect(
                    try member.lines(through: "DONE").first?.hasPrefix("joined:#hall:2:") == true)
            }
            // What they were told of each other is read before they listen.
            for member in members { _ = try member.ask("fetch") }
            for member in members {
                #expect(try member.ask("live").first == "live:on")
            }
            let bob = try server.signIn("bob").client

            let online = (["alice", "bob"] + names.sorted()).joined(separator: " ")
            for number in 0..<20 {
                try alice.say("send #hall \(number)")
                try bob.say("who")
                #expect(try bob.lines(2) == [online, "DONE"])
                #expect(try alice.lines(through: "DONE").first == "sent:")
            }
            for member in members {
                let heard = try member.lines(20).map(\.unstamped)
                #expect(heard == (0..<20).map { "[*] alice #hall: \($0)" })
            }
        }

        @Test func `a live member who takes nothing holds up nobody, and misses nothing`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            #expect(try alice.ask("create #hall forever").first == "created:#hall:2")
            let slow = try server.connect(receiveBuffer: 4_096)
            try slow.say("login bob builder\njoin #hall\nlive")
            #expect(try slow.lines(6).last == "DONE")
            let carol = try server.signIn("carol").client
            #expect(try carol.ask("join #hall").first?.hasPrefix("joined:") == true)
            #expect(try carol.ask("live") == ["live:on", "DONE"])

            let text = String(repeating: "x", count: 4_000)
            let replies = try alice.post(1_000, to: "#hall") { "\($0) \(text)" }
            #expect(replies.count { $0 == "sent:" } == 1_000)
            for number in 0..<1_000 {
                #expect(try carol.line()?.hasSuffix(" alice #hall: \(number) \(text)") == true)
            }

            #expect(try slow.line()?.hasSuffix(" server #hall: carol joined") == true)
            for number in 0..<1_000 {
                #expect(try slow.line()?.hasSuffix(" alice #hall: \(number) \(text)") == true)
            }
            #expect(try slow.ask("who") == ["alice bob carol", "DONE"])
        }

        @Test func `of one person 100 rooms may be open`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            try alice.say((1...101).map { "create #room\($0) forever" }.joined(separator: "\n"))
            for number in 1...100 {
                #expect(try alice.lines(2) == ["created:#room\(number):\(number + 1)", "DONE"])
            }
            #expect(try alice.lines(2) == ["error:limit:create", "DONE"])
            #expect(try alice.ask("close #room7") == ["closed:#room7", "DONE"])
            #expect(try alice.ask("create #room101") == ["created:#room101:102", "DONE"])
        }

        // MARK: - Ends and beginnings

        @Test func `told to stop, it sends nobody out of a room`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let bob = try server.signIn("bob").client
            #expect(try alice.ask("create #tea").first == "created:#tea:2")
            #expect(try bob.ask("join #tea").first == "joined:#tea:2:alice:alice,bob")
            #expect(try bob.ask("create #day empty").first == "created:#day:3")
            #expect(try alice.ask("live").first == "live:on")
            #expect(server.terminate() == .code(0))
            #expect(try alice.line() == nil)

            try server.start()
            let back = try server.signIn("bob")
            #expect(back.mail == ["DONE"])
            #expect(
                try back.client.ask("rooms") == [
                    "rooms:3", "#lobby 1 3/- - forever", "#tea 2 2/- alice admin",
                    "#day 3 1/- bob empty", "DONE",
                ])
            let admin = try server.signIn("alice").client
            #expect(
                try admin.ask("kick #tea bob").map(\.unstamped)
                    == ["kicked:#tea:bob", "[*] server #tea: bob was removed", "DONE"])
        }

        @Test func `an admin whose account ends has left`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let bob = try server.signIn("bob").client
            for room in ["#hers", "#ours forever", "#theirs empty", "#alone empty"] {
                #expect(try alice.ask("create \(room)").first?.hasPrefix("created:") == true)
            }
            for room in ["#hers", "#ours", "#theirs"] {
                #expect(try bob.ask("join \(room)").first?.hasPrefix("joined:\(room)") == true)
            }
            #expect(try bob.ask("live").first == "live:on")

            server.folder.put("bob builder\ncarol singing\n", in: "user_pass.txt")
            server.process.send(SIGHUP)
            #expect(
                Set(try bob.lines(6).map(\.unstamped)) == [
                    "[*] server #hers: alice left", "[*] server #hers: the room is closed",
                    "[*] server #ours: alice left", "[*] server #ours: bob is its admin now",
                    "[*] server #theirs: alice left", "[*] server #theirs: bob is its admin now",
                ])
            #expect(try alice.line() == nil)
            let rooms = [
                "rooms:3", "#lobby 1 2/- - forever", "#ours 3 1/- bob forever",
                "#theirs 4 1/- bob empty", "DONE",
            ]
            #expect(try bob.ask("rooms") == rooms)

            // The name comes back, and is somebody else's.
            server.kill()
            server.folder.put(TestServer.accounts, in: "user_pass.txt")
            try server.start()
            let other = try server.signIn("alice")
            #expect(other.mail == ["DONE"])
            #expect(try other.client.ask("history #ours") == ["error:denied:history", "DONE"])
            #expect(try other.client.ask("members #lobby").first == "members:3")
        }

        @Test func `whoever is lost has left, and the room hears it`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let bob = try server.signIn("bob").client
            #expect(try alice.ask("create #tea").first == "created:#tea:2")
            #expect(try bob.ask("join #tea").first?.hasPrefix("joined:") == true)
            #expect(try bob.ask("live").first == "live:on")
            alice.reset()
            #expect(
                try bob.lines(2).map(\.unstamped) == [
                    "[*] server #tea: alice left", "[*] server #tea: the room is closed",
                ])
            #expect(try bob.ask("send #tea hello?") == ["error:room:#tea", "DONE"])
        }

        // MARK: - Searching

        @Test func `what was said is found after a restart, and when the index was lost`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let replies = try alice.post(3_000, to: "bob") { "the kettle \($0)" }
            #expect(replies == .init(repeating: "sent:", count: 3_000))
            #expect(try alice.ask("send carol the kettle 1234").first == "sent:")
            #expect(try settled("search kettle 1234", alice).count == 4)

            #expect(server.terminate() == .code(0))
            try server.start()
            let bob = try server.signIn("bob").client
            let found = ["search:1", "[*] alice: the kettle 1234", "DONE"]
            #expect(try settled("search Kettle 1234", bob) == found)

            server.kill()
            for name in ["search.db", "search.db-wal", "search.db-shm"] {
                unsafe unlink("\(server.folder.path)/data/\(name)")
            }
            try server.start()
            let again = try server.signIn("bob").client
            #expect(try settled("search 1234", again) == found)

            // What is no database any more is made again as well.
            server.kill()
            server.folder.put("no database\n", in: "data/search.db")
            try server.start()
            let carol = try server.signIn("carol").client
            #expect(
                try settled("search kettle", carol)
                    == ["search:1", "[*] alice: the kettle 1234", "DONE"])
            #expect(try settled("search 2999 kettle", carol) == ["search:0", "DONE"])
        }

        /// Asks until the index is no longer behind.
        private func settled(_ question: String, _ client: TestClient) throws -> [String] {
            let deadline = ContinuousClock.now + patience
            while ContinuousClock.now < deadline {
                let lines = try client.ask(question)
                if !lines.contains("indexing") {
                    // Mail stands behind the list, which says how long it is.
                    let count = Int(lines[0].dropFirst("search:".count)) ?? 0
                    return (lines.prefix(count + 1) + ["DONE"]).map(\.unstamped)
                }
            }
            throw Missing("an index that is up to date")
        }

        // MARK: - Passwords

        @Test func `a new password is in the file, hashed, and the old one is none`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            try alice.say("passwd\nwonderland\nlooking glass\nlooking glass")
            #expect(try alice.lines(3) == ["password", "changed", "DONE"])
            let file = server.folder.text(of: "user_pass.txt")
            #expect(file.contains("alice $argon2id$"))
            #expect(!file.contains("wonderland") && !file.contains("glass"))
            #expect(file.contains("bob builder\n"))
            server.kill()

            try server.start()
            let again = try server.connect()
            #expect(
                try again.ask("login alice wonderland\nlooking glass") == [
                    "password", "welcome", "DONE",
                ])
            // Three wrong ones, and whoever comes next from here is kept out.
            for _ in 1...3 {
                try again.say("passwd\nwrong\nnew one\nnew one")
                #expect(try again.lines(3) == ["password", "error:denied:passwd", "DONE"])
            }
            #expect(try again.ask("who") == ["alice", "DONE"])
            let other = try server.connect()
            try other.say("login alice looking glass")
            #expect(try other.rest().first?.hasPrefix("blocked:") == true)
            let elsewhere = try server.connect(from: "127.0.0.2")
            #expect(
                try elsewhere.ask("login alice looking glass\nbob\nbuilder") == [
                    "connected", "password", "welcome", "DONE",
                ])
        }
    }
}
