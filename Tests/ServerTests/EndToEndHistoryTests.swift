import ProofKit
import Protocol
import Store
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EndToEnd {
    /// What becomes of a log that has grown old: written here with times of long ago, then given to
    /// a real server.
    @Suite struct OldLog {
        @Test func `what was read long ago is forgotten, and what was not is kept`() throws {
            let server = try server(settings: ["CHATSERV_HISTORY_DAYS": "30"])

            let bob = try server.signIn("bob")
            #expect(bob.mail == ["DONE"])
            let history = try afterTheCut("history alice 1000", bob.client)
            #expect(history == Self.lastLetters.map { "[*] alice: number \($0)" })
            #expect(try settled("search number 77", bob.client) == [])
            #expect(
                try settled("search number \(Self.lastLetters.upperBound)", bob.client)
                    == history.suffix(1))

            let carol = try server.signIn("carol")
            let unread = "[*] alice: never read"
            #expect(carol.mail.map(\.unstamped) == [unread, "DONE"])
            #expect(try settled("search never", carol.client) == [unread])

            // The next time, and with what is said since.
            #expect(server.terminate() == .code(0))
            try server.start()
            let alice = try server.signIn("alice").client
            #expect(try alice.ask("send bob today") == ["sent:", "DONE"])
            let since = try afterTheCut("history bob 1000", alice)
            #expect(since == history + ["[*] alice: today"])

            // What is gone is no damage.
            #expect(server.terminate() == .code(0))
            let check = try ChildProcess(
                TestServer.program, ["check", "--queue-limit=1"],
                environment: TestServer.settings(in: server.folder))
            #expect(check.waitForExit() == .code(0))
            let told = check.output.lines
            #expect(
                told.contains {
                    $0.hasPrefix("history: begins after ")
                        && $0.contains("; only what is unread is left of 2 segments, ")
                }, "\(told)")
            #expect(told.contains("note: 1 mailbox is full"))
            #expect(told.last == "sound")
        }

        @Test func `without days for it everything is kept`() throws {
            let server = try server(settings: [:])

            let bob = try server.signIn("bob").client
            let history = try bob.ask("history alice 1000").map(\.unstamped)
            #expect(history.count == 1_002)
            #expect(history[1] == "[*] alice: number \(Self.letters - 999)")
        }

        // MARK: - A log of long ago

        /// With this number the third segment begins, the one that is not closed.
        private static let thirdSegment = 2 * 65_536
        private static let letters = thirdSegment + 5
        /// What is in it. Before all letters four numbers were taken.
        private static let lastLetters = (thirdSegment - 4)...letters

        private func server(settings: [String: String]) throws -> TestServer {
            let folder = TestFolder()
            folder.put(TestServer.accounts, in: "user_pass.txt")
            try write(to: "\(folder.path)/data")
            return try TestServer(on: folder, settings: settings)
        }

        /// From a year ago. Bob has read everything, carol nothing.
        private func write(to folder: String) throws {
            let store = try SQLiteStore(folder: folder)
            _ = try store.recover()
            let (alice, bob, carol) = (AccountNumber(1), AccountNumber(2), AccountNumber(3))
            let at = WallTime(seconds: Int64(time(nil)) - 365 * 86_400, offset: 0)
            _ = try store.commit([
                .opened(alice, try name("alice")), .opened(bob, try name("bob")),
                .opened(carol, try name("carol")),
                .letter(try letter(from: alice, to: carol, at, "never read")),
            ])
            for start in stride(from: 1, through: Self.letters, by: Limits.groupEntries) {
                let end = min(start + Limits.groupEntries - 1, Self.letters)
                _ = try store.commit(
                    try (start...end).map { number in
                        .letter(try letter(from: alice, to: bob, at, "number \(number)"))
                    })
                while try store.tidy() {}
            }
            let head = MessageNumber(Int64(4 + Self.letters))
            _ = try store.commit([.read(bob, through: head, own: Self.letters)])
            while try store.tidy() {}
            store.close()
        }

        private func name(_ text: String) throws -> Username { try #require(Username(text)) }

        private func letter(
            from writer: AccountNumber, to reader: AccountNumber, _ at: WallTime, _ words: String
        ) throws -> Letter {
            let text = try #require(MessageText(Array(words.utf8)))
            return Letter(from: writer, to: .one(reader), at: at, text: text)
        }

        // MARK: - Asking

        /// Asks until it is cut. What is behind the cut.
        private func afterTheCut(_ question: String, _ client: TestClient) throws -> [String] {
            try asked(question, client) { lines in
                guard lines.first == "[*] server: what was said before is not kept any more"
                else { return nil }
                return Array(lines.dropFirst())
            }
        }

        /// Asks until the index is no longer behind.
        private func settled(_ question: String, _ client: TestClient) throws -> [String] {
            try asked(question, client) { $0.last == "indexing" ? nil : $0 }
        }

        private func asked(
            _ question: String, _ client: TestClient, _ accept: ([String]) -> [String]?
        ) throws -> [String] {
            let deadline = ContinuousClock.now + patience
            while ContinuousClock.now < deadline {
                let lines = try client.ask(question).dropFirst().dropLast().map(\.unstamped)
                if let accepted = accept(lines) { return accepted }
            }
            throw Missing("another answer to \(question)")
        }
    }
}
