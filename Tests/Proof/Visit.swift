// One connection to the server, line by line, written down as it is seen. Whoever visits reads up
// to `DONE` before the next line, so that all of section 5 of docs/PROTOCOL.md holds for them.
import ProofKit

/// What ends a visit early.
enum Leaving: Error {
    /// The server is gone, or has hung up.
    case cutOff
    /// It did not let us in, with these words.
    case turnedAway(String)
}

final class Visit {
    private let client: TestClient
    private let history: History
    private(set) var sitting: Sitting

    /// At the door: nothing has been said yet.
    init(of reader: String, at port: UInt16, _ history: History) throws {
        self.history = history
        client = try TestClient(port: port)
        sitting = Sitting(reader: reader, begun: history.now())
    }

    /// Signs in, and reads what waits.
    convenience init(
        _ reader: String, _ password: String, at port: UInt16, _ history: History
    ) throws {
        try self.init(of: reader, at: port, history)
        let reply = try ask("login \(reader) \(password)")
        guard reply == "welcome" else { throw Leaving.turnedAway(reply) }
    }

    deinit {
        if !sitting.exchanges.isEmpty { history.sat(sitting) }
    }

    var reader: String { sitting.reader }
    /// All that has been shown so far.
    var mail: [String] { sitting.exchanges.flatMap(\.mail) }
    /// Whether all that waited at the door was read.
    var isComplete: Bool { sitting.exchanges.first?.isDone ?? false }

    // MARK: Talking

    /// Says a line and gives the reply, when the mail behind it has been read as well.
    @discardableResult
    func ask(_ line: String) throws -> String {
        try say(line)
        let reply = try hearReply()
        try hearMail(after: reply)
        return reply
    }

    /// A message to some, or to everybody; and to one more, who does not exist.
    @discardableResult
    func send(
        to readers: [String]?, alsoTo stranger: String? = nil, _ text: (Int) -> String
    ) throws -> String {
        let sent = history.begin(from: reader, to: readers, text)
        let names = (readers ?? []) + (stranger.map { [$0] } ?? [])
        let several = "(\(names.joined(separator: " ")))"
        let to = names.count == 1 ? names[0] : several
        try say(readers == nil ? "broadcast \(sent.text)" : "send \(to) \(sent.text)")
        let reply = try hearReply()
        history.end(sent, reply: reply, at: history.now())
        try hearMail(after: reply)
        return reply
    }

    /// One to somebody, and away before it is answered; or with half of it, which nobody gets.
    func sendAndGo(to reader: String, isWhole: Bool, _ text: (Int) -> String) throws {
        let sent = history.begin(from: self.reader, to: [reader], text)
        let line = "send \(reader) \(sent.text)"
        if isWhole {
            try say(line)
        } else {
            history.end(sent, reply: "error:storage:unfinished", at: history.now())
            try orCutOff { try client.send(Array(line.utf8)) }
        }
        client.close()
    }

    func say(_ line: String) throws {
        sitting.exchanges.append(Sitting.Exchange(line: line, begun: history.now()))
        try orCutOff { try client.say(line) }
    }

    func hearReply() throws -> String {
        guard let reply = try orCutOff({ try client.line() }) else { throw Leaving.cutOff }
        sitting.exchanges[last].replied = history.now()
        return reply
    }

    /// At the door there is none, except behind the welcome; and none behind the goodbye.
    func hearMail(after reply: String) throws {
        guard last > 0 ? reply != "goodbye" : reply == "welcome" else { return }
        while true {
            guard let line = try orCutOff({ try client.line() }) else {
                // The one before may have been cut in the middle.
                _ = sitting.exchanges[last].mail.popLast()
                throw Leaving.cutOff
            }
            if line == "DONE" { break }
            sitting.exchanges[last].mail.append(line)
        }
        sitting.exchanges[last].isDone = true
    }

    private var last: Int { sitting.exchanges.count - 1 }

    private func orCutOff<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let missing as Missing {
            // Silence, which is not what the end of a server looks like.
            history.odd("\(reader) waits in vain: \(missing)")
            throw Leaving.cutOff
        } catch {
            throw Leaving.cutOff
        }
    }

    // MARK: Leaving

    enum Way: CaseIterable {
        case logout
        case close
        case reset
        case halfLine
        case closeUnread
        case closeUnreadAfterLine
    }

    func leave(_ way: Way) throws {
        switch way {
        case .logout:
            guard try ask("logout") == "goodbye" else { return }
            while try orCutOff({ try client.line() }) != nil {}
        case .close: break
        case .reset: client.reset()
        case .halfLine: try orCutOff { try client.send(Array("fetc".utf8)) }
        case .closeUnread: try say("fetch")
        case .closeUnreadAfterLine:
            try say("fetch")
            _ = try hearReply()
        }
        client.close()
    }
}
