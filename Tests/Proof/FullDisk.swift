// prove errors, third part: a disk that is really full, and a file that may grow no more. While it
// is so everybody is refused what cannot be kept and gets all that can be had; when there is room
// again everything works, without a restart.
import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct FullDisk {
    enum Cause: CaseIterable {
        /// A small file system of its own.
        case tmpfs
        /// RLIMIT_FSIZE, beyond which a signal is sent that ends a process unless it is ignored.
        case fileSize
    }

    private let cause: Cause
    private let watch: Watch
    private let again: String
    private let server: String
    private let folder = TestFolder()
    private var chronicle = Chronicle(Town(people: 3, victims: 300, clients: 0))
    private var number = 0
    private static let rounds = 5

    init(options: Options, _ cause: Cause) {
        self.cause = cause
        watch = Watch("errors: full disk, \(cause)", Self.rounds, "times full")
        again = options.again("errors")
        server = options.server
    }

    mutating func run() throws -> Row {
        var keeper: ChildProcess?
        var program = Program(path: server)
        var data = folder.path
        switch cause {
        case .fileSize:
            folder.put(chronicle.town.accounts, in: "user_pass.txt")
        case .tmpfs:
            data = TestFolder.make(in: folder.path, "small")
            folder.put(chronicle.town.accounts, in: "accounts")
            guard let process = try mount(at: data) else {
                tell("\(watch.harness): SKIPPED, there is no `unshare -m` here")
                return watch.row
            }
            keeper = process
            program.wrapper = Self.tool("nsenter", ["-t", "\(process.pid)", "-m"])
        }
        defer { keeper?.send(SIGKILL) }

        for _ in 0..<Self.rounds {
            var subject = try Subject(program, in: data)
            let history = try chronicle.begin(subject)
            try fill(subject, history, keeper)
            subject.kill()
            subject.process.waitForExit()
            subject = try Subject(program, in: data)
            for fault in try chronicle.end(history, subject) { found(fault) }
            subject.kill()
            subject.process.waitForExit()
            watch.didOne()
        }
        return watch.row
    }

    /// A namespace lives as long as somebody is in it. Nil when we may not make one.
    private func mount(at data: String) throws -> ChildProcess? {
        let script = """
            mount -t tmpfs -o size=32m,mode=700 none "$0" && cp "$1" "$0/user_pass.txt" \
            && echo mounted && exec sleep 3600
            """
        let words = Self.tool(
            "unshare", ["-m", "sh", "-c", script, data, "\(folder.path)/accounts"])
        let process = try ChildProcess(
            words[0], Array(words.dropFirst()), environment: Self.path)
        do {
            try process.output.line(containing: "mounted")
            return process
        } catch {
            return nil
        }
    }

    // MARK: Full, and not full

    private mutating func fill(
        _ subject: Subject, _ history: History, _ keeper: ChildProcess?
    ) throws {
        try limit(subject, keeper)
        var refused: [String] = []
        for _ in 0..<200 where refused.isEmpty {
            number += 1
            refused = try Routine(subject: subject, history: history, number: number).fill()
        }
        if refused != ["error:storage:send"] { found("for a full disk there is \(refused)") }
        number += 1
        let refusals = try Routine(subject: subject, history: history, number: number).run()
        if refusals.isEmpty { found("nothing is refused although the disk is full") }

        try relieve(subject, keeper)
        if !Routine.worksAgain(subject, history, numbers: &number) {
            found("no full service within 5 s of there being room")
        }
    }

    /// From now on there is little room.
    private func limit(_ subject: Subject, _ keeper: ChildProcess?) throws {
        switch cause {
        case .tmpfs:
            let script = """
                room=$(($(stat -f -c '%a * %S' "${0%/*}")))
                head -c $((room - 300000)) /dev/zero > "$0"
                """
            try run("sh", ["-c", script, ballast(keeper)])
        case .fileSize:
            let log = "\(folder.path)/data/messages.db-wal"
            let size = TestFolder.contents(of: log)?.count ?? 0
            try run("prlimit", ["--pid", "\(subject.process.pid)", "--fsize=\(size + 200_000):"])
        }
    }

    private func relieve(_ subject: Subject, _ keeper: ChildProcess?) throws {
        switch cause {
        case .tmpfs:
            try run("rm", [ballast(keeper)])
        case .fileSize:
            try run("prlimit", ["--pid", "\(subject.process.pid)", "--fsize=unlimited"])
        }
    }

    /// What takes the room, as it is seen from outside of the namespace.
    private func ballast(_ keeper: ChildProcess?) throws -> String {
        guard let keeper else { throw Missing("a file system of our own") }
        let inner = TestFolder.names(in: folder.path).first { $0.hasPrefix("small") } ?? ""
        return "/proc/\(keeper.pid)/root\(folder.path)/\(inner)/ballast"
    }

    // MARK: Tools

    private static let path = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]

    private static func tool(_ name: String, _ arguments: [String]) -> [String] {
        ["/usr/bin/env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", name] + arguments
    }

    private func run(_ name: String, _ arguments: [String]) throws {
        let words = Self.tool(name, arguments)
        let process = try ChildProcess(
            words[0], Array(words.dropFirst()), environment: Self.path)
        let exit = process.waitForExit()
        guard exit == .code(0) else {
            throw Missing("\(name) \(arguments): \(exit) \(process.errors.lines)")
        }
    }

    private func found(_ what: String) {
        watch.found(what, again: again)
    }
}
