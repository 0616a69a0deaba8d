// What somebody remembers of a server that was killed again and again.

/// One user's time with one life of the server.
struct Diary: Sendable {
    let user: String
    /// Which life it was.
    let life: Int
    var attempts: [Attempt] = []
    var visits: [Visit] = []
    /// Names that were confirmed as new accounts.
    var registered: [String] = []

    /// A message on its way.
    struct Attempt: Sendable {
        /// No other message has it.
        let text: String
        let readers: Set<String>
        let began: ContinuousClock.Instant
        /// When `sent:` was read.
        var sent: ContinuousClock.Instant?
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
    }
}

/// Holds all diaries against each other, as the checkers of queues do: nothing lost, nothing that
/// nobody sent, nothing for others, nothing twice but after a kill, everything in order.
struct DiaryChecker {
    private var attempts: [String: (from: String, attempt: Diary.Attempt)] = [:]
    private var readers: [String: Reader] = [:]
    private(set) var violations: [String] = []
    private(set) var repeats = 0

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

    /// The diaries of one life, all of them, in the order of lives.
    mutating func read(_ diaries: [Diary]) {
        for diary in diaries {
            for attempt in diary.attempts { attempts[attempt.text] = (diary.user, attempt) }
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
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count == 3, let (author, attempt) = attempts[String(words[2])] else {
            violations.append("\(user): nobody sent \(line)")
            return nil
        }
        if words[1] != "\(author):" { violations.append("\(user): \(line) is from \(author)") }
        if !attempt.readers.contains(user) {
            violations.append("\(user): \(line) is for others")
        }
        return attempt.text
    }

    /// When everybody has read everything.
    mutating func conclude() {
        for (text, (author, attempt)) in attempts where attempt.sent != nil {
            for reader in attempt.readers where readers[reader]?.places[text] == nil {
                violations.append("\(reader): \(text) of \(author) is lost")
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
}
