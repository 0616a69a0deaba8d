import ProofKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EndToEnd {
    /// How the server is stopped, and told to read its files again.
    @Suite struct SignalsToIt {
        @Test(arguments: [SIGTERM, SIGINT])
        func `told to stop, it keeps what it accepted and exits with 0`(_ signal: Int32) throws {
            let server = try TestServer()
            // They say nothing, and do not listen either.
            let silent = [try server.connect(), try server.signIn("carol").client]
            let alice = try server.signIn("alice").client
            try alice.send((0..<1_000).flatMap { Array("send bob \($0)\n".utf8) })
            #expect(try alice.line() == "sent:")
            server.process.send(signal)

            #expect(server.process.waitForExit(within: .seconds(10)) == .code(0))
            #expect(server.log.lines.last?.contains("event=stopped") == true)
            let sent = 1 + (try restOfAll(alice)).count { $0 == "sent:" }
            for client in silent { client.close() }

            try server.start()
            let mail = try server.signIn("bob").mail.dropLast()
            #expect(mail.count >= sent)
            for (number, line) in mail.enumerated() {
                #expect(line.unstamped == "[*] alice: \(number)")
            }
        }

        /// A reset ends it as well: nobody read what alice still had to say.
        private func restOfAll(_ client: TestClient) throws -> [String] {
            var lines: [String] = []
            while let line = try? client.line() { lines.append(line) }
            return lines
        }

        @Test func `a second signal is meant`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            server.process.send(SIGTERM)
            try server.logged("event=stopping")
            server.process.send(SIGTERM)

            #expect(server.process.waitForExit(within: .seconds(10)) == .code(0))
            #expect(try alice.line() == nil)
        }

        @Test func `told so, it reads the account file again`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let carol = try server.signIn("carol").client
            #expect(try alice.ask("send carol nobody reads this") == ["sent:", "DONE"])

            server.folder.put("alice wonderland\nbob joiner\ndave secret\n", in: "user_pass.txt")
            server.process.send(SIGHUP)
            try server.logged("event=accounts-read added=1 removed=1 changed=1")

            // Whoever left the file is gone; the others stay.
            #expect(try carol.line() == nil)
            #expect(try alice.ask("who") == ["alice", "DONE"])
            #expect(try alice.ask("send carol hello") == ["send:carol", "DONE"])
            #expect(try server.signIn("dave", "secret").mail == ["DONE"])
            let bob = try server.connect()
            try bob.say("login bob builder\njoiner")
            #expect(try bob.lines(3) == ["password", "welcome", "DONE"])

            // A name that comes back is another's: it inherits no mail.
            server.folder.put("alice wonderland\ncarol singing\n", in: "user_pass.txt")
            server.process.send(SIGHUP)
            try server.logged("event=accounts-read added=1 removed=2 changed=0")
            #expect(try server.signIn("carol").mail == ["DONE"])
        }

        @Test func `a file that cannot be read changes nothing`() throws {
            let server = try TestServer()
            server.folder.put("alice wonderland\nDONE x\n", in: "user_pass.txt")
            server.process.send(SIGHUP)
            #expect(try server.logged("event=accounts-not-read").contains("line 2"))

            #expect(try server.signIn("bob").mail == ["DONE"])
        }
    }
}
