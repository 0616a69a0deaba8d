import ProofKit
import Sockets

/// Somebody who sends numbers to somebody, each when the one before is confirmed, until told to
/// stop.
final class Writer {
    let name: String
    /// All up to this number, as far as it was heard here.
    private(set) var confirmed: Int
    private let confirmations: SwapBox<Bool>
    private let isOver = Guarded(false)
    private let thread: ThreadHandle

    /// From this number on.
    init(_ name: String, from first: Int, to reader: String, _ port: UInt16) throws {
        self.name = name
        confirmed = first
        let confirmations = try SwapBox<Bool>()
        self.confirmations = confirmations
        let isOver = isOver
        thread = try startThread(named: name) {
            do {
                let client = try TestClient(port: port)
                let welcome = try client.ask("login \(name) \(TestServer.password(of: name))")
                guard welcome.first == "welcome" else { throw Missing("the welcome") }
                var number = first
                while !isOver.withLock({ $0 }) {
                    guard try client.ask("send \(reader) \(number)") == ["sent:", "DONE"] else {
                        throw Missing("sent: for \(number)")
                    }
                    confirmations.put(true)
                    number += 1
                }
                try client.say("logout")
                _ = try client.rest()
            } catch {
                // Whoever waits is told.
            }
            confirmations.put(false)
        }
    }

    /// Until so many more are confirmed.
    func wait(for count: Int) throws {
        let goal = confirmed + count
        while confirmed < goal {
            guard try hear() else { throw Missing("\(goal - confirmed) confirmations") }
        }
    }

    /// How many were confirmed in the end.
    func stop() throws -> Int {
        isOver.withLock { $0 = true }
        while try hear() {}
        thread.join()
        return confirmed
    }

    /// False when it has ended.
    private func hear() throws -> Bool {
        var batch: [Bool] = []
        guard confirmations.takeWaiting(into: &batch) else { throw Missing("a writer") }
        confirmed += batch.count { $0 }
        return !batch.contains(false)
    }
}
