import ProofKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EndToEnd {
    /// What a server makes, and what keeps it from starting: one line each.
    @Suite struct Start {
        @Test func `what the server makes is for its owner alone`() throws {
            let server = try TestServer(
                under: ["/bin/sh", "-c", "umask 0; exec \"$0\" \"$@\""])
            let dave = try server.connect()
            #expect(try dave.ask("new dave secret") == ["registered", "welcome", "DONE"])
            #expect(try dave.ask("send alice hello") == ["sent:", "DONE"])

            #expect(server.folder.mode(of: "data") == 0o700)
            let files = TestFolder.names(in: "\(server.folder.path)/data")
            #expect(files.contains("messages.db"))
            for file in files {
                #expect(server.folder.mode(of: "data/\(file)") == 0o600, "\(file)")
            }
            #expect(server.folder.mode(of: "user_pass.txt") == 0o600)
        }

        @Test func `old mail is forgotten from the start, when it is to be`() throws {
            let server = try TestServer(settings: ["CHATSERV_HISTORY_DAYS": "1"])

            let alice = try server.signIn("alice").client
            #expect(try alice.ask("send bob hello") == ["sent:", "DONE"])
            #expect(try alice.ask("history bob").first == "history:1")
        }

        @Test func `data has one server`() throws {
            let server = try TestServer()

            let second = try start(TestServer.settings(in: server.folder))
            #expect(second.exit == .code(1))
            #expect(second.errors.count == 1)
            #expect(second.errors[0].hasSuffix("is in use by another server"))
            // The first goes on.
            #expect(try server.signIn("alice").mail == ["DONE"])
        }

        @Test func `a port has one server`() throws {
            let server = try TestServer()
            let other = TestFolder()
            other.put("alice wonderland\n", in: "user_pass.txt")
            let settings = TestServer.settings(in: other)
                .merging(["PORT": "\(server.port)"]) { $1 }

            let second = try start(settings)
            #expect(second.exit == .code(1))
            #expect(second.errors.count == 1)
            #expect(second.errors[0].contains("127.0.0.1:\(server.port) is in use"))
            #expect(other.mode(of: "data") == nil)
        }

        @Test(arguments: [
            ("alice\n", "user_pass.txt"), ("alice a\nDONE b\n", "line 2"),
            ("alice a\nAlice b\n", "line 2"), ("a b\n\u{1b}x y\n", "line 2"),
        ])
        func `an account file that cannot be says where`(_ text: String, _ place: String) throws {
            let folder = TestFolder()
            folder.put(text, in: "user_pass.txt")

            let server = try start(TestServer.settings(in: folder))
            #expect(server.exit == .code(1))
            #expect(server.errors.count == 1)
            #expect(server.errors[0].contains(place))
            #expect(folder.mode(of: "data") == nil)
        }

        @Test func `data that others can read is refused`() throws {
            let folder = TestFolder()
            folder.put("alice wonderland\n", in: "user_pass.txt")
            unsafe mkdir("\(folder.path)/data", 0o755)

            let server = try start(TestServer.settings(in: folder))
            #expect(server.exit == .code(1))
            #expect(server.errors.count == 1)
            #expect(server.errors[0].contains("chmod 700"))
        }

        private func start(
            _ settings: [String: String]
        ) throws -> (exit: ChildProcess.Exit, errors: [String]) {
            let process = try ChildProcess(TestServer.program, [], environment: settings)
            return (process.waitForExit(), process.errors.lines)
        }
    }
}
