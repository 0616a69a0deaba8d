import ProofKit
import Testing

/// A real server, its sockets, its files. One test at a time: each has the machine for itself.
@Suite(.serialized) enum EndToEnd {}

extension TestClient {
    /// Sends so many messages, without waiting for each, and gives the replies. The text is that of
    /// the number.
    func post(_ count: Int, to: String, _ text: (Int) -> String) throws -> [String] {
        var replies: [String] = []
        for start in stride(from: 0, to: count, by: 100) {
            let batch = start..<min(start + 100, count)
            try send(batch.flatMap { Array("send \(to) \(text($0))\n".utf8) })
            for _ in batch { replies += try lines(through: "DONE").dropLast() }
        }
        return replies
    }
}
