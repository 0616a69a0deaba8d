// What somebody remembers of a server that was killed again and again.

/// One user's time with one life of the server.
struct Diary: Sendable {
    let user: String
    /// Which life it was.
    let life: Int
    var attempts: [Attempt] = []
    var visits: [Visit] = []
    var moves: [Move] = []
    /// So often somebody's coming or going was told.
    var news = 0
    /// Names that were confirmed as new accounts.
    var registered: [String] = []

    /// A message on its way.
    struct Attempt: Sendable {
        /// No other message has it.
        let text: String
        /// In the room: those of them who were inside.
        let readers: Set<String>
        var isInRoom = false
        let began: ContinuousClock.Instant
        /// When `sent:` was read.
        var sent: ContinuousClock.Instant?
        /// When it was read that the writer is not inside.
        var denied: ContinuousClock.Instant?
    }

    /// From the welcome to the end of the connection.
    struct Visit: Sendable {
        /// The messages that were shown, whole lines.
        var shown: [String] = []
        /// So many of them stood before a `DONE` behind which a line was said and answered.
        var proven = 0
        /// So many of them stood before one behind which a message was confirmed: what is in the
        /// log before that message is on disk.
        var durable = 0
        /// From here on messages come at once. What of them counts as read hangs on what is on its
        /// way at the same time: it is not known here.
        var isLive = false
    }
}

/// Holds all diaries against each other, as the checkers of queues do: nothing lost, nothing that
/// nobody sent, nothing for others, nothing twice but after a kill, everything in order.
struct DiaryChecker {
    private var attempts: [String: (from: String, attempt: Diary.Attempt)] = [:]
    private var readers: [String: Reader] = [:]
    private(set) var whereabouts: [String: Whereabouts] = [:]
    private(set) var violations: [String] = []
    private(set) var repeats = 0
    private(set) var news = 0

    /// What one user has been shown in all lives.
    private struct Reader {
        /// The texts, in the order in which they came first.
        var order: [String] = []
        var places: [String: Place] = [:]
        /// Texts that may not come again in this life.
        var proven: Set<String> = []
        /// Texts that may not come again.
        var durable: Set<String> = []
        var life = 0
    }

    private struct Place {
        let index: Int
        let line: String
    }

    /// How much went into it.
    var sent: Int { attempts.values.count { $0.attempt.sent != nil } }
    var shown: Int { readers.values.reduce(0) { $0 + $1.order.count } }
    var shownInRoom: Int {
        readers.values.reduce(0) { $0 + $1.order.count { attempts[$0]?.attempt.isInRoom == true } }
    }

    /// The diaries of one life, all of them, in the order of lives.
    mutating func read(_ diaries: [Diary]) {
        for diary in diaries {
            news += diary.news
            for attempt in diary.attempts { attempts[attempt.text] = (diary.user, attempt) }
            whereabouts[diary.user, default: Whereabouts()].append(diary.moves)
        }
        for diary in diaries {
            var reader = readers[diary.user] ?? Reader()
            if reader.life != diary.life { reader.proven = [] }
            reader.life = diary.life
            for visit in diary.visits { read(visit, of: diary.user, &reader) }
            readers[diary.user] = reader
        }
    }

    private mutating func read(_ visit: Diary.Visit, of user: String, _ reader: inout Reader) {
        var last = -1
        var texts: [String] = []
        for line in visit.shown {
            guard let text = understand(line, for: user) else { continue }
            texts.append(text)
            let place = reader.places[text] ?? Place(index: reader.order.count, line: line)
            if place.index == reader.order.count {
                reader.order.append(text)
                reader.places[text] = place
            } else {
                repeats += 1
                if place.line != line { violations.append("\(user): \(line) was \(place.line)") }
                if reader.proven.contains(text) {
                    violations.append("\(user) had read \(text) in this life")
                }
                if reader.durable.contains(text) {
                    violations.append("\(user) had read \(text) for good")
                }
            }
            if place.index <= last { violations.append("\(user): \(text) is out of order") }
            last = place.index
        }
        reader.proven.formUnion(texts.prefix(visit.proven))
        reader.durable.formUnion(texts.prefix(visit.durable))
    }

    /// The text of a line that says what it should.
    private mutating func understand(_ line: String, for user: String) -> String? {
        let words = line.split(separator: " ")
        guard words.count >= 3, let (author, attempt) = attempts[String(words[words.count - 1])]
        else {
            report("\(user): nobody sent \(line)")
            return nil
        }
        let from = attempt.isInRoom ? "\(author) \(Diary.room)" : author
        if words.dropFirst().dropLast().joined(separator: " ") != from + ":" {
            report("\(user): \(line) is from \(from)")
        }
        if !attempt.readers.contains(user) { report("\(user): \(line) is for others") }
        if attempt.denied != nil { report("\(user): \(line) was denied") }
        return attempt.text
    }

    /// When everybody has read everything.
    mutating func conclude() {
        for (text, (author, attempt)) in attempts {
            if attempt.isInRoom {
                checkRoom(attempt, of: author)
            } else if attempt.sent != nil {
                for reader in attempt.readers where !wasShown(text, to: reader) {
                    report("\(reader): \(text) of \(author) is lost")
                }
            }
        }
        for (user, reader) in readers { checkOrder(of: reader, user) }
    }

    /// What was confirmed before another was begun comes before it.
    private mutating func checkOrder(of reader: Reader, _ user: String) {
        var earliest: (sent: ContinuousClock.Instant, text: String)?
        for text in reader.order.reversed() {
            guard let attempt = attempts[text]?.attempt else { continue }
            if let earliest, earliest.sent < attempt.began {
                violations.append("\(user): \(earliest.text) comes after \(text)")
            }
            if let sent = attempt.sent, earliest.map({ sent < $0.sent }) ?? true {
                earliest = (sent, text)
            }
        }
    }

    // MARK: For the room

    func whereabouts(of name: String) -> Whereabouts { whereabouts[name] ?? Whereabouts() }

    func wasShown(_ text: String, to name: String) -> Bool {
        readers[name]?.places[text] != nil
    }

    mutating func report(_ violation: String) {
        violations.append(violation)
    }
}
