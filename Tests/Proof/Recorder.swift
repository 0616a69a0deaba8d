// The library that is put between the server and the kernel; see Tests/PowerLoss/recorder.c.
import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct Recorder: Sendable {
    private let library: String

    /// Compiles it, which takes a quarter of a second.
    init(into folder: String) throws {
        library = "\(folder)/recorder.so"
        let compiler = try ChildProcess(
            "/usr/bin/env",
            ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library]
                + [Self.source],
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"])
        guard compiler.waitForExit() == .code(0) else {
            let reasons = compiler.errors.lines.joined(separator: "\n")
            throw Missing("a recorder; it needs a C compiler and Linux:\n\(reasons)")
        }
    }

    /// In the other folder of this package's tests.
    private static let source: String = {
        let here = #filePath
        let folder = here[..<(here.lastIndex(of: "/") ?? here.startIndex)]
        return "\(folder)/../PowerLoss/recorder.c"
    }()

    /// For a process whose doings in the folder are to be written down.
    func environment(folder: String, record: String, chaos: String) -> [String: String] {
        environment(folder: folder, chaos: chaos).merging(["POWER_RECORD": record]) { $1 }
    }

    /// For a process whose calls in the folder can be made to fail.
    func environment(folder: String, chaos: String) -> [String: String] {
        ["LD_PRELOAD": library, "POWER_FOLDER": folder, "CHAOS_FILE": chaos]
    }
}
