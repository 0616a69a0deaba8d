// What the kernel says of a process that is not ours to ask.
import ProofKit

struct ProcessStatus {
    /// In hundredths of a second.
    let processorTime: Int

    /// Nil when there is none.
    init?(_ pid: Int32) {
        guard let bytes = TestFolder.contents(of: "/proc/\(pid)/stat") else { return nil }
        // Behind the name, which may hold anything and stands in parentheses.
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].dropFirst().split(separator: " ")
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12])
        else { return nil }
        processorTime = user + system
    }
}
