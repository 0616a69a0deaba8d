// Several lives of a server on the same data: what is known after each of them, and whether it is
// still there in the next.
import ProofKit

struct Chronicle {
    let town: Town
    /// Messages of all chapters so far, the accounts as they are known after them, and guesses.
    private var letters = 0
    private var residents: [Resident]
    private var guesses: [String: Guesses] = [:]
    /// Who is in which room. Nil before there are rooms.
    private var stays: [Stay]?

    init(_ town: Town) {
        self.town = town
        residents = town.residents
    }

    /// A book of its own. Its first message settles all that was read before: if any of it came
    /// again, nobody would know it.
    func begin(_ subject: Subject) throws -> History {
        let history = History(
            residents, guesses: guesses, stays: stays ?? [], firstNumber: letters)
        if stays == nil { try town.found(subject, history) }
        let first = town.people[0]
        let visit = try Visit(first, Town.word(of: first), at: subject.port, history)
        try visit.send(to: .persons([first])) { "\($0): so far everything was read" }
        try visit.leave(.logout)
        return history
    }

    /// Everybody of the last chapter comes once more, reads what waits, and says so. What was
    /// wrong, then and before.
    mutating func end(_ history: History, _ subject: Subject) throws -> [String] {
        let cut = Cut.order(history.now().order)
        var ledger = Ledger(history.soFar)
        var faults: [String] = []
        let known = Set(residents.map(\.name))
        let newcomers = ledger.book.residents.keys.filter { !known.contains($0) }
        for name in town.people + (newcomers + town.clients + town.changers).sorted() {
            guard let passwords = ledger.passwords(of: name, after: cut) else { continue }
            if let word = try read(name, passwords, history, subject) {
                history.choose(word, for: name)
                history.confirmChoice(for: name)
            } else {
                faults.append("\(name) cannot sign in")
            }
        }
        for name in town.victims where cut.covers(ledger.book.guesses[name]?.blocked) {
            let visit = try Visit(of: name, at: subject.port, History([]))
            let reply = try visit.ask("login \(name) \(Town.word(of: name))")
            if !reply.hasPrefix("blocked:") { faults.append("\(name) is not blocked: \(reply)") }
        }

        ledger = Ledger(history.soFar)
        faults += try lookAtRooms(ledger, cut, subject)
        faults += ledger.faultsOfSittings()
        remember(ledger)
        return faults
    }

    /// By the one who made them.
    private mutating func lookAtRooms(
        _ ledger: Ledger, _ cut: Cut, _ subject: Subject
    ) throws -> [String] {
        guard !town.rooms.isEmpty else { return [] }
        let visit = try Visit(
            town.people[0], Town.word(of: town.people[0]), at: subject.port, History([]))
        var faults = ledger.faults(inRooms: try visit.askForList("rooms"), after: cut)
        var stays: [Stay] = []
        for room in town.rooms {
            let members = try visit.askForList("members \(room)")
            faults += ledger.faults(inMembers: members, of: room, after: cut)
            stays += members.map { member in
                Stay(
                    person: String(member.prefix { $0 != " " }), room: room,
                    life: Lasting(begun: .beginning, kept: .beginning))
            }
        }
        self.stays = stays
        try visit.leave(.logout)
        return faults
    }

    /// The password that was right, or nil.
    private func read(
        _ name: String, _ passwords: [String], _ history: History, _ subject: Subject
    ) throws -> String? {
        for password in passwords {
            do {
                let visit = try Visit(name, password, at: subject.port, history)
                try visit.leave(.logout)
                return password
            } catch Leaving.turnedAway {
                continue
            }
        }
        return nil
    }

    private mutating func remember(_ ledger: Ledger) {
        letters += ledger.book.sent.count
        guesses = ledger.book.guesses.mapValues { known in
            Guesses(
                begun: known.begun.map { _ in .beginning },
                blocked: known.blocked.map { _ in .beginning })
        }
        residents = ledger.book.residents.values.compactMap { resident in
            guard let word = resident.passwords.last(where: { $0.kept != nil }) else { return nil }
            let choice = Resident.Choice(text: word.text, begun: .beginning, kept: .beginning)
            return Resident(name: resident.name, passwords: [choice])
        }
    }
}
