import ProofKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EndToEnd {
    /// Programs that exist just work.
    @Suite struct Programs {
        private static let words = ["nc %", "socat - tcp:127.0.0.1:", "telnet %"]
        private static let installed = words.filter { path(of: $0) != nil }

        @Test(
            .enabled(if: !installed.isEmpty, "none of nc, socat and telnet is here"),
            arguments: installed)
        func `a script in a pipe is answered`(_ words: String) throws {
            let server = try TestServer()
            let program = try start(words, server)
            program.type("alice\nwonderland\nsend bob hello\nlogout\n")
            try program.output.line(containing: "goodbye")
            program.closeInput()
            program.waitForExit()

            // telnet has something to say before.
            let start = program.output.lines.drop { $0 != "password" }
            #expect(start == ["password", "welcome", "DONE", "sent:", "DONE", "goodbye"])
            #expect(
                try server.signIn("bob").mail.map(\.unstamped) == ["[*] alice: hello", "DONE"])
        }

        @Test func `the client of this server works in a pipe`() throws {
            let server = try TestServer()
            let alice = try chat(server)
            alice.type("alice\nwonderland\nsend bob hello\nsend nobody hello\n")
            alice.closeInput()
            #expect(alice.waitForExit() == .code(1))
            #expect(alice.output.lines.first == "Welcome.")

            // The end of the input is a goodbye: what was shown is read.
            for mail in [["[*] alice: hello"], []] {
                let bob = try chat(server)
                bob.type("bob\nbuilder\n")
                bob.closeInput()
                #expect(bob.waitForExit() == .code(0))
                #expect(bob.output.lines.filter { $0.hasPrefix("[") }.map(\.unstamped) == mail)
            }
        }

        @Test func `the client is at home in rooms, and changes a password, in a pipe`() throws {
            let server = try TestServer()
            let chat = try chat(server)
            chat.type("alice\nwonderland\ncreate #tea forever\ntalk #tea\nwho\n\n--\n")
            chat.type("send bob hello\nlive\nsearch who\nkick #tea bob\n")
            chat.type("passwd\nwonderland\nlooking glass\nlooking glass\n")
            chat.type("switch\nbob\nbuilder\nlive\njoin 2\nleave #tea\nrooms\nlogout\n")
            chat.closeInput()
            #expect(chat.waitForExit() == .code(0))
            #expect(
                chat.output.lines.map(\.unstamped) == [
                    "Welcome.", "#tea is open. Its number is 2.",
                    "Every line is a message to #tea, up to the line --", "No mail.",
                    "Lines are commands again.", "Sent.", "Mail is shown at once.",
                    "[*] alice #tea: who",
                    "It is: kick #room <user>, and the user has to be inside.",
                    "The password is changed.", "Signed out.", "Welcome.", "[*] alice: hello",
                    "Mail is shown at once.", "In #tea, number 2, its admin alice: alice bob",
                    "You have left #tea.", "#lobby 1 3/- - forever", "#tea 2 1/- alice forever",
                    "Goodbye.",
                ])
        }

        private func chat(_ server: TestServer) throws -> ChildProcess {
            try ChildProcess(
                TestServer.path(of: "chat"), ["127.0.0.1", "\(server.port)"], environment: [:])
        }

        private func start(_ words: String, _ server: TestServer) throws -> ChildProcess {
            let port = "\(server.port)"
            let arguments = words.split(separator: " ").dropFirst().flatMap { word in
                word == "%"
                    ? ["127.0.0.1", port] : [word.hasSuffix(":") ? word + port : String(word)]
            }
            guard let path = Self.path(of: words) else { throw Missing(words) }
            return try ChildProcess(path, arguments, environment: [:])
        }

        private static func path(of words: String) -> String? {
            let program = words.prefix { $0 != " " }
            return ["/usr/bin/\(program)", "/bin/\(program)"].first {
                unsafe access($0, X_OK) == 0
            }
        }
    }
}
