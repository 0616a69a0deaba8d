// The judge: from what everybody did and saw it follows what a reader has to find, what a reader
// may find, and what nobody may ever find.

/// A history, put in order for many questions.
struct Ledger: Sendable {
    let book: History.Book
    /// By the beginning of their texts.
    private let firstNumber: Int
    private var claims: [String: [Claim]] = [:]
    /// The line as it was shown first, by number of the message.
    private var lines: [Int: String] = [:]

    /// What one reader has to find of one message, and until when.
    private struct Claim: Sendable {
        let number: Int
        let kept: Mark
        /// When the reader began the line that proves it was read.
        var proof: Mark?
        /// Its beginning.
        var line = ""
        /// From when on it is certain that it does not come again: something that was ordered after
        /// the proof was confirmed, and the log has one order.
        var settled: Mark?
    }

    init(_ book: History.Book) {
        self.book = book
        firstNumber = book.sent.first?.number ?? 0
        let proofs = proofs()
        let glances = Glances(book.sittings)
        let settling = Settling(book)
        for sent in book.sent {
            guard let kept = sent.kept else { continue }
            for reader in readers(of: sent) where book.residents[reader] != nil {
                let proofs = proofs[Seen(reader, sent.number), default: []]
                let proof = proofs.min { $0.begun.order < $1.begun.order }
                let glance = glances.first(of: reader, after: sent.begun)
                let earliest = [proof?.begun, glance].compactMap(\.self).min {
                    $0.order < $1.order
                }
                claims[reader, default: []].append(
                    Claim(
                        number: sent.number, kept: kept, proof: earliest,
                        line: String(proof?.line.prefix(40) ?? ""),
                        settled: proofs.compactMap(settling.mark).min { $0.order < $1.order }))
            }
        }
    }

    // MARK: What follows

    private struct Seen: Hashable {
        let reader: String
        let number: Int

        init(_ reader: String, _ number: Int) {
            self.reader = reader
            self.number = number
        }
    }

    private struct Proof {
        let line: String
        let begun: Mark
        let replied: Mark?
    }

    /// The lines that each reader began after `DONE` stood below a message, and while nothing could
    /// come that was not asked for. More than one, if it was not kept that the first had read it.
    private mutating func proofs() -> [Seen: [Proof]] {
        var proofs: [Seen: [Proof]] = [:]
        for sitting in book.sittings {
            var unproven: [Seen] = []
            for (place, exchange) in sitting.exchanges.enumerated() {
                for line in exchange.mail {
                    guard let number = Shown(line.text)?.number else { continue }
                    lines[number] = lines[number] ?? line.text
                    unproven.append(Seen(sitting.reader, number))
                }
                guard exchange.mode == .quiet, place + 1 < sitting.exchanges.count else { continue }
                let next = sitting.exchanges[place + 1]
                let proof = Proof(line: next.line, begun: next.begun, replied: next.replied)
                for seen in unproven { proofs[seen, default: []].append(proof) }
                unproven = []
            }
        }
        return proofs
    }

    /// Lines that were said while mail was told as it came: each of them may have read, for good,
    /// what was on its way to us.
    private struct Glances {
        private var lines: [String: [(begun: Mark, end: Int)]] = [:]

        init(_ sittings: [Sitting]) {
            for sitting in sittings {
                let ended = sitting.ended?.order ?? .max
                for (before, line) in zip(sitting.exchanges, sitting.exchanges.dropFirst())
                where before.mode != .quiet {
                    lines[sitting.reader, default: []].append(
                        (line.begun, line.replied?.order ?? ended))
                }
            }
            lines = lines.mapValues { $0.sorted { $0.begun.order < $1.begun.order } }
        }

        /// The first that may have read what was begun then.
        func first(of reader: String, after begun: Mark) -> Mark? {
            lines[reader]?.first { $0.end > begun.order }?.begun
        }
    }

