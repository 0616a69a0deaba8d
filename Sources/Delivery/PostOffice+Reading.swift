package import Protocol

// How letters come out.

extension PostOffice {
    /// What comes next for a session: of the list that was announced, or else of what waits. The
    /// first call for mail after a reply decides how far it goes: what arrives later waits for the
    /// next exchange.
    package mutating func collect(_ session: SessionID) -> [Effect] {
        if let effects = goOnListing(session) { return effects }
        guard var member = members[session] else { return [] }
        let shown = member.talk.map { self.shown(to: member, in: $0) } ?? member.shown
        if member.flush == nil {
            let isUpToDate = member.hasCollected || member.talk != nil
            guard shown < head, !isUpToDate || waits(for: member) else {
                return [.tell(session, .mail([], isLast: true))]
            }
            member.flush = head
            member.talkWaits = false
        }
        let query = MailQuery(
            reader: member.account, after: shown, through: member.flush ?? head,
            rooms: spans(of: member.account, entered: member.entered), apart: apart(for: member),
            only: member.talk)
        members[session] = member
        // Who has just begun may be shown less than the query says.
        let began = self[member.account].opened ?? head
        guard member.wantsMailAtOnce, began <= shown, let findings = recent.findings(query) else {
            return [.read(.mail(query), for: session)]
        }
        return mailRead(findings, for: session)
    }

    /// From memory.
    private mutating func mailRead(_ findings: [Finding], for session: SessionID) -> [Effect] {
        var letters: [StoredLetter] = []
        var news: [StoredChange] = []
        for finding in findings {
            switch finding {
            case .letter(let stored): letters.append(stored)
            case .news(let stored): news.append(stored)
            case .lost: break
            }
        }
        return mailRead(letters, news: news, isLast: true, for: session)
    }

    /// What is lost is shown as such, in its place: nobody waits for it for ever, and nobody takes
    /// it for never written.
    package mutating func mailRead(
        _ letters: [StoredLetter], news: [StoredChange] = [], lost: [LostLetter] = [],
        isLast: Bool, for session: SessionID
    ) -> [Effect] {
        guard let member = members[session], isPresent(session, member) else { return [] }
        if member.listing != nil {
            return entriesRead(letters, news: news, lost: lost, isLast: isLast, for: session)
        }
        guard let end = member.flush else { return [] }

        var messages = letters.map(message)
        if !news.isEmpty || !lost.isEmpty {
            messages += news.map(message) + lost.map(standIn)
            // Letters of one number stay in their order.
            let order = messages.indices.sorted {
                (messages[$0].number, $0) < (messages[$1].number, $1)
            }
            messages = order.map { messages[$0] }
        }
        // What was proven before stays so as long as nothing follows it.
        if !messages.isEmpty { members[session]?.rule.flushBegan() }
        let through = isLast ? end : messages.last?.number ?? member.shown
        let own = letters.count { $0.isOwn } + lost.count { $0.loss.isOfOwn }
        if let talk = member.talk {
            let shared =
                letters.filter { !$0.isOwn }.map(\.number)
                + lost.filter { $0.loss.isOfShared }.map(\.number)
            showAhead(
                session, talk, through: through, own: own, shared: shared,
                any: !messages.isEmpty)
        } else {
            members[session]?.shown = through
            members[session]?.ownShown += own
            // Where it was inside and nothing waits any more, is forgotten as well.
            let past = self[member.account].pastSpans
            if !messages.isEmpty || past.contains(where: { $0.through ?? .zero <= through }) {
                members[session]?.hasUnread = true
            }
        }
        guard isLast else { return [.tell(session, .mail(messages, isLast: false))] }
        members[session]?.flush = nil
        if member.talk == nil { members[session]?.hasCollected = true }
        return [.tell(session, .mail(messages, isLast: true))] + nudge(session)
    }

    private mutating func showAhead(
        _ session: SessionID, _ talk: Conversation, through: MessageNumber, own: Int,
        shared: [MessageNumber], any: Bool
    ) {
        members[session]?.talkShown = through
        guard any else { return }
        members[session]?.ahead[talk, default: Ahead(through: through)].through = through
        members[session]?.ahead[talk]?.own += own
        members[session]?.ahead[talk]?.shared += shared
    }

    /// What could not be read stays where it is.
    package mutating func unreadable(for session: SessionID) -> [Effect] {
        guard let member = members[session], isPresent(session, member) else { return [] }
        let note = Effect.note(.unreadable(session, self[member.account].name))
        if let looking = member.looking {
            members[session]?.looking = nil
            return [note, .tell(session, .answer(.storage(looking.word)))]
        }
        if member.listing != nil { return [note] + entriesUnreadable(for: session) }
        members[session]?.flush = nil
        members[session]?.talkWaits = true
        return [note, .tell(session, .mail([], isLast: true))]
    }

    // MARK: As messages

    func message(_ stored: StoredLetter) -> Message {
        Message(
            number: stored.number, at: stored.letter.at, from: self[stored.letter.from].name,
            room: stored.room.map { rooms[$0].name }, text: stored.letter.text)
    }

    func message(_ stored: StoredChange) -> Message {
        let name = self[stored.change.account].name.text
        let words =
            switch stored.change.kind {
            case .joined: "\(name) joined"
            case .left: "\(name) left"
            case .kicked: "\(name) was removed"
            case .leads: "\(name) is its admin now"
            case .closed: "the room is closed"
            }
        return Message(
            number: stored.number, at: stored.change.at, from: .server,
            room: rooms[stored.change.room].name, text: MessageText(kept: Array(words.utf8)))
    }

    /// The server's own words, so that nobody is made to say what they did not write.
    func standIn(for letter: LostLetter) -> Message {
        let what =
            switch letter.loss {
            case .ofOwn(let sender):
                "message \(letter.number.value) from \(self[sender].name.text)"
            case .ofBroadcast(let sender):
                "message \(letter.number.value) to everybody from \(self[sender].name.text)"
            case .ofRoom(let room, let sender):
                "message \(letter.number.value) to \(rooms[room].name.text) from "
                    + self[sender].name.text
            case .ofAll(letter.number):
                "message \(letter.number.value), if it was for you,"
            case .ofAll(let first):
                "whatever was for you among the messages \(first.value) to \(letter.number.value)"
            }
        let text = "\(what) cannot be shown: what was kept of it is damaged"
        return Message(
            number: letter.number, at: letter.about, from: .server,
            text: MessageText(kept: Array(text.utf8)))
    }
}

extension StoredLetter {
    /// Addressed to its reader, as far as it was found so.
    fileprivate var isOwn: Bool {
        if case .everyone = letter.to { false } else { room == nil }
    }
}

extension LostLetter.Loss {
    fileprivate var isOfOwn: Bool {
        if case .ofOwn = self { true } else { false }
    }

    fileprivate var isOfShared: Bool {
        switch self {
        case .ofBroadcast, .ofRoom: true
        case .ofOwn, .ofAll: false
        }
    }
}

extension PostOffice.Lookup {
    fileprivate var word: CommandWord {
        switch self {
        case .history: .history
        case .inbox: .inbox
        case .search: .search
        }
    }
}
