// What each of them does.
import ProofKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes and reads, comes and goes, in every way there is.
struct Person {
    let name: String
    let scene: Scene
    var chance: Seeded

    consuming func live() {
        scene.repeatedly { try visit() }
    }

    private mutating func visit() throws {
        let visit = try Visit(name, Town.word(of: name), at: scene.port, scene.history)
        if !scene.town.rooms.isEmpty, chance.oneIn(4) { try visit.listen(true) }
        for _ in 0..<chance.number(0...40) where scene.goesOn { try say(visit) }
        if chance.oneIn(6) {
            var words = chance.branch()
            return try visit.sendAndGo(
                to: chance.one(of: scene.town.people), isWhole: chance.oneIn(2)
            ) { message($0, &words) }
        }
        try visit.leave(scene.goesOn ? chance.one(of: Visit.Way.allCases) : .logout)
    }

    private mutating func say(_ visit: Visit) throws {
        if !scene.town.rooms.isEmpty, chance.oneIn(3) { return try meet(visit) }
        switch chance.number(0...99) {
        case 0..<35: try write(visit, to: .persons([chance.one(of: scene.town.people)]))
        case 35..<55: try write(visit, to: .persons(several()))
        case 55..<60: try write(visit, to: .everybody)
        case 60..<63: try write(visit, to: .persons(several()), alsoTo: "nobody")
        case 63..<80: try visit.ask("fetch")
        case 80..<88: try visit.ask("")
        case 88..<92: try expect("who", "", visit)
        case 92..<96: try expect("last 5", "", visit)
        case 96..<98: try expect("juggle", "error:command:juggle", visit)
        default: try expect("send", "error:args:send", visit)
        }
    }

    /// In rooms, and in conversations.
    private mutating func meet(_ visit: Visit) throws {
        let room = chance.one(of: scene.town.rooms)
        let isInside = scene.history.isInside(room, name)
        switch chance.number(0...99) {
        case 0..<10: try write(visit, to: .room(lobby))
        case 10..<18: try talk(visit, to: chance.one(of: scene.town.people))
        case 18..<24: try visit.listen(visit.mode == .quiet)
        case 24..<30 where visit.mode == .live: try visit.wait(.milliseconds(3))
        case 30..<33: try makeRoom(visit)
        case 33..<42: try look(visit, around: room)
        case _ where !isInside: try visit.enter(room)
        // Who made it stays, and with it everybody's right to come in.
        case 42..<47 where name != scene.town.people[0]: try visit.leave(room)
        case 47..<56: try talk(visit, to: room)
        default: try write(visit, to: .room(room))
        }
    }

    private mutating func talk(_ visit: Visit, to whom: String) throws {
        if whom.hasPrefix("#"), !scene.history.isInside(whom, name) { return }
        var words = chance.branch()
        try visit.talk(to: whom, lines: chance.number(0...4)) { message($0, &words) }
    }

    private mutating func makeRoom(_ visit: Visit) throws {
        let room = "#x\(chance.next())"
        // Only so many may be open.
        if try visit.make(room), !chance.oneIn(8) { try visit.close(room) }
    }

    private mutating func look(_ visit: Visit, around room: String) throws {
        let friend = chance.one(of: scene.town.people)
        _ = try visit.askForList(
            chance.one(of: ["rooms", "inbox", "history \(friend) 30", "search DONE", "help"]))
    }

    private mutating func several() -> [String] {
        let count = chance.number(2...scene.town.people.count)
        return Array(scene.town.people.shuffled(using: &chance).prefix(count))
    }

    private mutating func write(
        _ visit: Visit, to address: Address, alsoTo stranger: String? = nil
    ) throws {
        var words = chance.branch()
        try visit.send(to: address, alsoTo: stranger) { message($0, &words) }
    }

    private func expect(_ line: String, _ beginning: String, _ visit: Visit) throws {
        let reply = try visit.ask(line)
        if !reply.hasPrefix(beginning) {
            scene.history.odd("\(name) says \(line) and reads \(reply)")
        }
    }
}

