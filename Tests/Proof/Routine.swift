// A little of everything, done by a few people one after the other, on a server that may be in
// trouble: each of them gets what was asked for, or a refusal with a name.
import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct Routine {
    let subject: Subject
    let history: History
    /// Nobody else has this number.
    let number: Int

    /// What was refused. Throws when the server is gone.
    func run() throws -> [String] {
        var refusals: [String] = []
        func take(_ reply: String, _ expected: [String]) {
            if reply.hasPrefix("error:storage:") {
                refusals.append(reply)
            } else if !expected.contains(reply) {
                history.odd("instead of \(expected) somebody reads \(reply)")
            }
        }

        let ann = try enter("ann0")
        take(try ann.send(to: .persons(["ann1"])) { "\($0): for one" }, ["sent:"])
        take(
            try ann.send(to: .persons(["ann1", "ann2"])) { "\($0): \(filling)" }, ["sent:"])
        take(try ann.send(to: .everybody) { "\($0): for all" }, ["sent:"])
        take(try ann.send(to: .room(lobby)) { "\($0): for all who are inside" }, ["sent:"])
        // Nobody else is inside, so it ends when she leaves, at the latest with her session.
        let room = "#room\(number)"
        let made = try ann.ask("create \(room) empty")
        if made.hasPrefix("created:\(room):") {
            take(try ann.ask("send \(room) nobody hears it"), ["sent:"])
            take(try ann.ask("leave \(room)"), ["left:\(room)"])
        } else {
            take(made, [])
        }
        take(try ann.ask("fetch"), ["fetching"])
        let other = try enter("ann1")
        take(try other.ask("fetch"), ["fetching"])
        take(try guess(), ["password", "\(Subject.blockTime)"])
        // A server with few descriptors has room for one stranger at a time.
        usleep(1_000)
        take(try register(), ["registered"])
        take(try other.send(to: .persons(["ann0", "ann1"])) { "\($0): thank you" }, ["sent:"])
        try other.leave(.logout)
        try ann.leave(.logout)
        return refusals
    }

    /// Fifty letters of several pages each. What was refused.
    func fill() throws -> [String] {
        let ann = try enter("ann0")
        var refusals: Set<String> = []
        for _ in 0..<50 {
            let reply = try ann.send(to: .persons(["ann1"])) { "\($0): \(filling)" }
            if reply != "sent:" { refusals.insert(reply) }
        }
        try ann.leave(.logout)
        // So that they do not pile up.
        let other = try enter("ann1")
        try other.leave(.logout)
        return refusals.sorted()
    }

    private var filling: String { String(repeating: "0123456789", count: 700) }

    /// As soon as the last session of the same name has ended.
    private func enter(_ name: String) throws -> Visit {
        for _ in 0..<5_000 {
            do {
                return try Visit(name, Town.word(of: name), at: subject.port, history)
            } catch Leaving.turnedAway("connected") {
                usleep(1_000)
            }
        }
        throw Missing("an end of the last session of \(name)")
    }

    private func guess() throws -> String {
        let victim = "vic\(number / 3)"
        let visit = try Visit(of: victim, at: subject.port, history)
        history.guess(victim)
        try visit.say("login \(victim) please")
        let reply = try visit.hearReply()
        if reply == "\(Subject.blockTime)" { history.blocked(victim) }
        return reply
    }

    private func register() throws -> String {
        let name = "new\(number)"
        let visit = try Visit(of: name, at: subject.port, history)
        for line in [name, "y"] {
            try visit.say(line)
            _ = try visit.hearReply()
        }
        history.choose("secret", for: name)
        try visit.say("secret")
        try visit.say("secret")
        let reply = try visit.hearReply()
        if reply == "registered" { history.confirmChoice(for: name) }
        return reply
    }

    /// Whether everything works within five seconds, without a restart.
    static func worksAgain(
        _ subject: Subject, _ history: History, numbers: inout Int
    ) -> Bool {
        let deadline = ContinuousClock.now + .seconds(5)
        repeat {
            numbers += 1
            let routine = Routine(subject: subject, history: history, number: numbers)
            // One who is turned away at the door may come back.
            if let refusals = try? routine.run(), refusals.isEmpty { return true }
            usleep(20_000)
        } while ContinuousClock.now < deadline && !subject.hasEnded
        return false
    }
}
