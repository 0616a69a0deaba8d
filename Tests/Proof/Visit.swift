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
    let history: History
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
        sitting.ended = history.now()
        if !sitting.exchanges.isEmpty { history.sat(sitting) }
    }

    var reader: String { sitting.reader }
    /// All that has been shown so far.
    var mail: [Sitting.Line] { sitting.exchanges.flatMap(\.mail) }
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

    /// A message; and to one more, who does not exist.
    @discardableResult
    func send(
        to address: Address, alsoTo stranger: String? = nil, _ text: (Int) -> String
    ) throws -> String {
        try send(to: address, text) { text in
            switch address {
            case .everybody: return "broadcast \(text)"
            case .room(let room): return "send \(room) \(text)"
            case .persons(let persons):
                let names = persons + (stranger.map { [$0] } ?? [])
                let several = "(\(names.joined(separator: " ")))"
                return "send \(names.count == 1 ? names[0] : several) \(text)"
            }
        }
    }

    /// As a line of this form.
    @discardableResult
    func send(
        to address: Address, _ text: (Int) -> String, as line: (String) -> String
    ) throws -> String {
        let sent = history.begin(from: reader, to: address, text)
        try say(line(sent.text))
        let reply = try hearReply()
        history.end(sent, reply: reply, at: history.now())
        try hearMail(after: reply)
        return reply
    }

    /// One to somebody, and away before it is answered; or with half of it, which nobody gets.
    func sendAndGo(to reader: String, isWhole: Bool, _ text: (Int) -> String) throws {
        let sent = history.begin(from: self.reader, to: .persons([reader]), text)
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
        sitting.exchanges.append(
            Sitting.Exchange(line: line, begun: history.now(), mode: mode))
        try orCutOff { try client.say(line) }
    }

    func hearReply() throws -> String {
        while true {
            guard let line = try orCutOff({ try client.line() }) else { throw cutOffInMail() }
            if mode != .quiet, line.hasPrefix("[") {
                take(line)
                continue
            }
            sitting.exchanges[last].replied = history.now()
            return line
        }
    }

    /// At the door there is none, except behind the welcome; and none behind the goodbye.
    func hearMail(after reply: String) throws {
        guard last > 0 ? reply != "goodbye" : reply == "welcome" else { return }
        while true {
            guard let line = try orCutOff({ try client.line() }) else { throw cutOffInMail() }
            if line == "DONE" { break }
            take(line)
        }
        sitting.exchanges[last].isDone = true
    }

    /// The lines of a list, of which the reply says how many there are; and the mail behind it.
    func askForList(_ line: String) throws -> [String] {
        try say(line)
        let reply = try hearReply()
        var list: [String] = []
        if let count = reply.split(separator: ":").last.flatMap({ Int($0) }) {
            for _ in 0..<count {
                guard let line = try orCutOff({ try client.line() }) else { throw Leaving.cutOff }
                list.append(line)
            }
        } else {
            history.odd("\(reader) says \(line) and reads \(reply)")
        }
        try hearMail(after: reply)
        return list
    }

    private func take(_ line: String) {
        sitting.exchanges[last].mail.append(Sitting.Line(text: line, talk: mode.talk))
    }

    /// What was last may have been cut in the middle.
    private func cutOffInMail() -> Leaving {
        _ = sitting.exchanges[last].mail.popLast()
        return .cutOff
    }

    // MARK: Mail at once

    /// As of the last reply.
    var mode: Sitting.Mode { sitting.exchanges.last?.mode ?? .quiet }

    /// From now on, or not any more.
    func listen(_ isOn: Bool) throws {
        try change(to: isOn ? .live : .quiet, with: isOn ? "live" : "live off") {
            $0 == (isOn ? "live:on" : "live:off")
        }
    }

    /// Says so many things to somebody, or in a room; meanwhile all other mail waits.
    func talk(to whom: String, lines: Int, _ text: (Int) -> String) throws {
        let before = mode
        let address: Address = whom.hasPrefix("#") ? .room(whom) : .persons([whom])
        guard try change(to: .talk(whom), with: "talk \(whom)", if: { $0 == "talk:\(whom)" })
        else { return }
        for _ in 0..<lines { try send(to: address, text) { $0 } }
        try change(to: before, with: "--") { $0 == "talk:off" }
    }

    @discardableResult
    private func change(
        to mode: Sitting.Mode, with line: String, if isRight: (String) -> Bool
    ) throws -> Bool {
        try say(line)
        let reply = try hearReply()
        if isRight(reply) {
            sitting.exchanges[last].mode = mode
        } else {
            history.odd("\(reader) says \(line) and reads \(reply)")
        }
        try hearMail(after: reply)
        return isRight(reply)
    }

    /// What comes within the time.
    func wait(_ limit: Duration) throws {
        while try orCutOff({ try client.hears(within: limit) }) {
            guard let line = try orCutOff({ try client.line() }) else { throw cutOffInMail() }
            take(line)
        }
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
