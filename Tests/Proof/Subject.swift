// The program that is put to the proof, and one life of it.
import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A way to start `chatserv`.
struct Program: Sendable {
    let path: String
    /// For every process of it.
    var environment: [String: String] = [:]
    /// A command that starts it, which it is given behind its own arguments.
    var wrapper: [String] = []

    func start(_ arguments: [String], in folder: String) throws -> ChildProcess {
        let words = wrapper + [path] + arguments
        let settings = [
            "PORT": "0", "CHATSERV_ACCOUNTS": "\(folder)/user_pass.txt",
            "CHATSERV_DATA": "\(folder)/data", "BLOCK_TIME": "\(Subject.blockTime)",
            "SWIFT_BACKTRACE": "enable=no",
        ]
        return try ChildProcess(
            words[0], Array(words.dropFirst()),
            environment: settings.merging(environment) { $1 })
    }
}

/// One life of the server, on a folder that outlives it.
final class Subject {
    /// A year, so that no block ends while its marks are looked at.
    static let blockTime = 31_536_000

    let program: Program
    let folder: String
    let process: ChildProcess
    let port: UInt16

    /// Returns when it listens.
    init(_ program: Program, in folder: String) throws {
        self.program = program
        self.folder = folder
        process = try program.start([], in: folder)
        let line = try process.errors.line(containing: "event=listening")
        guard let port = line.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw Missing("no port in \(line)")
        }
        self.port = port
    }

    /// As a crash ends it. Its number stays taken until `waitForExit` of the process, so that
    /// nobody else gets a signal that is meant for it.
    func kill() {
        process.send(SIGKILL)
    }

    /// With all its threads. Nobody has to have looked yet.
    var hasEnded: Bool { Self.wait(for: process.pid, WNOHANG) }

    /// Returns when nothing of it is left that could do anything.
    func awaitEnd() {
        _ = Self.wait(for: process.pid, 0)
    }

    private static func wait(for pid: pid_t, _ options: Int32) -> Bool {
        var status = unsafe siginfo_t()
        // A value of our own. The process stays what it is, for whoever collects it.
        let code = unsafe waitid(P_PID, id_t(pid), &status, WEXITED | WNOWAIT | options)
        // Nobody's child: it was collected.
        return unsafe code != 0 || status.si_signo != 0
    }

    /// As whoever runs services ends it.
    func terminate() -> ChildProcess.Exit {
        process.send(SIGTERM)
        return process.waitForExit()
    }
}
