// A server on what a power cut has left, and what everybody finds there.
import ProofKit

struct Trial {
    let ledger: Ledger
    let town: Town
    let server: String
    let cut: Cut
    var chance: Seeded

    /// What is wrong.
    mutating func faults(with picture: Picture) -> [String] {
        let folder = TestFolder(in: Folder.inMemory)
        Folder.make(picture, in: folder.path)
        let subject: Subject
        do {
            subject = try Subject(Program(path: server), in: folder.path)
        } catch {
            return ["the server does not start: \(error)"]
        }
        defer {
            subject.kill()
            subject.process.waitForExit()
        }

        let book = History([])
        var faults: [String] = []
        for name in visitors() {
            faults += look(name, at: subject.port, book)
        }
        faults += residents.filter { isUnknown($0, at: subject.port) }.map {
            "\($0) has no account"
        }
        return faults + guesses(at: subject.port, book) + book.soFar.oddities
    }

    // MARK: Readers

    /// Those with mail; and sometimes one of those whose passwords cost a hash, which is most of
    /// the time that a trial takes. The youngest of them has the most to lose.
    private mutating func visitors() -> [String] {
        var visitors = town.people + (ledger.book.residents["sink"] == nil ? [] : ["sink"])
        let newcomers = newcomers
        if let youngest = newcomers.last, chance.oneIn(2) { visitors.append(youngest) }
        if newcomers.count > 1, chance.oneIn(8) {
            visitors.append(chance.one(of: Array(newcomers.dropLast())))
        }
        if chance.oneIn(4) { visitors.append(chance.one(of: town.clients + town.changers)) }
        return visitors
    }

    /// Those who registered before the cut, in that order.
    private var newcomers: [String] {
        ledger.book.residents.values.filter { $0.begun != .beginning && cut.covers($0.kept) }
            .sorted { $0.begun.order < $1.begun.order }.map(\.name)
    }

    private var residents: [String] {
        ledger.book.residents.values.filter { cut.covers($0.kept) }.map(\.name).sorted()
    }

    private func look(_ name: String, at port: UInt16, _ book: History) -> [String] {
        let passwords = ledger.passwords(of: name, after: cut) ?? []
        var reply = "nothing"
        for password in passwords {
            do {
                let visit = try Visit(name, password, at: port, book)
                var faults = ledger.faults(
                    in: visit.mail, of: name, isComplete: true, after: cut)
                let answer = try visit.ask("send \(name) and on it goes")
                if answer != "sent:" { faults.append("\(name) sends and reads \(answer)") }
                if name == town.people[0] { faults += try faultsOfRooms(asked: visit) }
                return faults
            } catch Leaving.turnedAway(let words) {
                reply = words
            } catch {
                return ["the server leaves \(name) without an answer"]
            }
        }
        return ["\(name) cannot sign in: \(reply) after \(passwords.count) passwords"]
    }

    /// What is in the rooms, and in their history and that of a conversation, read or not.
    private func faultsOfRooms(asked visit: Visit) throws -> [String] {
        var faults = ledger.faults(inRooms: try visit.askForList("rooms"), after: cut)
        let rooms = town.rooms.filter { ledger.mustBe($0, after: cut) }
        for room in rooms {
            let members = try visit.askForList("members \(room)")
            faults += ledger.faults(inMembers: members, of: room, after: cut)
        }
        for whose in rooms + [town.people[1]] {
            let lines = try visit.askForList("history \(whose) 1000")
            faults += ledger.faults(
                inHistory: lines, of: whose, for: visit.reader, count: 1_000, after: cut)
        }
        return faults
    }

    private func isUnknown(_ name: String, at port: UInt16) -> Bool {
        do {
            let client = try TestClient(port: port)
            try client.say(name)
            let reply = try client.line()
            return reply != "password" && reply != "connected"
                && reply?.hasPrefix("blocked:") != true
        } catch {
            return true
        }
    }

    // MARK: Blocks

    /// One that has to be blocked, and one that cannot be.
    private mutating func guesses(at port: UInt16, _ book: History) -> [String] {
        let guesses = ledger.book.guesses
        let blocked = town.victims.filter { cut.covers(guesses[$0]?.blocked) }
        let free = town.victims.filter { name in
            guesses[name, default: Guesses()].begun.count { cut.mayCover($0) } < 3
        }
        var faults: [String] = []
        if !blocked.isEmpty {
            let name = chance.one(of: blocked)
            let reply = enter(name, at: port, book)
            if !reply.hasPrefix("blocked:") { faults.append("\(name) is not blocked: \(reply)") }
        }
        if !free.isEmpty {
            let name = chance.one(of: free)
            let reply = enter(name, at: port, book)
            if reply != "welcome" { faults.append("\(name) is not let in: \(reply)") }
        }
        return faults
    }

    private func enter(_ name: String, at port: UInt16, _ book: History) -> String {
        do {
            _ = try Visit(name, Town.word(of: name), at: port, book)
            return "welcome"
        } catch Leaving.turnedAway(let reply) {
            return reply
        } catch {
            return "nothing"
        }
    }
}
