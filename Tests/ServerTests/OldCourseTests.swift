import ProofKit
import Sockets
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EndToEnd {
    /// The eleven cases that the first chatserv was graded by.
    @Suite struct OldCourse {
        @Test func `the server starts and listens`() throws {
            let server = try TestServer()

            try server.connect().close()
            #expect(server.terminate() == .code(0))
        }

        @Test(arguments: ["65536", "-1", "http", "", "4119x", "1e3", "99999999999999999999"])
        func `an invalid port is refused in one line`(_ port: String) throws {
            let server = try ChildProcess(TestServer.program, [port], environment: [:])

            #expect(server.waitForExit() == .code(2))
            #expect(server.errors.lines.count == 1)
            #expect(server.errors.lines.first?.contains("\"\(port)\"") == true)
            #expect(server.output.lines == [])
        }

        @Test func `a client connects`() throws {
            let server = try TestServer()

            let client = try server.connect()
            try client.say("alice")
            #expect(try client.line() == "password")
            #expect(try client.ask("wonderland") == ["welcome", "DONE"])
        }

        @Test func `users and messages are read back`() throws {
            let server = try TestServer(accounts: "alice wonderland\n")
            let dave = try server.connect()
            #expect(try dave.ask("new dave secret") == ["registered", "welcome", "DONE"])
            #expect(try dave.ask("send alice hello") == ["sent:", "DONE"])
            dave.close()
            #expect(server.terminate() == .code(0))

            try server.start()
            #expect(
                try server.signIn("alice").mail.map(\.unstamped) == ["[*] dave: hello", "DONE"])
            #expect(try server.signIn("dave", "secret").mail == ["DONE"])
        }

        @Test func `a message of one client reaches another`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let bob = try server.signIn("bob").client

            #expect(try alice.ask("send bob hello") == ["sent:", "DONE"])
            #expect(
                try bob.ask("fetch").map(\.unstamped) == ["fetching", "[*] alice: hello", "DONE"])
        }

        @Test func `a broadcast reaches all`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let bob = try server.signIn("bob").client

            #expect(try alice.ask("broadcast hello") == ["sent:", "DONE"])
            #expect(
                try bob.ask("fetch").map(\.unstamped) == ["fetching", "[*] alice: hello", "DONE"])
            #expect(
                try server.signIn("carol").mail.map(\.unstamped) == ["[*] alice: hello", "DONE"])
            #expect(try alice.ask("fetch") == ["fetching", "DONE"])
        }

        @Test func `whoever disconnects is gone`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let bob = try server.signIn("bob").client
            #expect(try alice.ask("who") == ["alice bob", "DONE"])

            bob.close()
            try server.logged("event=signed-out")
            #expect(try alice.ask("who") == ["alice", "DONE"])
        }

        @Test func `several clients talk to each other`() throws {
            let names = (0..<10).map { "user\($0)" }
            let server = try TestServer(accounts: names.map { "\($0) \($0)\n" }.joined())
            let clients = try names.map { try server.signIn($0).client }

            for (number, client) in clients.enumerated() {
                let next = names[(number + 1) % names.count]
                #expect(try client.ask("send \(next) from \(number)").first == "sent:")
            }
            for (number, client) in clients.enumerated() {
                let last = (number + names.count - 1) % names.count
                let mail = try client.ask("who").map(\.unstamped)
                let waiting = "[*] user\(last): from \(last)"
                // Whoever has been written to before sending has it already.
                #expect(mail.first == names.joined(separator: " "))
                #expect(number > 0 ? mail.count == 2 : mail.contains(waiting))
            }
        }

        @Test(.enabled(if: Process.raiseDescriptorLimit() > 2_200, "2,200 descriptors are needed"))
        func `2,000 clients are served at once`() throws {
            let names = (0..<2_000).map { "user\($0)" }
            let server = try TestServer(accounts: names.map { "\($0) \($0)\n" }.joined())
            let clients = try names.map { try server.signIn($0).client }

            #expect(try clients[0].ask("broadcast hello") == ["sent:", "DONE"])
            for client in clients.dropFirst() { try client.say("fetch") }
            for client in clients.dropFirst() {
                #expect(
                    try client.lines(3).map(\.unstamped)
                        == ["fetching", "[*] user0: hello", "DONE"])
            }
            #expect(try clients[1].ask("who") == [names.sorted().joined(separator: " "), "DONE"])
        }

        @Test func `a client meets a dead server`() throws {
            let server = try TestServer()
            let port = server.port
            let client = try chat(port)
            client.type("alice\nwonderland\n")
            try server.logged("event=signed-in")
            server.kill()

            // In the middle of a conversation, and before the first word.
            #expect(client.waitForExit() == .code(1))
            #expect(client.errors.lines == ["The server closed the connection."])
            let late = try chat(port)
            #expect(late.waitForExit() == .code(1))
            #expect(
                late.errors.lines
                    == ["chat: no server at 127.0.0.1 port \(port) (connection refused)"])
        }

        @Test func `a client meets a silent server`() throws {
            let silent = try Listener(at: SocketAddress(host: .v4(0x7f00_0001), port: 0))
            defer { silent.close() }

            // It goes away without a word.
            let left = try chat(silent.address.port)
            left.type("alice\n")
            let connection = try silent.acceptNext()
            #expect(isReady(connection.number, for: POLLIN, until: .now + patience))
            connection.close()
            #expect(left.waitForExit() == .code(1))
            #expect(left.errors.lines == ["The server closed the connection."])

            // It stays, and the person does not.
            let leaving = try chat(silent.address.port)
            leaving.type("alice\n")
            let other = try silent.acceptNext()
            #expect(isReady(other.number, for: POLLIN, until: .now + patience))
            leaving.send(SIGINT)
            #expect(leaving.waitForExit() == .code(130))
            other.close()
        }

        @Test func `a server closes a client that is silent`() throws {
            let server = try TestServer(settings: ["TIME_OUT": "2"])
            let client = try chat(server.port)
            client.type("alice\nwonderland\n")

            #expect(client.waitForExit() == .code(1))
            #expect(
                client.errors.lines == [
                    "The server closed the connection after 2 seconds of silence."
                ])
        }

        private func chat(_ port: UInt16) throws -> ChildProcess {
            try ChildProcess(
                TestServer.path(of: "chat"), ["127.0.0.1", "\(port)"], environment: [:])
        }
    }
}

extension Listener {
    /// Waits for a caller.
    fileprivate func acceptNext() throws -> Socket {
        guard isReady(number, for: POLLIN, until: .now + patience),
            case .connection(let socket, _) = accept()
        else { throw Missing("nobody called") }
        return socket
    }
}
