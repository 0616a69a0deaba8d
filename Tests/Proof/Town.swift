// Who there is: people who write and read, victims of guessers, and those whose passwords change;
// and the rooms they meet in.

struct Town: Sendable {
    /// They write, read, come and go.
    let people: [String]
    /// Somebody guesses at their passwords.
    let victims: [String]
    /// Their passwords are changed by `chatserv passwd`.
    let clients: [String]
    /// They change their passwords themselves.
    let changers: [String]
    /// The first of the people makes them.
    let rooms: [String]

    init(people: Int, victims: Int, clients: Int, changers: Int = 0, rooms: Int = 0) {
        self.people = (0..<people).map { "ann\($0)" }
        self.victims = (0..<victims).map { "vic\($0)" }
        self.clients = (0..<clients).map { "kim\($0)" }
        self.changers = (0..<changers).map { "lou\($0)" }
        self.rooms = (0..<rooms).map { "#den\($0)" }
    }

    private var everybody: [String] { people + victims + clients + changers }

    /// The account file. The secrets are plain words, so that signing in costs no hash.
    var accounts: String { everybody.map { "\($0) word-of-\($0)\n" }.joined() }

    /// Makes the rooms, which takes a server that is well.
    func found(_ subject: Subject, _ history: History) throws {
        guard !rooms.isEmpty else { return }
        let visit = try Visit(people[0], Self.word(of: people[0]), at: subject.port, history)
        for room in rooms { try visit.make(room) }
        try visit.leave(.logout)
    }

    /// As a history begins.
    var residents: [Resident] { everybody.map(Resident.init(known:)) }

    static func word(of name: String) -> String { "word-of-\(name)" }
}

extension Resident {
    /// One whose account stands in the file from the beginning.
    init(known name: String) {
        let word = Choice(text: Town.word(of: name), begun: .beginning, kept: .beginning)
        self.init(name: name, passwords: [word])
    }
}

/// What people write. It begins with its number; the rest is made to be hard to keep: of all
/// lengths, with blanks, brackets and letters of several bytes, which have to come back unchanged.
func message(_ number: Int, _ chance: inout Seeded) -> String {
    let length = chance.oneIn(8) ? chance.length(upTo: 4_000) : chance.number(1...120)
    var text = "\(number):"
    let pieces = ["a", "b", " ", "(", ")", "\"", "é", "€", ":", "[", "DONE", "  ", "q", "🙂"]
    while text.utf8.count < length { text += chance.one(of: pieces) }
    return text
}