/// Makes accounts, in both ways.
struct Newcomers {
    let prefix: String
    let scene: Scene
    var chance: Seeded

    consuming func live(_ count: Int) {
        var next = 0
        scene.repeatedly {
            guard next < count else { return scene.pause(milliseconds: 5) }
            next += 1
            try register("\(prefix)n\(next)")
            scene.pause(milliseconds: chance.number(0...20))
        }
    }

    private mutating func register(_ name: String) throws {
        let history = scene.history
        let password = "secret of \(name)"
        let visit = try Visit(of: name, at: scene.port, history)
        if chance.oneIn(2) {
            history.choose(password, for: name)
            try visit.say("new \(name) \(password)")
            try registered(visit, name)
            let reply = try visit.hearReply()
            try visit.hearMail(after: reply)
            try visit.send(to: .persons([chance.one(of: scene.town.people)])) {
                "\($0): I am new here"
            }
            try visit.leave(chance.one(of: Visit.Way.allCases))
        } else {
            for line in [name, "y"] {
                try visit.say(line)
                _ = try visit.hearReply()
            }
            history.choose(password, for: name)
            try visit.say(password)
            try visit.say(password)
            try registered(visit, name)
        }
    }

    private func registered(_ visit: Visit, _ name: String) throws {
        let reply = try visit.hearReply()
        if reply == "registered" {
            scene.history.confirmChoice(for: name)
        } else if reply != "error:storage:register" {
            scene.history.odd("\(name) registers and reads \(reply)")
        }
    }
}

/// Says wrong passwords until the name is blocked, then goes on to the next.
struct Guesser {
    let scene: Scene
    var chance: Seeded

    consuming func live() {
        var victims = scene.town.victims[...]
        scene.repeatedly {
            while let victim = victims.first, scene.history.isBlocked(victim) {
                victims.removeFirst()
            }
            guard let victim = victims.first else { return scene.pause(milliseconds: 5) }
            try guess(victim)
            scene.pause(milliseconds: chance.number(0...10))
        }
    }

    private func guess(_ victim: String) throws {
        let history = scene.history
        let visit = try Visit(of: victim, at: scene.port, history)
        history.guess(victim)
        try visit.say("login \(victim) please")
        let reply = try visit.hearReply()
        if reply == "\(Subject.blockTime)" || reply.hasPrefix("blocked:") {
            history.blocked(victim)
        } else if reply != "password" {
            history.odd("a guess at \(victim) reads \(reply)")
        }
    }
}

/// Change their own passwords.
struct Changer {
    let scene: Scene
    var chance: Seeded

    consuming func live() {
        scene.repeatedly {
            try change(chance.one(of: scene.town.changers), to: "choice \(chance.next())")
            scene.pause(milliseconds: chance.number(0...200))
        }
    }

    /// After a crash it may be the one before.
    private func change(_ name: String, to password: String) throws {
        for old in scene.history.passwords(of: name) {
            do {
                let visit = try Visit(name, old, at: scene.port, scene.history)
                scene.history.prove(old, for: name)
                return try visit.changePassword(from: old, to: password)
            } catch Leaving.turnedAway("password") {
                continue
            }
        }
        scene.history.odd("none of \(name)'s passwords is right")
    }
}

/// Changes passwords behind the server's back, and tells it to read the file again.
struct Clerk {
    let scene: Scene
    var chance: Seeded

    consuming func live() {
        scene.repeatedly {
            try change(chance.one(of: scene.town.clients), to: "choice \(chance.next())")
            scene.pause(milliseconds: chance.number(0...60))
        }
    }

    private func change(_ name: String, to password: String) throws {
        scene.history.choose(password, for: name)
        let clerk = try scene.program.start(["passwd", "change", name], in: scene.folder)
        clerk.type("\(password)\n")
        clerk.closeInput()
        switch clerk.waitForExit() {
        case .code(0): scene.history.confirmChoice(for: name)
        case let other: scene.history.odd("passwd change \(name) ends with \(other)")
        }
        kill(scene.server, SIGHUP)
    }
}
