// What people did to a server and what it answered, as they saw it. Nothing is judged here.
import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A message on its way, known by the number that its text begins with.
struct Sent: Sendable {
    let number: Int
    let from: String
    let to: Address
    let text: String
    let begun: Mark
    /// When its sender read `sent:`.
    var kept: Mark?
    /// Its sender was told that it was not kept.
    var isRefused = false
}

/// Whom a message is for.
enum Address: Hashable, Sendable {
    case everybody
    case persons([String])
    /// Those inside, which in the lobby is everybody.
    case room(String)
}

/// One connection of somebody who has signed in, or tried to.
struct Sitting: Sendable {
    let reader: String
    let begun: Mark
    /// When it was known to be over.
    var ended: Mark?
    var exchanges: [Exchange] = []

    /// A line, its reply, and the mail behind it.
    struct Exchange: Sendable {
        let line: String
        let begun: Mark
        /// When the reply was read.
        var replied: Mark?
        /// What came before the reply unasked, and behind it.
        var mail: [Line] = []
        /// `DONE` was read.
        var isDone = false
        /// Behind the reply.
        var mode: Mode
    }

    struct Line: Sendable {
        let text: String
        /// Who is talked to, if it was shown ahead of other mail.
        let talk: String?
    }

    /// Whether mail is told as it comes.
    enum Mode: Hashable, Sendable {
        case quiet
        case live
        /// From one alone; all other mail waits.
        case talk(String)

        var talk: String? {
            if case .talk(let whom) = self { whom } else { nil }
        }
    }
}

/// An account, and what its password may be.
struct Resident: Sendable {
    let name: String
    /// The first one made the account.
    var passwords: [Choice]

    struct Choice: Sendable {
        let text: String
        let begun: Mark
        /// When it was confirmed.
        var kept: Mark?
    }

    var begun: Mark { passwords[0].begun }
    var kept: Mark? { passwords[0].kept }
}

/// Wrong passwords under one name.
struct Guesses: Sendable {
    var begun: [Mark] = []
    /// When it was said that the name is blocked.
    var blocked: Mark?
}

/// The book that all clients of a run write into.
final class History: Sendable {
    struct Book: Sendable {
        var sent: [Sent] = []
        var sittings: [Sitting] = []
        var residents: [String: Resident] = [:]
        var guesses: [String: Guesses] = [:]
        var rooms: [String: Room] = [:]
        var stays: [Stay] = []
        /// When the server was killed.
        var kills: [Int] = []
        /// Answers that nobody should ever get.
        var oddities: [String] = []
        fileprivate var order = 0
    }

    private let book: Guarded<Book>
    private let record: Int32?
    private let firstNumber: Int

    /// The number of the first message. Texts of another history are unknown to this one.
    init(
        _ residents: [Resident], guesses: [String: Guesses] = [:], stays: [Stay] = [],
        record path: String? = nil, firstNumber: Int = 0
    ) {
        var book = Book()
        for resident in residents { book.residents[resident.name] = resident }
        book.guesses = guesses
        book.stays = stays
        self.book = Guarded(book)
        // The text ends with a NUL.
        record = path.map { unsafe open($0, O_RDONLY | O_CREAT | O_CLOEXEC, 0o600) }
        self.firstNumber = firstNumber
    }

    deinit {
        if let record { close(record) }
    }

    var soFar: Book { book.withLock(\.self) }

    var stays: [Stay] { book.withLock(\.stays) }

    func change(_ body: (inout Book) -> Void) {
        book.withLock { body(&$0) }
    }

    func now() -> Mark {
        let length = length
        return book.withLock { Self.mark(&$0, length) }
    }

    private var length: Int {
        guard let record else { return 0 }
        var status = stat()
        // A value of our own.
        guard unsafe fstat(record, &status) == 0 else { fatalError("the record is gone") }
        return Int(status.st_size)
    }

    private static func mark(_ book: inout Book, _ length: Int) -> Mark {
        book.order += 1
        return Mark(order: book.order, length: length)
    }

    // MARK: Messages

    /// One that is about to be sent.
    func begin(from: String, to: Address, _ text: (Int) -> String) -> Sent {
        let begun = now()
        let number = book.withLock { book in
            let number = firstNumber + book.sent.count
            book.sent.append(Sent(number: number, from: from, to: to, text: "", begun: begun))
            return number
        }
        let sent = Sent(number: number, from: from, to: to, text: text(number), begun: begun)
        let place = number - firstNumber
        book.withLock { $0.sent[place] = sent }
        return sent
    }

    func end(_ sent: Sent, reply: String, at mark: Mark) {
        let place = sent.number - firstNumber
        book.withLock { book in
            if reply == "sent:" || reply.hasPrefix("send:") || reply.hasPrefix("full:") {
                book.sent[place].kept = mark
            } else if reply.hasPrefix("error:storage:") {
                book.sent[place].isRefused = true
            } else {
                book.oddities.append("\(sent.from) sends \(sent.number) and reads \(reply)")
            }
        }
    }

    // MARK: People

    func sat(_ sitting: Sitting) {
        book.withLock { $0.sittings.append(sitting) }
    }

    /// A new account, or a new password, is about to be asked for.
    func choose(_ password: String, for name: String) {
        let choice = Resident.Choice(text: password, begun: now(), kept: nil)
        book.withLock { book in
            if book.residents[name] == nil {
                book.residents[name] = Resident(name: name, passwords: [choice])
            } else {
                book.residents[name]?.passwords.append(choice)
            }
        }
    }

    /// The last one asked for was confirmed.
    func confirmChoice(for name: String) {
        let now = now()
        book.withLock { book in
            guard let last = book.residents[name]?.passwords.indices.last else { return }
            book.residents[name]?.passwords[last].kept = now
        }
    }

    /// This one was right, so that those asked for after it never were.
    func prove(_ password: String, for name: String) {
        let now = now()
        change { book in
            let known = book.residents[name]?.passwords ?? []
            guard let place = known.lastIndex(where: { $0.text == password }) else { return }
            book.residents[name]?.passwords.removeLast(known.count - place - 1)
            if known[place].kept == nil { book.residents[name]?.passwords[place].kept = now }
        }
    }

    /// The last one asked for was refused.
    func refuseChoice(for name: String) {
        change { $0.residents[name]?.passwords.removeLast() }
    }

    /// Those of which one has to be right, the last first.
    func passwords(of name: String) -> [String] {
        let known = book.withLock { $0.residents[name]?.passwords } ?? []
        let last = known.lastIndex { $0.kept != nil } ?? 0
        return known[last...].map(\.text).reversed()
    }

    func guess(_ name: String) {
        let now = now()
        book.withLock { $0.guesses[name, default: Guesses()].begun.append(now) }
    }

    func blocked(_ name: String) {
        let now = now()
        book.withLock { $0.guesses[name]?.blocked = now }
    }

    func isBlocked(_ name: String) -> Bool {
        book.withLock { $0.guesses[name]?.blocked != nil }
    }

    /// The server is about to be.
    func killed() {
        let now = now()
        change { $0.kills.append(now.order) }
    }

    func odd(_ what: String) {
        book.withLock { $0.oddities.append(what) }
    }
}
