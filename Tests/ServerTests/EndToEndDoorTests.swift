import ProofKit
import Testing

extension EndToEnd {
    /// What is remembered of those who come and go, and what is not told about them.
    @Suite struct Door {
        @Test func `a block survives a kill, and a restart`() throws {
            let server = try TestServer(settings: ["BLOCK_TIME": "3600"])
            let guesser = try server.connect()
            try guesser.say("alice\none\ntwo\nthree")
            #expect(try guesser.rest() == ["password", "password", "password", "3600"])

            server.kill()
            try server.start()
            let again = try server.connect()
            try again.say("login alice wonderland")
            #expect(try again.rest().map { $0.hasPrefix("blocked:3") } == [true])
            again.close()

            #expect(server.terminate() == .code(0))
            try server.start()
            let last = try server.connect()
            try last.say("alice")
            #expect(try last.rest().map { $0.hasPrefix("blocked:3") } == [true])
            // Others are not touched, nor is the name from elsewhere.
            #expect(try server.signIn("bob").mail == ["DONE"])
            let elsewhere = try server.connect(from: "127.0.0.2")
            #expect(try elsewhere.ask("login alice wonderland") == ["welcome", "DONE"])
        }

        @Test func `failures before a kill count after it`() throws {
            let server = try TestServer()
            let guesser = try server.connect()
            try guesser.say("alice\none\ntwo")
            #expect(try guesser.lines(3) == ["password", "password", "password"])

            server.kill()
            try server.start()
            let again = try server.connect()
            try again.say("login alice three")
            #expect(try again.rest() == ["60"])
        }

        @Test func `who was there is remembered over a kill`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            // What is kept after her coming has her coming kept as well.
            #expect(try alice.ask("send bob hello") == ["sent:", "DONE"])

            server.kill()
            try server.start()
            let bob = try server.signIn("bob").client
            #expect(try bob.ask("last 60") == ["alice bob", "DONE"])
            #expect(try bob.ask("last 0") == ["bob", "DONE"])
        }

        @Test func `a registration that was confirmed survives a kill`() throws {
            let server = try TestServer()
            let dave = try server.connect()
            try dave.say("dave\ny\nsecret\nsecret")
            #expect(try dave.lines(3) == ["register", "password", "registered"])

            server.kill()
            #expect(server.folder.text(of: "user_pass.txt").contains("dave $argon2id$"))
            try server.start()
            #expect(try server.signIn("dave", "secret").mail == ["DONE"])
        }

        @Test func `of many who register one name one has it`() throws {
            let server = try TestServer()
            let rivals = try (0..<8).map { _ in try server.connect() }
            for (number, rival) in rivals.enumerated() { try rival.say("new dave secret\(number)") }

            let answers = try rivals.map { try $0.line() }
            #expect(answers.count { $0 == "registered" } == 1)
            #expect(answers.allSatisfy { ["registered", "exists", "username"].contains($0) })
            let lines = server.folder.text(of: "user_pass.txt").split(separator: "\n")
            #expect(lines.count { $0.hasPrefix("dave ") } == 1)
        }

        @Test func `a slow trickle of half a line does not put off the timeout`() throws {
            let server = try TestServer(settings: ["TIME_OUT": "1"])
            let alice = try server.signIn("alice").client

            let deadline = ContinuousClock.now + patience
            while try !alice.hears(within: .milliseconds(20)), .now < deadline {
                try alice.send([UInt8(ascii: "x")])
            }
            #expect(try alice.line() == "timeout:1")
        }

        @Test(arguments: ["text", "json"])
        func `the log holds no text, no password and no name of a failed login`(
            _ format: String
        ) throws {
            let server = try TestServer(settings: ["CHATSERV_LOG": format])
            let alice = try server.signIn("alice").client
            let secrets = [
                "wonderland", "builder", "private-text", "wrong-word", "typed-as-name", "new-word",
                "dance-word",
            ]
            #expect(try alice.ask("send bob private-text") == ["sent:", "DONE"])
            #expect(try alice.ask("send (bob nobody) private-text") == ["send:nobody", "DONE"])
            #expect(try alice.ask("broadcast private-text") == ["sent:", "DONE"])
            #expect(try alice.ask("dance-word") == ["error:command:dance-word", "DONE"])
            let other = try server.connect()
            try other.say("typed-as-name\nn\nlogin typed-as-name wrong-word\nn\nbob\nwrong-word")
            try other.say("wrong-word\nwrong-word")
            #expect(try other.rest().last == "60")
            let dave = try server.connect()
            #expect(try dave.ask("new dave new-word") == ["registered", "welcome", "DONE"])
            for client in [alice, other, dave] { client.close() }
            #expect(server.terminate() == .code(0))

            let log = server.log.lines
            #expect(log.contains { $0.contains("refused-login") })
            #expect(log.contains { $0.contains("locked-out") })
            #expect(log.contains { $0.contains("kept") })
            for secret in secrets { #expect(!log.contains { $0.contains(secret) }, "\(secret)") }
            let start = format == "json" ? "{\"at\":" : "at="
            #expect(log.allSatisfy { $0.hasPrefix(start) })
            #expect(server.process.output.lines.isEmpty)
        }
    }
}
