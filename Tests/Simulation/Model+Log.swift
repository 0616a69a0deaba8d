// The reference's own log: what the server orders, what is on disk, what a crash leaves of it.

import Protocol

extension Model {
    // MARK: What the server wants kept

    /// `proven`: up to which number the owner of the mailbox has shown that it read.
    mutating func ordered(
        _ entry: Entry, proven: (Int) -> Int64, at now: Moment
    ) throws(Violation) {
        switch entry {
        case .opened(let number, let name):
            self[number] = Reader(number: number, name: name.text)
            numbers[name.text] = number
        case .ended(let number):
            self[number]?.hasEnded = true
            if let name = self[number]?.name, numbers[name] == number { numbers[name] = nil }
        case .read(let number, let through, let own):
            self[number] = try reading(number, through.value, own: own, proven: proven)
        case .refusals(let refusals):
            door.ordered(refusals, at: now)
        case .letter, .active, .roomOpened, .roomChanged, .readApart:
            break
        }
    }

    private func reading(
        _ number: AccountNumber, _ through: Int64, own: Int, proven: (Int) -> Int64
    ) throws(Violation) -> Reader {
        guard var reader = self[number] else {
            throw Violation(.cursor, "account \(number.value) reads and was never opened")
        }
        let name = reader.name
        guard through > reader.cursor else {
            throw Violation(.cursor, "\(name)'s goes from \(reader.cursor) to \(through)")
        }
        let end = reader.due(after: through)
        let letters = reader.due[min(reader.read, end)..<end]
        if let last = letters.last {
            guard let owner = reader.owner else {
                throw Violation(.lost, "\(name)'s message \(last.number) without a session")
            }
            let limit = proven(owner)
            guard last.number <= limit else {
                throw Violation(
                    .lost,
                    "\(name)'s through \(through), while client \(owner) has shown \(limit)")
            }
        }
        let ownCount = letters.count(where: \.isOwn)
        guard own == ownCount else {
            throw Violation(.cursor, "\(name) reads \(ownCount) of his own, \(own) are counted")
        }
        reader.read = end
        reader.cursor = through
        return reader
    }

    // MARK: What is on disk

    mutating func kept(_ entry: Entry, _ number: Int64) throws(Violation) {
        guard number == keptHead + 1 else {
            throw Violation(.order, "\(number) follows \(keptHead)")
        }
        keptHead = number
        switch entry {
        case .opened(let account, _):
            self[account]?.isKept = true
        case .ended(let account):
            self[account]?.hasEndedForGood = true
        case .read(let account, let through, _):
            let before = self[account]?.keptCursor ?? 0
            self[account]?.keptCursor = max(before, through.value)
        case .refusals(let refusals):
            door.kept(refusals)
        case .letter(let letter):
            try kept(letter, number)
        case .active, .roomOpened, .roomChanged, .readApart:
            break
        }
    }

    private mutating func kept(_ letter: Letter, _ number: Int64) throws(Violation) {
        guard let post = Phrase.serial(in: letter.text.bytes), post < posted.count else {
            throw Violation(.invented, "message \(number) was sent by nobody")
        }
        var message = posted[post]
        guard message.number == nil else {
            throw Violation(
                .invented, "message ~\(post)~ is kept as \(message.number!) and \(number)")
        }
        guard !message.isRefused else {
            throw Violation(.invented, "message ~\(post)~ is kept after it was refused")
        }
        guard letter.text.bytes == message.shown, self[letter.from]?.name == message.from else {
            throw Violation(.invented, "message ~\(post)~ is kept with other words or sender")
        }
        guard number > message.headKnown else {
            throw Violation(.order, "message ~\(post)~ is \(number), after \(message.headKnown)")
        }
        message.number = number
        message.readers = readers(of: letter)
        posted[post] = message

        let isOwn = if case .everyone = letter.to { false } else { true }
        for account in message.readers {
            guard let reader = self[account], reader.isKept else {
                throw Violation(.invented, "message ~\(post)~ for somebody who is not on disk")
            }
            if let to = message.to, !to.contains(reader.name) {
                throw Violation(.invented, "message ~\(post)~ for \(reader.name)")
            }
            self[account]?.due.append(
                Due(number: number, post: post, isOwn: isOwn))
            let waiting = reader.due.count + 1 - reader.read
            if waiting > queueLimit, !reader.hasLostReading {
                throw Violation(.full, "\(waiting) messages wait for \(reader.name)")
            }
        }
    }

    private func readers(of letter: Letter) -> [AccountNumber] {
        switch letter.to {
        case .one(let number): return [number]
        case .several(let numbers): return numbers
        // Nobody here writes to rooms.
        case .rooms(_, let numbers, _): return numbers
        case .everyone(let except):
            return readers.compactMap { reader in
                guard let reader, reader.isKept, !reader.hasEndedForGood,
                    reader.number != letter.from, !except.contains(reader.number)
                else { return nil }
                return reader.number
            }
        }
    }

    // MARK: The end of a life

    /// Whatever was not on disk is gone.
    mutating func crashed(forgetsRefusals: Bool) {
        numbers = [:]
        for index in readers.indices {
            guard var reader = readers[index] else { continue }
            guard reader.isKept else {
                readers[index] = nil
                continue
            }
            reader.hasEnded = reader.hasEndedForGood
            if reader.cursor > reader.keptCursor { reader.hasLostReading = true }
            reader.cursor = reader.keptCursor
            reader.read = reader.due(after: reader.cursor)
            reader.owner = nil
            readers[index] = reader
            if !reader.hasEnded { numbers[reader.name] = reader.number }
        }
        door.crashed(forgetsRefusals: forgetsRefusals)
    }

    /// Everything that had been read is written down, after an orderly end.
    func checkNothingWasLeftBehind() throws(Violation) {
        for case let reader? in readers where reader.cursor > reader.keptCursor {
            throw Violation(.cursor, "\(reader.name)'s reading was not kept by an orderly end")
        }
    }
}
