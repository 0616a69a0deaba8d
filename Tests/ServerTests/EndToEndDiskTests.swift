import ProofKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EndToEnd {
    /// A disk that takes no more, and then does again.
    @Suite struct FullDisk {
        private static let prlimit = "/usr/bin/prlimit"
        private static let unshare = "/usr/bin/unshare"
        private static let hasPrlimit = unsafe access(prlimit, X_OK) == 0
        private static let hasUnshare = unsafe access(unshare, X_OK) == 0

        @Test(.enabled(if: hasPrlimit, "prlimit of util-linux sets the limit"))
        func `a file that may not grow refuses mail, loses none, and is no end`() throws {
            let server = try TestServer()
            let alice = try server.signIn("alice").client
            #expect(try alice.ask("send bob 0") == ["sent:", "DONE"])
            let size = server.folder.size(of: "data/messages.db-wal")
            try limitFiles(of: server, to: "\(size + 200_000):")

            // Where much has no room, little may have some.
            let sent = try fill(alice, 5_000) + fill(alice, 1)
            try server.logged("event=store-unable")
            #expect(try alice.ask("who") == ["alice", "DONE"])
            #expect(try alice.ask("send bob no") == ["error:storage:send", "DONE"])
            #expect(try alice.ask("broadcast no") == ["error:storage:broadcast", "DONE"])
            #expect(try server.signIn("carol").mail == ["DONE"])

            try limitFiles(of: server, to: "unlimited")
            #expect(try alice.ask("send bob last") == ["sent:", "DONE"])
            try server.logged("event=store-works-again")
            server.kill()
            try server.start()
            let mail = try server.signIn("bob").mail
            #expect(mail.count == sent + 3)
            #expect(mail.dropLast().last?.unstamped == "[*] alice: last")
        }

        @Test(.enabled(if: geteuid() == 0 && hasUnshare, "only root mounts a small disk"))
        func `a full disk refuses mail, and takes it again when there is room`() throws {
            let server = try TestServer(
                under: [
                    Self.unshare, "-m", "/bin/sh", "-c",
                    """
                    mkdir -p "$CHATSERV_DATA" && mount -t tmpfs -o size=2m,mode=700 none \
                    "$CHATSERV_DATA" && head -c 1000000 /dev/zero > "$CHATSERV_DATA/ballast" && \
                    exec "$0" "$@"
                    """,
                ])
            let alice = try server.signIn("alice").client
            let sent = try fill(alice, 5_000)
            #expect(sent > 0)
            #expect(try alice.ask("who") == ["alice", "DONE"])

            // The disk is in a room of its own, which only the server's own view shows.
            let data = "/proc/\(server.process.pid)/root\(server.folder.path)/data"
            #expect(unsafe unlink("\(data)/ballast") == 0)
            #expect(try alice.ask("send bob last") == ["sent:", "DONE"])
            let mail = try server.signIn("bob").mail
            #expect(mail.count == sent + 2)
            #expect(mail.dropLast().last?.unstamped == "[*] alice: last")
        }

        /// Sends until it is refused. How many were not.
        private func fill(_ client: TestClient, _ bytes: Int) throws -> Int {
            let text = String(repeating: "x", count: bytes)
            for sent in 0..<2_000 {
                let reply = try client.ask("send bob \(text)")
                if reply == ["error:storage:send", "DONE"] { return sent }
                #expect(reply == ["sent:", "DONE"])
            }
            throw Missing("the disk is not full")
        }

        private func limitFiles(of server: TestServer, to size: String) throws {
            let setter = try ChildProcess(
                Self.prlimit, ["--pid", "\(server.process.pid)", "--fsize=\(size)"],
                environment: [:])
            #expect(setter.waitForExit() == .code(0))
        }
    }
}
