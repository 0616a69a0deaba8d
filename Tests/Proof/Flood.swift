// More letters than go into a segment of the log, so that one is closed under load.
import ProofKit
import Sockets

/// Many who write to one, as fast as it goes; that one reads all the while. Nobody else is meant.
struct Flood: Sendable {
    private let writers = (0..<50).map { "flood\($0)" }
    private let sink = "sink"

    private var everybody: [String] { writers + [sink] }
    var accounts: String { everybody.map { "\($0) \(Town.word(of: $0))\n" }.joined() }
    var residents: [Resident] { everybody.map(Resident.init(known:)) }

    /// So many letters of each writer. In a round all of them write at once, and the store keeps
    /// them together. Ends the scene.
    func run(rounds: Int, _ scene: Scene) throws {
        let reader = try startThread(named: "sink") {
            scene.repeatedly {
                let visit = try Visit(sink, Town.word(of: sink), at: scene.port, scene.history)
                while scene.goesOn { try visit.ask("fetch") }
                try visit.leave(.logout)
            }
        }
        defer {
            scene.end()
            reader.join()
        }
        let clients = try writers.map { writer in
            let client = try TestClient(port: scene.port)
            _ = try client.ask("login \(writer) \(Town.word(of: writer))")
            return (writer: writer, client: client)
        }
        for _ in 0..<rounds {
            let sent = try clients.map { writer, client in
                let sent = scene.history.begin(from: writer, to: .persons([sink])) {
                    "\($0): one of very many"
                }
                try client.say("send \(sink) \(sent.text)")
                return sent
            }
            for (sent, (_, client)) in zip(sent, clients) {
                let reply = try client.lines(through: "DONE").first ?? "nothing"
                scene.history.end(sent, reply: reply, at: scene.history.now())
            }
        }
        for (_, client) in clients { client.close() }
    }
}
