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
        let settling = Settling(book.sent)
        let everybody = Array(book.residents.values)
        for sent in book.sent {
            guard let kept = sent.kept else { continue }
            let readers = sent.to ?? everybody.filter { mustReach(sent, $0) }.map(\.name)
            for reader in readers where book.residents[reader] != nil {
                let proof = proofs[Seen(reader, sent.number)]
                claims[reader, default: []].append(
                    Claim(
                        number: sent.number, kept: kept, proof: proof?.begun,
                        line: String(proof?.line.prefix(40) ?? ""),
                        settled: proof?.replied.flatMap(settling.mark(after:))))
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

    /// The first line that each reader began after `DONE` stood below a message.
    private mutating func proofs() -> [Seen: Proof] {
        var proofs: [Seen: Proof] = [:]
        for sitting in book.sittings {
            for (exchange, next) in zip(sitting.exchanges, sitting.exchanges.dropFirst()) {
                let proof = Proof(line: next.line, begun: next.begun, replied: next.replied)
                for line in exchange.mail {
                    guard let shown = Shown(line) else { continue }
                    lines[shown.number] = lines[shown.number] ?? line
                    let seen = Seen(sitting.reader, shown.number)
                    let known = proofs[seen]
                    if known == nil || proof.begun.order < known!.begun.order {
                        proofs[seen] = proof
                    }
                }
            }
            for line in sitting.exchanges.last?.mail ?? [] {
                if let shown = Shown(line), lines[shown.number] == nil {
                    lines[shown.number] = line
                }
            }
        }
        return proofs
    }

    /// Which confirmation settles what came before its message was begun.
    private struct Settling {
        /// In the order in which they were begun, each with the earliest confirmation from it on.
        private var steps: [(begun: Int, kept: Mark)]

        init(_ sent: [Sent]) {
            steps = sent.compactMap { sent in sent.kept.map { (sent.begun.order, $0) } }
                .sorted { $0.begun < $1.begun }
            for place in steps.indices.dropLast().reversed()
            where steps[place + 1].kept.order < steps[place].kept.order {
                steps[place].kept = steps[place + 1].kept
            }
        }

        func mark(after mark: Mark) -> Mark? {
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

    /// Whether something for everybody has to reach this one.
    private func mustReach(_ sent: Sent, _ resident: Resident) -> Bool {
        guard let kept = resident.kept else { return false }
        return sent.from != resident.name && kept.order < sent.begun.order
    }

    private func mayReach(_ sent: Sent, _ reader: String) -> Bool {
        if let to = sent.to { return to.contains(reader) }
        guard let resident = book.residents[reader] else { return false }
        return sent.from != reader && resident.begun.order < sent.kept?.order ?? .max
    }

    // MARK: Judgements

    /// What is wrong with the mail that somebody found behind the cut. When they saw it to its
    /// end, nothing may be missing.
    func faults(in mail: [String], of reader: String, isComplete: Bool, after cut: Cut) -> [String]
    {
        var faults: [String] = []
        var found: Set<Int> = []
        var latest = 0
        let own = claims[reader] ?? []
        for line in mail {
            guard let shown = Shown(line), let sent = message(shown.number),
                shown.text == sent.text, shown.from == sent.from
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
            if let kept = sent.kept, kept.order < latest {
                faults.append("\(reader) finds \(name) behind one that was sent after its `sent:`")
            }
            latest = max(latest, sent.begun.order)
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

    private func message(_ number: Int) -> Sent? {
        let place = number - firstNumber
        return book.sent.indices.contains(place) ? book.sent[place] : nil
    }
}

/// A line of mail: `[11-20-26T17:03:22] ann: 17:good morning`.
struct Shown {
    let from: String
    let text: String
    let number: Int

    init?(_ line: String) {
        let bytes = line.utf8
        guard bytes.first == UInt8(ascii: "["), let end = bytes.firstIndex(of: UInt8(ascii: "]")),
            let start = bytes.index(end, offsetBy: 2, limitedBy: bytes.endIndex),
            let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":")),
            let beginning = bytes.index(colon, offsetBy: 2, limitedBy: bytes.endIndex)
        else { return nil }
        from = String(line[start..<colon])
        text = String(line[beginning...])
        guard let number = Int(text.prefix { $0 != ":" }) else { return nil }
        self.number = number
    }
}