    /// Which confirmation settles what came before its message was begun.
    private struct Settling {
        /// In the order in which they were begun, each with the earliest confirmation from it on.
        private var steps: [(begun: Int, kept: Mark)]
        private let kills: [Int]

        init(_ book: History.Book) {
            kills = book.kills
            steps = book.sent.compactMap { sent in sent.kept.map { (sent.begun.order, $0) } }
                .sorted { $0.begun < $1.begun }
            for place in steps.indices.dropLast().reversed()
            where steps[place + 1].kept.order < steps[place].kept.order {
                steps[place].kept = steps[place + 1].kept
            }
        }

        /// In the same life of the server: what it had still to keep when it was killed is gone.
        func mark(after proof: Proof) -> Mark? {
            guard let replied = proof.replied, let kept = mark(after: replied) else { return nil }
            let end = kills.first { $0 > proof.begun.order } ?? .max
            return kept.order < end ? kept : nil
        }

        private func mark(after mark: Mark) -> Mark? {
            var range = 0..<steps.count
            while !range.isEmpty {
                let middle = (range.lowerBound + range.upperBound) / 2
                if steps[middle].begun > mark.order {
                    range = range.lowerBound..<middle
                } else {
                    range = middle + 1..<range.upperBound
                }
            }
            return range.lowerBound < steps.count ? steps[range.lowerBound].kept : nil
        }
    }

    private func readers(of sent: Sent) -> [String] {
        switch sent.to {
        case .persons(let persons): persons
        case .everybody, .room(lobby):
            book.residents.values.filter { mustReach(sent, $0) }.map(\.name)
        case .room(let room):
            Set(
                book.stays.filter {
                    $0.room == room && $0.person != sent.from && $0.life.mustSpan(sent)
                }.map(\.person)
            ).sorted()
        }
    }

    /// Whether something for everybody has to reach this one.
    private func mustReach(_ sent: Sent, _ resident: Resident) -> Bool {
        guard let kept = resident.kept else { return false }
        return sent.from != resident.name && kept.order < sent.begun.order
    }

    private func mayReach(_ sent: Sent, _ reader: String) -> Bool {
        switch sent.to {
        case .persons(let persons): return persons.contains(reader)
        case .everybody, .room(lobby):
            guard let resident = book.residents[reader] else { return false }
            return sent.from != reader && resident.begun.order < sent.kept?.order ?? .max
        case .room(let room):
            return sent.from != reader
                && book.stays.contains {
                    $0.room == room && $0.person == reader && $0.life.maySpan(sent)
                }
        }
    }

    // MARK: Judgements

    /// What is wrong with the mail that somebody found behind the cut. When they saw it to its
    /// end, nothing may be missing.
    func faults(
        in mail: [Sitting.Line], of reader: String, isComplete: Bool, after cut: Cut
    ) -> [String] {
        var faults: [String] = []
        var found: Set<Int> = []
        // What is shown ahead has an order of its own.
        var latest: [String?: Int] = [:]
        let own = claims[reader] ?? []
        for (line, talk) in mail.map({ ($0.text, $0.talk) }) {
            let shown = Shown(line)
            if shown?.isNews == true { continue }
            guard let shown, let sent = shown.number.flatMap(message),
                shown.text == sent.text, shown.from == sent.from, shown.room == sent.room
            else {
                faults.append("\(reader) finds what nobody wrote: \(line.prefix(160))")
                continue
            }
            let name = "message \(sent.number) from \(sent.from)"
            if !mayReach(sent, reader) { faults.append("\(reader) finds \(name), for others") }
            if sent.isRefused { faults.append("\(reader) finds \(name), which was refused") }
            if !found.insert(sent.number).inserted {
                faults.append("\(reader) finds \(name) twice")
            }
            if let known = lines[sent.number], known != line {
                faults.append("\(reader) finds \(name) as \(line.prefix(40)), not as before")
            }
            if let kept = sent.kept, kept.order < latest[talk] ?? 0 {
                faults.append("\(reader) finds \(name) behind one that was sent after its `sent:`")
            }
            latest[talk] = max(latest[talk] ?? 0, sent.begun.order)
        }
        for claim in own {
            let isFound = found.contains(claim.number)
            if isFound, cut.covers(claim.settled) {
                faults.append(
                    "\(reader) finds message \(claim.number) again, which was read for good when "
                        + "`\(claim.line)` was said")
            } else if isComplete, !isFound, cut.covers(claim.kept), !cut.mayCover(claim.proof) {
                faults.append("\(reader) lost message \(claim.number)")
            }
        }
        return faults
    }

