import ProofKit
import Protocol
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EndToEnd {
    /// When mail counts as read, and when it comes again.
    @Suite struct Mail {
        @Test func `a script that reads to the end has read its mail`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            #expect(try alice.ask("send bob hello") == ["sent:", "DONE"])

            let script = try server.connect()
            try script.say("bob\nbuilder\nlogout")
            #expect(
                try script.rest().map(\.unstamped)
                    == ["password", "welcome", "[*] alice: hello", "DONE", "goodbye"])
            script.close()
            try server.logged("event=read")

            #expect(try server.signIn("bob").mail == ["DONE"])
        }

        @Test func `a script that stopped sending before the goodbye has read nothing`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            #expect(try alice.ask("send bob hello") == ["sent:", "DONE"])

            // All of it is there, the end too, before the server looks.
            server.process.send(SIGSTOP)
            let script = try server.connect()
            try script.say("bob\nbuilder\nlogout")
            script.stopSending()
            server.process.send(SIGCONT)
            #expect(
                try script.rest().map(\.unstamped)
                    == ["password", "welcome", "[*] alice: hello", "DONE", "goodbye"])
            script.close()

            #expect(try server.signIn("bob").mail.map(\.unstamped) == ["[*] alice: hello", "DONE"])
        }

        @Test func `the end of the input gives everything its answer, and keeps the mail`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            #expect(try alice.ask("send bob hello") == ["sent:", "DONE"])

            let script = try server.connect()
            try script.say("login bob builder\nsend alice hello yourself\nwho")
            script.stopSending()
            #expect(
                try script.rest().map(\.unstamped)
                    == [
                        "welcome", "[*] alice: hello", "DONE", "sent:", "DONE", "alice bob", "DONE",
                    ])

            #expect(
                try alice.ask("fetch").map(\.unstamped)
                    == ["fetching", "[*] bob: hello yourself", "DONE"])
            #expect(try server.signIn("bob").mail.map(\.unstamped) == ["[*] alice: hello", "DONE"])
        }

        @Test func `after a lost connection the same bytes come again`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let replies = try alice.post(300, to: "(bob carol)") { "☃ \($0)" }
            #expect(replies == Array(repeating: "sent:", count: 300))

            let first = try server.signIn("bob")
            first.client.reset()
            try server.logged("event=signed-out")
            let second = try server.signIn("bob")
            #expect(first.mail.count == 301)
            #expect(second.mail == first.mail)

            // The next line shows that it arrived.
            #expect(try second.client.ask("who") == ["alice bob", "DONE"])
            second.client.reset()
            try server.logged("event=signed-out", times: 2)
            #expect(try server.signIn("bob").mail == ["DONE"])
        }

        @Test func `whoever is lost in the middle of the mail gets all of it again`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let text = String(repeating: "x", count: 4_000)
            _ = try alice.post(500, to: "bob") { "\($0) \(text)" }

            let lost = try server.connect(receiveBuffer: 8_192)
            try lost.say("login bob builder")
            #expect(try lost.lines(100).count == 100)
            lost.reset()
            try server.logged("event=signed-out")

            let mail = try server.signIn("bob").mail
            #expect(mail.count == 501)
            #expect(mail.first?.hasSuffix("alice: 0 \(text)") == true)
            #expect(mail.dropLast().last?.hasSuffix("alice: 499 \(text)") == true)
        }

        /// So much that it stays with the server's kernel, and so much that it stays with the
        /// server.
        @Test(arguments: [20, 500])
        func `a line proves nothing while bytes before it are on their way`(_ count: Int) throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let text = String(repeating: "x", count: 1_000)
            _ = try alice.post(count, to: "bob") { "\($0) \(text)" }

            // Bob reads nothing.
            let bob = try server.connect(receiveBuffer: 4_096)
            try bob.say("login bob builder")
            try server.logged("user=bob")
            // Time enough for all that the kernel takes, `DONE` included, to be handed to it.
            for _ in 0..<100 { #expect(try alice.ask("fetch") == ["fetching", "DONE"]) }
            try bob.say("who")
            for _ in 0..<100 { #expect(try alice.ask("fetch") == ["fetching", "DONE"]) }
            bob.reset()
            try server.logged("event=signed-out")

            #expect(try server.signIn("bob").mail.count == count + 1)
        }

        @Test func `a line that had come before the mail was shown proves nothing`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            #expect(try alice.ask("send bob hello") == ["sent:", "DONE"])

            // It stays with the kernel: the server takes what stands before it, and no more while
            // the password is looked at.
            server.process.send(SIGSTOP)
            let login = "login bob builder\n"
            let blanks = String(repeating: "\n", count: Limits.receiveBytes - login.utf8.count)
            let hasty = try server.connect()
            try hasty.say(blanks + login + "who")
            server.process.send(SIGCONT)
            #expect(
                try hasty.lines(5).map(\.unstamped)
                    == ["welcome", "[*] alice: hello", "DONE", "alice bob", "DONE"])
            hasty.reset()
            try server.logged("event=signed-out")

            #expect(try server.signIn("bob").mail.map(\.unstamped) == ["[*] alice: hello", "DONE"])
        }

        @Test func `a name is free again when its connection is reset`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            let other = try server.connect()
            #expect(try other.ask("login bob builder") == ["welcome", "DONE"])
            try other.say("quit")
            #expect(try other.lines(2) == ["error:command:quit", "DONE"])

            alice.reset()
            try server.logged("event=signed-out")
            #expect(try other.ask("who") == ["bob", "DONE"])
            #expect(try server.signIn("alice").mail == ["DONE"])
        }

        @Test func `of two who sign in at once one is connected`() throws {
            let server = try TestServer()
            for round in 1...20 {
                let both = [try server.connect(), try server.connect()]
                server.process.send(SIGSTOP)
                for client in both { try client.say("login alice wonderland") }
                server.process.send(SIGCONT)

                let answers = try both.map { try $0.line() }
                #expect(Set(answers) == ["welcome", "connected"])
                for client in both { client.reset() }
                try server.logged("event=signed-out", times: round)
            }
        }
    }
}
