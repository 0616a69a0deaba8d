// The reference's own log: what the server orders, what is on disk, what a crash leaves of it.

import Protocol

extension Model {
    // MARK: What the server wants kept

    /// `isProven`: whether that client has shown that it read what stands there in its mail.
    mutating func ordered(
        _ entry: Entry, isProven: (Int, Int) -> Bool, at now: Moment
    ) throws(Violation) {
        switch entry {
        case .opened(let number, let name):
            self[number] = Reader(number: number, name: name.text)
            numbers[name.text] = number
        case .ended(let number):
            self[number]?.hasEnded = true
            if let name = self[number]?.name, numbers[name] == number { numbers[name] = nil }
        case .read(let number, let through, let own):
            try read(number, through.value, nil, own: own, isProven)
        case .readApart(let number, let conversation, let through, let own):
            try read(number, through.value, conversation, own: own, isProven)
        case .refusals(let refusals):
            door.ordered(refusals, at: now)
        case .letter, .active, .roomOpened, .roomChanged:
            break
        }
    }

    /// `conversation`: nothing else, and ahead of the cursor.
    private mutating func read(
        _ number: AccountNumber, _ through: Int64, _ conversation: Protocol.Conversation?, own: Int,
        _ isProven: (Int, Int) -> Bool
    ) throws(Violation) {
        guard let reader = self[number] else {
            throw Violation(.cursor, "account \(number.value) reads and was never opened")
        }
        let name = reader.name
        if conversation == nil, through <= reader.cursor {
            throw Violation(.cursor, "\(name)'s goes from \(reader.cursor) to \(through)")
        }
        var ownCount = 0
        for index in reader.read..<max(reader.read, reader.due(after: through)) {
            let due = reader.due[index]
            guard !due.isRead, conversation == nil || conversation == due.conversation else {
                continue
            }
            if due.isOwn { ownCount += 1 }
            guard due.isOfTheMoment || reader.owner.map({ isProven($0, index) }) == true else {
                throw Violation(
                    .lost,
                    "\(name)'s through \(through), while \(due.number) is not shown to be read")
            }
            self[number]?.due[index].isRead = true
        }
        guard own == ownCount else {
            throw Violation(.cursor, "\(name) reads \(ownCount) of his own, \(own) are counted")
        }
        self[number]?.goOn()
        if conversation == nil { self[number]?.cursor = through }
    }

    // MARK: What is on disk

    mutating func kept(_ entry: Entry, _ number: Int64, at now: Instant) throws(Violation) {
        guard number == keptHead + 1 else {
            throw Violation(.order, "\(number) follows \(keptHead)")
        }
        keptHead = number
        defer { town.apply(entry, number) }
        switch entry {
        case .opened(let account, _):
            self[account]?.isKept = true
        case .ended(let account):
            self[account]?.hasEndedForGood = true
        case .read(let account, let through, _):
            let before = self[account]?.keptCursor ?? 0
            self[account]?.keptCursor = max(before, through.value)
            self[account]?.keptReading(through.value, nil)
        case .readApart(let account, let conversation, let through, _):
            self[account]?.keptReading(through.value, conversation)
        case .refusals(let refusals):
            door.kept(refusals)
        case .letter(let letter):
            try kept(letter, number, at: now)
        case .roomOpened(let opening):
            try check(opening)
        case .roomChanged(let change):
            try kept(change, number, at: now)
        case .active:
            break
        }
    }

    private mutating func kept(
        _ letter: Letter, _ number: Int64, at now: Instant
    ) throws(Violation) {
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
        message.sender = letter.from
        message.readers = readers(of: letter)
        message.kept = letter.to
        posted[post] = message
        letters.append(post)

        let isOwn = if case .everyone = letter.to { false } else { true }
        for account in message.readers {
            guard let reader = self[account], reader.isKept else {
                throw Violation(.invented, "message ~\(post)~ for somebody who is not on disk")
            }
            if let to = message.to, !to.contains(reader.name) {
                throw Violation(.invented, "message ~\(post)~ for \(reader.name)")
            }
            let due = Due(
                number: number, matter: .post(post), conversation: .person(letter.from),
                isOwn: isOwn, keptAt: now)
            try deliver(due, to: account)
        }
        try deliver(letter, post, number, at: now)
    }

    func readers(of letter: Letter) -> [AccountNumber] {
        switch letter.to {
        case .one(let number): return [number]
        case .several(let numbers): return numbers
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

    mutating func deliver(_ due: Due, to account: AccountNumber) throws(Violation) {
        self[account]?.due.append(due)
        guard let reader = self[account], !due.isNews, !reader.hasLostReading,
            reader.due.count - reader.read > queueLimit
        else { return }
        // Who came into a room while this was on its way has it on top.
        if case .post(let post) = due.matter, case .room = due.conversation,
            !posted[post].inside.contains(account)
        {
            return
        }
        if reader.waiting > queueLimit {
            throw Violation(.full, "\(reader.waiting) messages wait for \(reader.name)")
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
            reader.forgetReading()
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

extension Model.Reader {
    /// What is read at the beginning needs no second look.
    fileprivate mutating func goOn() {
        while read < due.count, due[read].isRead { read += 1 }
    }

    fileprivate mutating func keptReading(
        _ through: Int64, _ conversation: Protocol.Conversation?
    ) {
        for index in keptRead..<max(keptRead, due(after: through))
        where conversation == nil || conversation == due[index].conversation {
            due[index].isKeptRead = true
        }
        while keptRead < due.count, due[keptRead].isKeptRead { keptRead += 1 }
    }

    fileprivate mutating func forgetReading() {
        read = keptRead
        for index in keptRead..<due.count {
            if due[index].isRead, !due[index].isKeptRead { hasLostReading = true }
            due[index].isRead = due[index].isKeptRead
        }
        goOn()
    }
}