    /// What is wrong with what was seen while the server ran, and between its lives.
    func faultsOfSittings() -> [String] {
        book.oddities
            + book.sittings.flatMap { sitting in
                faults(
                    in: sitting.exchanges.flatMap(\.mail), of: sitting.reader,
                    isComplete: sitting.exchanges.first?.isDone ?? false,
                    after: .order(sitting.begun.order))
            }
    }

    /// The passwords of which one has to be right behind the cut, the likeliest first. Nil when
    /// there need not be such an account.
    func passwords(of name: String, after cut: Cut) -> [String]? {
        guard let resident = book.residents[name], cut.covers(resident.kept) else { return nil }
        let known = resident.passwords
        let last = known.lastIndex { cut.covers($0.kept) } ?? 0
        return known[last...].filter { cut.mayCover($0.begun) || cut.covers($0.kept) }.map(\.text)
    }

    func message(_ number: Int) -> Sent? {
        let place = number - firstNumber
        return book.sent.indices.contains(place) ? book.sent[place] : nil
    }
}

/// A line of mail: `[11-20-26T17:03:22] ann: 17:good morning`, or `ann #tea: …` in a room.
struct Shown {
    let from: String
    let room: String?
    let text: String

    init?(_ line: String) {
        let bytes = line.utf8
        guard bytes.first == UInt8(ascii: "["), let end = bytes.firstIndex(of: UInt8(ascii: "]")),
            let start = bytes.index(end, offsetBy: 2, limitedBy: bytes.endIndex),
            let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":")),
            let beginning = bytes.index(colon, offsetBy: 2, limitedBy: bytes.endIndex)
        else { return nil }
        let words = line[start..<colon].split(separator: " ", maxSplits: 1)
        guard let name = words.first else { return nil }
        from = String(name)
        room = words.count > 1 ? String(words[1]) : nil
        text = String(line[beginning...])
    }

    /// That somebody came or went.
    var isNews: Bool { from == "server" && room != nil }

    /// What its text begins with.
    var number: Int? { isNews ? nil : Int(text.prefix { $0 != ":" }) }
}

extension History.Book {
    /// Of everything that has to be kept how much there is.
    var summary: String {
        let kept = sent.filter { $0.kept != nil }
        let exchanges = sittings.flatMap(\.exchanges)
        let counts = [
            ("messages", kept.count), ("of them in rooms", kept.count { $0.room != nil }),
            ("accounts", residents.values.count { $0.kept != nil }),
            (
                "passwords",
                residents.values.map { $0.passwords.count { $0.kept != nil } }.reduce(0, +)
            ),
            ("rooms made", rooms.values.count { $0.life.kept != nil }),
            ("closed", rooms.values.count { $0.life.endKept != nil }),
            ("times inside", stays.count { $0.life.kept != nil }),
            ("left", stays.count { $0.life.endKept != nil }),
            ("exchanges in live mode", exchanges.count { $0.mode == .live }),
            ("in a talk", exchanges.count { $0.mode.talk != nil }),
            ("names blocked", guesses.values.count { $0.blocked != nil }),
        ]
        return counts.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    }
}

extension Sent {
    /// Where it is shown.
    var room: String? {
        if case .room(let room) = to { room } else { nil }
    }
}
