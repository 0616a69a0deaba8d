import ProofKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EndToEnd {
    /// Much at once, and what has no room.
    @Suite struct Crowd {
        @Test func `a slow reader of 20,000 messages holds up nobody`() throws {
            let names = (0..<50).map { "user\($0)" }
            let server = try TestServer(
                accounts: TestServer.accounts + names.map { "\($0) \($0)\n" }.joined())
            let text = String(repeating: "x", count: 100)
            try fill("bob", with: 400, from: names, on: server, text)

            let bob = try server.connect(receiveBuffer: 32_768)
            try bob.say("login bob builder")
            #expect(try bob.line() == "welcome")
            let alice = try server.signIn("alice").client
            for number in 0..<100 {
                #expect(try alice.ask("send carol \(number)") == ["sent:", "DONE"])
                #expect(try alice.ask("last 0") == ["alice bob", "DONE"])
            }
            #expect(try server.signIn("carol").mail.count == 101)

            let mail = try bob.lines(through: "DONE").dropLast().map(\.unstamped)
            #expect(mail.count == 20_000)
            var next = Dictionary(uniqueKeysWithValues: names.map { ($0, 0) })
            for line in mail {
                let name = String(line.dropFirst(4).prefix { $0 != ":" })
                #expect(line == "[*] \(name): \(next[name] ?? -1) \(text)")
                next[name, default: 0] += 1
            }
        }

        /// All at once, so that many share one visit to the disk.
        private func fill(
            _ reader: String, with count: Int, from names: [String], on server: TestServer,
            _ text: String
        ) throws {
            let senders = try names.map { try server.signIn($0).client }
            for start in stride(from: 0, to: count, by: 100) {
                let lines = (start..<start + 100).map { "send \(reader) \($0) \(text)" }
                for sender in senders { try sender.say(lines.joined(separator: "\n")) }
                for sender in senders {
                    let replies = try sender.lines(200)
                    #expect(replies == lines.flatMap { _ in ["sent:", "DONE"] })
                }
            }
            for sender in senders { sender.close() }
            try server.logged("event=signed-out", times: senders.count)
        }

        @Test func `without descriptors those who are in are served, and others later`() throws {
            let names = (0..<100).map { "user\($0)" }
            let server = try TestServer(
                accounts: names.map { "\($0) \($0)\n" }.joined(),
                under: ["/bin/sh", "-c", "ulimit -n 80; exec \"$0\" \"$@\""])
            var clients: [TestClient] = []
            for name in names {
                guard let client = try? server.signIn(name).client else { break }
                clients.append(client)
            }
            #expect((20..<80).contains(clients.count))
            try server.logged("event=no-descriptor")
            #expect(try clients[0].ask("send user1 hello") == ["sent:", "DONE"])
            #expect(
                try clients[1].ask("fetch").map(\.unstamped)
                    == ["fetching", "[*] user0: hello", "DONE"])

            clients.removeLast(10)
            try server.logged("event=signed-out", times: 10)
            #expect(try server.signIn("user99").mail == ["DONE"])
        }

        @Test func `whoever asks much at once gets every answer, however slowly`() throws {
            let server = try TestServer()
            let alice = try server.connect(receiveBuffer: 32_768)
            #expect(try alice.ask("login alice wonderland") == ["welcome", "DONE"])
            // All of it is with the server long before the answers, which fill every buffer.
            try alice.send(Array(String(repeating: "help\n", count: 20_000).utf8))
            let online = try server.signIn("bob").client.ask("who")
            #expect(online == ["alice bob", "DONE"])

            for _ in 0..<20_000 { _ = try alice.lines(through: "DONE") }
            #expect(try alice.ask("fetch") == ["fetching", "DONE"])
        }
    }
}
