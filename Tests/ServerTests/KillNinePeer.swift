import ProofKit
import Sockets

/// A user who signs in and talks as fast as the server answers, until it is killed.
struct Peer {
    let user: String
    let others: [String]
    let port: UInt16
    /// Told of every confirmation.
    let confirmations: SwapBox<Void>
    private var chance: Chance
    private var diary: Diary

    init(
        _ user: String, of users: [String], port: UInt16, life: Int, seed: UInt64,
        confirmations: SwapBox<Void>
    ) {
        self.user = user
        others = users.filter { $0 != user }
        self.port = port
        self.confirmations = confirmations
        chance = Chance(seed)
        diary = Diary(user: user, life: life)
    }

    /// Returns when the server is gone.
    mutating func talk() -> Diary {
        do {
            while true {
                let client = try signIn()
                try chat(client)
                try leave(client)
            }
        } catch {
            // However it ended: what was heard before counts.
        }
        return diary
    }

    /// Makes one account after the other, until the server is gone.
    mutating func register() -> Diary {
        do {
            for number in 0... {
                let name = "\(user)-\(diary.life)-\(number)"
                let client = try TestClient(port: port)
                try client.say("new \(name) secret\nlogout")
                guard try client.line() == "registered" else { throw Missing("the new account") }
                diary.registered.append(name)
                _ = try client.rest()
            }
        } catch {
            // The same.
        }
        return diary
    }

    /// Reads everything there is, in good order.
    mutating func readAll() throws -> Diary {
        try leave(try signIn())
        return diary
    }

    // MARK: Talking

    private mutating func signIn() throws -> TestClient {
        let client = try TestClient(port: port)
        try client.say("login \(user) \(user)")
        guard try client.line() == "welcome" else { throw Missing("the welcome") }
        diary.visits.append(Diary.Visit())
        try hear(client)
        return client
    }

    private mutating func leave(_ client: TestClient) throws {
        try say("logout", to: client)
        client.close()
    }

    private mutating func chat(_ client: TestClient) throws {
        while !chance.oneIn(20) {
            switch chance.number(below: 16) {
            case 0: try say("fetch", to: client)
            case 1: try say("who", to: client)
            case 2: try send(to: others, "broadcast", client)
            case 10: try move("join", client)
            case 11: try move("leave", client)
            case 12, 13, 14: try send(to: others, "send \(Diary.room)", inRoom: true, client)
            case 15:
                try say("live", to: client)
                diary.visits[diary.visits.count - 1].isLive = true
            case 3, 4, 5:
                let readers = others.filter { _ in chance.oneIn(2) }
                if !readers.isEmpty {
                    try send(to: readers, "send (\(readers.joined(separator: " ")))", client)
                }
            default:
                let reader = others[chance.number(below: others.count)]
                try send(to: [reader], "send \(reader)", client)
            }
        }
    }

    private mutating func send(
        to readers: [String], _ command: String, inRoom: Bool = false, _ client: TestClient
    ) throws {
        let text =
            "\(user).\(diary.life).\(diary.attempts.count)"
            + String(repeating: "x", count: chance.number(below: 200))
        let before = diary.visits[diary.visits.count - 1].shown.count
        let place = diary.attempts.count
        diary.attempts.append(
            Diary.Attempt(text: text, readers: Set(readers), isInRoom: inRoom, began: .now))
        switch try say("\(command) \(text)", to: client) {
        case "sent:":
            diary.attempts[place].sent = .now
            let visit = diary.visits.count - 1
            if !diary.visits[visit].isLive { diary.visits[visit].durable = before }
            confirmations.put(())
            try hear(client)
        case "error:denied:send" where inRoom:
            diary.attempts[place].denied = .now
        case let reply:
            throw Missing("sent: for \(text), not \(reply)")
        }
    }

    /// In or out.
    private mutating func move(_ word: String, _ client: TestClient) throws {
        diary.moves.append(Diary.Move(isInside: word == "join", began: .now))
        let reply = try say("\(word) \(Diary.room)", to: client)
        // Who is outside already cannot go out.
        let isDone =
            reply.hasPrefix("joined:\(Diary.room):2:") || reply == "left:\(Diary.room)"
            || reply == "error:denied:leave"
        guard isDone else { throw Missing("an answer to \(word), not \(reply)") }
        diary.moves[diary.moves.count - 1].ended = .now
    }

    /// Says a line, and gives the reply to it. All but `sent:` is heard to the end.
    @discardableResult
    private mutating func say(_ line: String, to client: TestClient) throws -> String {
        let visit = diary.visits.count - 1
        let before = diary.visits[visit].shown.count
        try client.say(line)
        var reply = try client.line()
        while diary.visits[visit].isLive, let mail = reply, mail.hasPrefix("[") {
            show(mail)
            reply = try client.line()
        }
        guard let reply else { throw Missing("a reply") }
        if !diary.visits[visit].isLive { diary.visits[visit].proven = before }
        if reply == "goodbye" {
            _ = try client.rest()
        } else if reply != "sent:" {
            try hear(client)
        }
        return reply
    }

    private mutating func hear(_ client: TestClient) throws {
        while true {
            guard let line = try client.line() else { throw Missing("DONE") }
            if line == "DONE" { return }
            show(line)
        }
    }

    /// Comings and goings are counted alone: nothing tells one from the next.
    private mutating func show(_ line: String) {
        if line.contains(" server \(Diary.room): ") {
            diary.news += 1
        } else {
            diary.visits[diary.visits.count - 1].shown.append(line)
        }
    }
}

/// Chance that can be repeated.
struct Chance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func number(below limit: Int) -> Int {
        .random(in: 0..<limit, using: &self)
    }

    mutating func oneIn(_ count: Int) -> Bool {
        number(below: count) == 0
    }
}
