// Where transcripts are played: in memory, with lines in whatever pieces, and over real sockets.
import ProofKit
import Protocol
import Server

struct MemoryStage: Stage {
    private var server: MemoryServer
    private let isByteByByte: Bool
    private var clients: [String: Client] = [:]
    private var names: [String] = []

    private struct Client {
        var id: SessionID
        var received: [UInt8] = []
        var hasEnded = false
    }

    init(_ transcript: Transcript, byteByByte: Bool) throws {
        guard
            case .run(let configuration) = Configuration.parse(
                arguments: [], environment: transcript.settings)
        else { throw Missing("settings that can be: \(transcript.settings)") }
        server = try MemoryServer(configuration, accounts: transcript.accounts)
        isByteByByte = byteByByte
    }

    mutating func perform(
        _ action: Transcript.Action, expecting: [Transcript.Heard]
    ) throws -> [Transcript.Heard] {
        switch action {
        case .connect(let name, let address): try connect(name, from: address)
        case .say(let name, let bytes): try say(bytes, as: name)
        case .stopSending(let name): server.stopSending(try id(of: name))
        case .close(let name):
            server.stopSending(try id(of: name))
            clients[name] = nil
        case .reset(let name):
            server.reset(try id(of: name))
            clients[name] = nil
        case .wait(let time): server.wait(time)
        case .restart: try server.restart()
        case .kill: try server.kill()
        case .disk(let isFull): server.fillDisk(isFull)
        }
        // Whoever did it first: what it sets off at others comes behind its answer.
        let actor = action.client
        let heard = ([actor].compactMap(\.self) + names.filter { $0 != actor })
            .flatMap { listen(to: $0) }
        // Another server gives the same numbers to others.
        if [.restart, .kill].contains(action) { clients = [:] }
        return heard
    }

    mutating func finish() -> [Transcript.Heard] { [] }

    private mutating func connect(_ name: String, from address: String) throws {
        // Whoever has heard the end closes before calling again.
        if let client = clients[name] { server.stopSending(client.id) }
        guard let id = server.connect(from: address) else { throw Missing("room for \(name)") }
        clients[name] = Client(id: id)
        if !names.contains(name) { names.append(name) }
    }

    private mutating func say(_ bytes: [UInt8], as name: String) throws {
        if clients[name].map(\.hasEnded) ?? true { try connect(name, from: "127.0.0.1") }
        let id = try id(of: name)
        if isByteByByte {
            for byte in bytes { server.send([byte], from: id) }
        } else {
            server.send(bytes, from: id)
        }
    }

    private func id(of name: String) throws -> SessionID {
        guard let client = clients[name] else { throw Missing("\(name) is not connected") }
        return client.id
    }

    private mutating func listen(to name: String) -> [Transcript.Heard] {
        guard var client = clients[name], !client.hasEnded else { return [] }
        let (bytes, hasEnded) = server.take(for: client.id)
        var lines = (client.received + bytes).split(
            separator: 0x0a, omittingEmptySubsequences: false
        ).map(Array.init)
        client.received = lines.removeLast()
        client.hasEnded = hasEnded
        clients[name] = client
        return lines.map { Transcript.Heard(client: name, line: $0) }
            + (hasEnded ? [Transcript.Heard(client: name, line: nil)] : [])
    }
}

struct SocketStage: Stage {
    private let server: TestServer
    private var clients: [String: Client] = [:]
    private var names: [String] = []
    /// Since the server was started.
    private var signIns = 0

    private struct Client {
        let end: TestClient
        var hasEnded = false
        /// Signing out shows in the log, and only there.
        var isSignedIn = false
    }

    init(_ transcript: Transcript) throws {
        server = try TestServer(accounts: transcript.accounts, settings: transcript.settings)
    }

    mutating func perform(
        _ action: Transcript.Action, expecting: [Transcript.Heard]
    ) throws -> [Transcript.Heard] {
        switch action {
        case .connect(let name, let address): try connect(name, from: address)
        case .say(let name, let bytes): try say(bytes, as: name)
        case .stopSending(let name): try client(name).end.stopSending()
        case .close(let name):
            try leave(name) { $0.close() }
        case .reset(let name):
            try leave(name) { $0.reset() }
        case .restart:
            server.terminate()
            try server.start()
            signIns = 0
        case .kill:
            server.kill()
            try server.start()
            signIns = 0
        case .wait, .disk:
            throw Missing("a clock and a disk to play with")
        }
        return try expecting.map { try hear($0.client) }
    }

    mutating func finish() throws -> [Transcript.Heard] {
        var heard: [Transcript.Heard] = []
        for name in names {
            guard let client = clients[name], !client.hasEnded else { continue }
            client.end.stopSending()
            while let line = try client.end.bytes() {
                heard.append(Transcript.Heard(client: name, line: line))
            }
        }
        return heard
    }

    private mutating func connect(_ name: String, from address: String) throws {
        clients[name]?.end.close()
        clients[name] = Client(end: try server.connect(from: address))
        if !names.contains(name) { names.append(name) }
    }

    private mutating func say(_ bytes: [UInt8], as name: String) throws {
        if clients[name].map(\.hasEnded) ?? true { try connect(name, from: "127.0.0.1") }
        try client(name).end.send(bytes)
    }

    /// What comes next happens after the server has noticed.
    private mutating func leave(
        _ name: String, _ goodbye: (TestClient) -> Void
    ) throws {
        goodbye(try client(name).end)
        clients[name] = nil
        let signOuts = signIns - clients.values.count(where: \.isSignedIn)
        if signOuts > 0 { try server.logged("event=signed-out", times: signOuts) }
    }

    private func client(_ name: String) throws -> Client {
        guard let client = clients[name] else { throw Missing("\(name) is not connected") }
        return client
    }

    private mutating func hear(_ name: String) throws -> Transcript.Heard {
        var client = try client(name)
        defer { clients[name] = client }
        do {
            let line = try client.end.bytes()
            client.hasEnded = line == nil
            if line == Array("welcome".utf8) {
                client.isSignedIn = true
                signIns += 1
            }
            if line == Array("goodbye".utf8) || line == nil { client.isSignedIn = false }
            return Transcript.Heard(client: name, line: line)
        } catch is Missing {
            return Transcript.Heard(client: name, line: Array("(nothing)".utf8))
        } catch {
            // A reset is an end as well.
            client.hasEnded = true
            return Transcript.Heard(client: name, line: nil)
        }
    }
}
