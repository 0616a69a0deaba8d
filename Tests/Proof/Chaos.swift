// Calls of the server that fail on order, and moments in which it makes none; see
// Tests/PowerLoss/recorder.c, whose `struct chaos` the file mirrors.
import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The page that is shared with the recorder.
final class Chaos {
    enum Call: Int64 {
        case write = 1
        case flush = 2
        case open = 4
        case cut = 8
        case read = 16
        case name = 32
    }

    /// What is to fail, and how often.
    struct Plan: Sendable {
        let name: String
        let calls: [Call]
        /// 0: of a writing only half is done. `lie`: nothing is done, and nothing is said.
        let code: Int32
        /// All from then on, or one alone.
        let isSticky: Bool
        /// The end of the path that it is about.
        let suffix: String
    }

    static let lie: Int32 = 1_000

    let path: String
    private let file: Int32

    init(in folder: String) {
        path = "\(folder)/chaos"
        // The text ends with a NUL.
        file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0, ftruncate(file, off_t(Field.size)) == 0 else { fatalError("no \(path)") }
    }

    deinit {
        close(file)
    }

    private enum Field {
        static let kinds = 0
        static let first = 8
        static let count = 16
        static let code = 24
        static let calls = 32
        static let failed = 40
        static let held = 48
        static let changing = 56
        static let suffix = 64
        static let size = 128
    }

    /// From now on the n-th of these calls fails.
    func arm(_ plan: Plan, at call: Int) {
        disarm()
        put(Int64(call), at: Field.first)
        put(plan.isSticky ? .max : 1, at: Field.count)
        put(Int64(plan.code), at: Field.code)
        put(0, at: Field.calls)
        put(0, at: Field.failed)
        let suffix = Array(plan.suffix.utf8) + [0]
        precondition(suffix.count <= Field.size - Field.suffix, "there is room for 63 bytes")
        // The array's own length.
        unsafe pwrite(file, suffix, suffix.count, off_t(Field.suffix))
        put(plan.calls.reduce(0) { $0 | $1.rawValue }, at: Field.kinds)
    }

    func disarm() {
        put(0, at: Field.kinds)
    }

    /// How many have failed since.
    var failed: Int { number(at: Field.failed) }

    /// Everything that was changed in the folder is written down when the body runs, and nothing is
    /// changed while it does.
    func whileAllIsStill(_ body: () -> Void) {
        put(1, at: Field.held)
        while number(at: Field.changing) > 0 { usleep(50) }
        body()
        put(0, at: Field.held)
    }

    private func number(at offset: Int) -> Int {
        var value: Int64 = 0
        // A value of our own, with its size.
        unsafe pread(file, &value, MemoryLayout<Int64>.size, off_t(offset))
        return Int(value)
    }

    private func put(_ number: Int64, at offset: Int) {
        var number = number
        // A value of our own, with its size.
        unsafe pwrite(file, &number, MemoryLayout<Int64>.size, off_t(offset))
    }
}
