import ProofKit
import Protocol
import Sockets
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EndToEnd {
    /// `chatserv check`, `backup` and `restore`, as an operator types them.
    @Suite struct Keeping {
        // MARK: - A running server

        @Test func `a copy of a server in full work has all that was confirmed before`() throws {
            let server = try TestServer()
            var sent = ["alice": 0, "carol": 0]
            for number in 1...3 {
                let writers = try sent.map { try Writer($0, from: $1, to: "bob", server.port) }
                for writer in writers { try writer.wait(for: 200) }
                let before = writers.map(\.confirmed)
                let copy = "\(server.folder.path)/copy\(number)"
                let backup = try chatserv(["backup", copy], server)
                for writer in writers { sent[writer.name] = try writer.stop() }
                #expect(backup.exit == .code(0), "\(backup)")

                let check = try chatserv(["restore", "--check", copy], server)
                #expect(check.exit == .code(0), "\(check)")
                #expect(check.output.last == "sound")
                let mail = try mail(of: "bob", in: copy)
                for (writer, confirmed) in zip(writers, before) {
                    // All of them in their order, and perhaps some that came meanwhile.
                    let own = mail.filter { $0.contains(" \(writer.name): ") }.map(\.unstamped)
                    #expect(own.count >= confirmed)
                    #expect(own == own.indices.map { "[*] \(writer.name): \($0)" })
                }
            }
            #expect(server.terminate() == .code(0))
            #expect(try chatserv(["check"], server).exit == .code(0))
        }

        @Test func `what a crash left is copied as it would be recovered`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            #expect(
                try alice.post(500, to: "bob") { "\($0)" } == .init(repeating: "sent:", count: 500))
            server.kill()

            let copy = "\(server.folder.path)/copy"
            #expect(try chatserv(["check"], server).exit == .code(0))
            #expect(try chatserv(["backup", copy], server).exit == .code(0))
            #expect(try mail(of: "bob", in: copy).count == 500)
            try server.start()
            #expect(try server.signIn("bob").mail.count == 501)
        }

        @Test func `accounts come back with their passwords`() throws {
            let server = try TestServer()
            let dave = try server.connect()
            #expect(try dave.ask("new dave secret") == ["registered", "welcome", "DONE"])
            let copy = "\(server.folder.path)/copy"
            #expect(try chatserv(["backup", copy], server).exit == .code(0))
            #expect(server.folder.mode(of: "copy") == 0o600)

            let folder = try restored(copy, data: "data/")
            #expect(folder.text(of: "user_pass.txt") == server.folder.text(of: "user_pass.txt"))
            #expect(folder.mode(of: "user_pass.txt") == 0o600)
            #expect(folder.mode(of: "data") == 0o700)
        }

        // MARK: - What is refused

        @Test func `data in use is not looked at, and stays in use`() throws {
            let server = try TestServer()
            let check = try chatserv(["check"], server)
            #expect(check.exit == .code(1))
            #expect(check.errors.count == 1)
            #expect(check.errors[0].hasSuffix("is in use by another server"))
            #expect(try server.signIn("alice").mail == ["DONE"])
        }

        @Test func `nothing that is there is written over`() throws {
            let (server, copy) = try copied()
            let (data, accounts) = (
                files(of: server.folder), server.folder.text(of: "user_pass.txt")
            )

            for words in [["backup", copy], ["restore", copy]] {
                let refused = try chatserv(words, server)
                #expect(refused.exit == .code(1))
                #expect(refused.errors.count == 1)
                #expect(refused.errors[0].hasSuffix("is there already, and stays as it is"))
                #expect(refused.output == [])
            }
            let elsewhere = ["--data", "\(server.folder.path)/elsewhere"]
            let refused = try chatserv(["restore", copy] + elsewhere, server)
            #expect(refused.exit == .code(1))
            #expect(refused.errors[0].contains("user_pass.txt is there already"))
            #expect(server.folder.mode(of: "elsewhere") == nil)
            #expect(server.folder.mode(of: "elsewhere.new") == nil)
            #expect(files(of: server.folder) == data)
            #expect(server.folder.text(of: "user_pass.txt") == accounts)
        }

        @Test(arguments: [
            ["check", "x"], ["check", "--queue-limit", "0"], ["check", "--data"],
            ["check", "--force"],
            ["backup"], ["backup", "a", "b"], ["backup", ""], ["backup", "--data=", "a"],
            ["restore"], ["restore", "a", "b"], ["restore", "--check"], ["restore", "--chek", "a"],
            ["restore", "--check", "--even-damaged", "a"], ["restore", "--check", "--check", "a"],
        ])
        func `a wrong usage is one line and 2`(_ words: [String]) throws {
            let folder = TestFolder()
            let wrong = try chatserv(words, in: folder)
            #expect(wrong.exit == .code(2))
            #expect(wrong.errors.count == 1)
            #expect(wrong.errors[0].hasPrefix("chatserv \(words[0]): "))
            #expect(TestFolder.names(in: folder.path) == [])
        }

        @Test(arguments: [
            ["check"], ["backup", "copy"], ["backup", "no/such/folder/copy"],
            ["restore", "nothing"],
            ["restore", "--check", "nothing"], ["restore", "/etc/passwd"],
        ])
        func `what cannot be done is one line and 1`(_ words: [String]) throws {
            let folder = TestFolder()
            let failed = try chatserv(words, in: folder)
            #expect(failed.exit == .code(1))
            #expect(failed.errors.count == 1)
            #expect(TestFolder.names(in: folder.path) == [])
        }

        @Test func `each says what it does`() throws {
            let folder = TestFolder()
            let all = try chatserv(["--help"], in: folder).output.joined(separator: "\n")
            for command in ["check", "backup", "restore"] {
                #expect(all.contains("\n       chatserv \(command)"))
                let help = try chatserv([command, "--help"], in: folder)
                #expect(help.exit == .code(0))
                #expect(help.output.first?.hasPrefix("usage: chatserv \(command)") == true)
            }
        }

        // MARK: - What is found

        @Test func `check says what is there`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            #expect(try alice.ask("send (bob carol) hello") == ["sent:", "DONE"])
            #expect(try alice.ask("broadcast hello") == ["sent:", "DONE"])
            try leave(alice)
            try leave(try server.signIn("bob").client)
            server.terminate()

            let check = try chatserv(["check", "--queue-limit=2"], server)
            #expect(check.exit == .code(0))
            #expect(check.errors == [])
            #expect(
                check.output.map(withoutNumbersOfTheLog) == [
                    "data: \(server.folder.path)/data",
                    "log: # entries in 1 segment, 0 of them indexed",
                    "history: all of it is kept",
                    "letters: 2, 1 of them to everybody",
                    "accounts: 3, and 0 that have ended",
                    "cursors: # from # (alice) to # (bob)",
                    "waiting mail: 1 letter for 1 account, 1 to everybody that somebody may not "
                        + "have read",
                    "queue limit: 2; the fullest mailbox holds 2 (carol)",
                    "failed logins: 0 names and addresses",
                    "account file: 3 accounts in \(server.folder.path)/user_pass.txt",
                    "note: 1 mailbox is full",
                    "sound",
                ])
        }

        @Test func `damage is named, and not put in place`() throws {
            let (copied, copy) = try copied()
            try damage(copy, where: "message 77")
            let scratch = TestFolder()
            let check = try chatserv(["restore", "--check", copy], copied, scratch: scratch)
            #expect(check.exit == .code(1))
            #expect(check.errors.contains { $0.contains("segment s0, number ") }, "\(check)")
            #expect(check.errors.last?.contains("damage found, in ") == true)
            #expect(TestFolder.names(in: scratch.path) == [])

            let folder = TestFolder()
            let refused = try chatserv(["restore", copy], in: folder)
            #expect(refused.exit == .code(1))
            #expect(TestFolder.names(in: folder.path) == [])

            #expect(try chatserv(["restore", "--even-damaged", copy], in: folder).exit == .code(1))
            let data = try chatserv(["check"], in: folder)
            #expect(data.exit == .code(1))
            #expect(data.errors.first?.hasPrefix("chatserv check: segment s0, number ") == true)

            // A server begins with it, tells the reader, and names it in the log.
            let server = try TestServer(on: folder)
            let mail = try server.signIn("bob").mail
            #expect(mail.count == 101)
            let lost = " from alice cannot be shown: what was kept of it is damaged"
            #expect(mail.count { $0.hasSuffix(lost) } == 1)
            #expect(try server.logged("store-damaged").contains("s0: "))
        }

        @Test func `a server does not begin when it cannot be known who exists`() throws {
            let (server, _) = try copied(1)
            try damage("\(server.folder.path)/data/messages.db", where: "carol")

            let begun = try chatserv([], server)
            #expect(begun.exit == .code(1))
            #expect(begun.errors.count == 1)
            #expect(begun.errors[0].hasPrefix("chatserv: the data is damaged: s0: "))
            #expect(begun.errors[0].hasSuffix("chatserv restore makes it again from a backup"))
            let check = try chatserv(["check"], server)
            #expect(check.exit == .code(1))
            #expect(check.errors.first?.hasPrefix("chatserv check: segment s0, number ") == true)
        }

        @Test func `an account whose line was cut short is not ended`() throws {
            let server = try TestServer()
            let client = try server.connect()
            _ = try client.ask("new dave secret")
            try leave(client)
            #expect(server.terminate() == .code(0))
            let file = "\(server.folder.path)/user_pass.txt"
            let cut = try #require(TestFolder.contents(of: file)).dropLast(4)
            server.folder.put(String(decoding: cut, as: UTF8.self), in: "user_pass.txt")

            let begun = try chatserv([], server)
            #expect(begun.exit == .code(1))
            #expect(begun.errors.count == 1)
            #expect(begun.errors[0].contains("the line of dave, who has an account, is cut short"))
            #expect(TestFolder.contents(of: file) == Array(cut))
        }

        @Test func `restore --check leaves nothing, wherever it ends`() throws {
            let (server, copy) = try copied(8_000)
            for signal in [nil, SIGINT, SIGTERM] {
                let scratch = TestFolder()
                // The thread sanitizer has files of its own there.
                func made() -> [String] {
                    TestFolder.names(in: scratch.path).filter { $0.hasPrefix("chatserv") }
                }
                let settings = self.settings(server.folder, scratch)
                let process = try ChildProcess(
                    TestServer.program, ["restore", "--check", copy], environment: settings)
                if let signal {
                    let deadline = ContinuousClock.now + patience
                    while made().isEmpty, ContinuousClock.now < deadline {}
                    process.send(signal)
                }
                #expect(process.waitForExit() == .code(signal == nil ? 0 : 130))
                #expect(made() == [])
            }
        }

        // MARK: - Helps

        private struct Ended {
            let exit: ChildProcess.Exit
            let output: [String]
            let errors: [String]
        }

        private func chatserv(
            _ words: [String], _ server: TestServer, scratch: TestFolder = TestFolder()
        ) throws -> Ended {
            try chatserv(words, in: server.folder, scratch: scratch)
        }

        private func chatserv(
            _ words: [String], in folder: TestFolder, scratch: TestFolder = TestFolder()
        ) throws -> Ended {
            // There is no other place for it to be in.
            let words = words.map { Self.names.contains($0) ? "\(folder.path)/\($0)" : $0 }
            let process = try ChildProcess(
                TestServer.program, words, environment: settings(folder, scratch))
            return Ended(
                exit: process.waitForExit(), output: process.output.lines,
                errors: process.errors.lines)
        }

        private static let names = ["copy", "no/such/folder/copy", "nothing"]

        private func settings(_ folder: TestFolder, _ scratch: TestFolder) -> [String: String] {
            TestServer.settings(in: folder).merging(["TMPDIR": scratch.path]) { $1 }
        }

        /// Letters to bob, and a copy of the data with them. The server has ended.
        private func copied(_ letters: Int = 100) throws -> (TestServer, copy: String) {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let replies = try alice.post(letters, to: "bob") { "message \($0)" }
            #expect(replies.allSatisfy { $0 == "sent:" })
            try leave(alice)
            let copy = "\(server.folder.path)/copy"
            #expect(try chatserv(["backup", copy], server).exit == .code(0))
            #expect(server.terminate() == .code(0))
            return (server, copy)
        }

        private func leave(_ client: TestClient) throws {
            try client.say("logout")
            #expect(try client.rest().last == "goodbye")
            client.close()
        }

        private func restored(_ copy: String, data: String = "data") throws -> TestFolder {
            let folder = TestFolder()
            let words = ["restore", copy, "--data", "\(folder.path)/\(data)"]
            let restored = try chatserv(words, in: folder)
            #expect(restored.exit == .code(0), "\(restored)")
            return folder
        }

        /// What somebody finds who signs in to a server on the copy.
        private func mail(of name: String, in copy: String) throws -> [String] {
            let server = try TestServer(on: try restored(copy))
            return try server.signIn(name).mail.dropLast()
        }

        private func files(of folder: TestFolder) -> [String: [UInt8]?] {
            let names = TestFolder.names(in: "\(folder.path)/data")
            return Dictionary(
                uniqueKeysWithValues: names.map {
                    ($0, TestFolder.contents(of: "\(folder.path)/data/\($0)"))
                })
        }

        /// How many entries there are is the server's affair.
        private func withoutNumbersOfTheLog(_ line: String) -> String {
            guard line.hasPrefix("log: ") || line.hasPrefix("cursors: ") else { return line }
            let words = line.split(separator: " ")
            return words.indices.map { place in
                let isOne = place == 1 || words[max(0, place - 1)] == "from"
                return isOne || words[max(0, place - 1)] == "to" ? "#" : String(words[place])
            }.joined(separator: " ")
        }

        /// Changes a bit of this text.
        private func damage(_ file: String, where text: String) throws {
            let bytes = try #require(TestFolder.contents(of: file))
            let place = try #require(bytes.firstRange(of: Array(text.utf8))).lowerBound
            let descriptor = unsafe open(file, O_WRONLY | O_CLOEXEC)
            defer { close(descriptor) }
            // One byte of our own.
            #expect(unsafe pwrite(descriptor, [bytes[place] ^ 1], 1, off_t(place)) == 1)
        }
    }
}
