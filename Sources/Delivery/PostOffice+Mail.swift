package import Protocol

// How letters go in, and how they come out.

extension PostOffice {
    // MARK: In

    /// Decides who gets it. The answer waits until it is on disk.
    package mutating func post(
        _ session: SessionID, _ draft: Draft, at now: Moment
    ) -> [Effect] {
        guard let member = members[session] else { return [] }
        let addressed: Addressed
        switch draft.to {
        case .everyone:
            addressed = everyone(except: member.account)
        case .named(let recipients):
            if let room = recipients.firstRoom {
                return [.tell(session, .answer(.noSuchRoom(room)))]
            }
            addressed = address(recipients)
        }
        guard let readers = addressed.readers else {
            return [.tell(session, .answer(addressed.answer))]
        }

        let letter = Letter(from: member.account, to: readers, at: now.wall, text: draft.text)
        forEachReader(of: letter) { $0.letterHandedIn() }
        if case .everyone = readers {
            broadcasts.arriving += 1
            forEachLeftOut(of: letter) { $0.leftOutHandedIn() }
        }
        members[session]?.answer = addressed.answer
        return [.keep(.letter(letter), for: session)]
    }

    /// Who gets a letter, and what its sender is told when they do.
    private struct Addressed {
        var readers: Readers?
        var answer: Reply
    }

    private mutating func address(_ recipients: [Recipient]) -> Addressed {
        var seen: Set<Recipient> = []
        var readers: [AccountNumber] = []
        var missing: [String] = []
        var full: [Username] = []
        for recipient in recipients where seen.insert(recipient).inserted {
            guard case .user(let name) = recipient, let account = account(named: name) else {
                missing.append(
                    String(recipient.text.unicodeScalars.prefix(Limits.echoedCharacters)))
                continue
            }
            if account.mailbox.isFull(limit: rules.queueLimit, broadcasts) {
                full.append(name)
            } else {
                readers.append(account.number)
                mostOwn = max(mostOwn, account.mailbox.ownInAll + 1)
            }
        }

        let answer: Reply =
            !full.isEmpty ? .full(full) : !missing.isEmpty ? .nobody(missing) : .sent
        switch readers.count {
        case 0: return Addressed(readers: nil, answer: answer)
        case 1: return Addressed(readers: .one(readers[0]), answer: answer)
        default: return Addressed(readers: .several(readers), answer: answer)
        }
    }

    private mutating func everyone(except sender: AccountNumber) -> Addressed {
        // Most of the time nobody can be full, and nobody need be looked at.
        guard mostOwn + broadcasts.inAll >= rules.queueLimit else {
            return Addressed(readers: .everyone(except: []), answer: .sent)
        }
        mostOwn = 0
        var full: [Account] = []
        for case let account? in accounts where account.secret != nil {
            mostOwn = max(mostOwn, account.mailbox.ownInAll)
            if account.number != sender,
                account.mailbox.isFull(limit: rules.queueLimit, broadcasts)
            {
                full.append(account)
            }
        }
        return Addressed(
            readers: .everyone(except: full.map(\.number)),
            answer: full.isEmpty ? .sent : .full(full.map(\.name).sorted()))
    }

    /// **Confirmed means committed**: the entry is on disk.
    package mutating func kept(
        _ entry: Entry, _ number: MessageNumber, for session: SessionID?
    ) -> [Effect] {
        head = number
        switch entry {
        case .letter(let letter):
            return kept(letter, number, for: session)
        case .opened(let account, _):
            self[account].mailbox.begins(after: number)
            return []
        case .refusals:
            return session.map(refusalKept) ?? []
        case .read, .active, .ended:
            return []
        }
    }

    private mutating func kept(
        _ letter: Letter, _ number: MessageNumber, for session: SessionID?
    ) -> [Effect] {
        forEachReader(of: letter) { $0.letterKept() }
        if case .everyone = letter.to {
            broadcasts.arriving -= 1
            broadcasts.append(number)
            forEachLeftOut(of: letter) { $0.leftOutKept(number) }
        }
        let note = Effect.note(
            .kept(
                session, number, from: self[letter.from].name, readers: readerCount(letter),
                bytes: letter.text.bytes.count))
        guard let session, let answer = takeAnswer(session) else { return [note] }
        return [note, .tell(session, .answer(answer))]
    }

    /// The store could not take it.
    package mutating func refused(_ entry: Entry, for session: SessionID?) -> [Effect] {
        switch entry {
        case .letter(let letter):
            forEachReader(of: letter) { $0.letterRefused() }
            forEachLeftOut(of: letter) { $0.leftOutRefused() }
            let isBroadcast = if case .everyone = letter.to { true } else { false }
            if isBroadcast { broadcasts.arriving -= 1 }
            let note = Effect.note(
                .notKept(
                    session, from: self[letter.from].name, readers: readerCount(letter),
                    bytes: letter.text.bytes.count))
            guard let session, takeAnswer(session) != nil else { return [note] }
            let word = isBroadcast ? CommandWord.broadcast : .send
            return [note, .tell(session, .answer(.storage(word)))]
        case .refusals:
            return session.map(refusalKept) ?? []
        case .read, .active, .opened, .ended:
            return []
        }
    }

    /// Nil when the sender has gone.
    private mutating func takeAnswer(_ session: SessionID) -> Reply? {
        guard let member = members[session], isPresent(session, member) else { return nil }
        members[session]?.answer = nil
        return member.answer
    }

    private mutating func forEachReader(of letter: Letter, _ change: (inout Mailbox) -> Void) {
        switch letter.to {
        case .one(let number): change(&self[number].mailbox)
        case .several(let numbers): for number in numbers { change(&self[number].mailbox) }
        case .everyone: break
        }
    }

    /// Whom a letter to everybody passes by.
    private mutating func forEachLeftOut(
        of letter: Letter, _ change: (inout Mailbox) -> Void
    ) {
        guard case .everyone(let except) = letter.to else { return }
        for number in except { change(&self[number].mailbox) }
        change(&self[letter.from].mailbox)
    }

    private func readerCount(_ letter: Letter) -> Int {
        switch letter.to {
        case .one: 1
        case .several(let numbers): numbers.count
        case .everyone(let except): max(0, numbers.count - 1 - except.count)
        }
    }

    private func isPresent(_ session: SessionID, _ member: Member) -> Bool {
        presence.session(of: self[member.account].name) == session
    }

    // MARK: Out

    /// The next page of what waits. The first call after a reply decides how far it goes: what
    /// arrives later waits for the next exchange.
    package mutating func collect(_ session: SessionID) -> [Effect] {
        guard var member = members[session] else { return [] }
        defer { members[session] = member }

        if member.flush == nil {
            let mailbox = self[member.account].mailbox
            let waits = mailbox.count(
                broadcasts, after: member.shown, ownShown: member.ownShown)
            guard member.shown < head, waits > 0 || !member.hasCollected else {
                return [.tell(session, .mail([], isLast: true))]
            }
            member.flush = head
            member.rule.flushBegan()
        }
        return [
            .read(
                for: member.account, after: member.shown, through: member.flush ?? head,
                reader: session)
        ]
    }

    /// What is lost is shown as such, in its place: nobody waits for it for ever, and nobody takes
    /// it for never written.
    package mutating func mailRead(
        _ letters: [StoredLetter], lost: [LostLetter] = [], isLast: Bool, for session: SessionID
    ) -> [Effect] {
        guard var member = members[session], isPresent(session, member), let end = member.flush
        else { return [] }
        defer { members[session] = member }

        var messages = letters.map { stored in
            if case .everyone = stored.letter.to {} else { member.ownShown += 1 }
            return Message(
                number: stored.number, at: stored.letter.at, from: self[stored.letter.from].name,
                text: stored.letter.text)
        }
        if !lost.isEmpty {
            member.ownShown += lost.count { if case .ofOwn = $0.loss { true } else { false } }
            messages += lost.map(standIn)
            messages.sort { $0.number < $1.number }
        }
        if !messages.isEmpty { member.hasUnread = true }
        member.shown = isLast ? end : messages.last?.number ?? member.shown
        if isLast {
            member.flush = nil
            member.hasCollected = true
        }
        return [.tell(session, .mail(messages, isLast: isLast))]
    }

    /// The server's own words, so that nobody is made to say what they did not write.
    private func standIn(for letter: LostLetter) -> Message {
        let what =
            switch letter.loss {
            case .ofOwn(let sender):
                "message \(letter.number.value) from \(self[sender].name.text)"
            case .ofBroadcast(let sender):
                "message \(letter.number.value) to everybody from \(self[sender].name.text)"
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

    /// What could not be read stays where it is.
    package mutating func unreadable(for session: SessionID) -> [Effect] {
        guard let member = members[session], isPresent(session, member) else { return [] }
        members[session]?.flush = nil
        return [
            .note(.unreadable(session, self[member.account].name)),
            .tell(session, .mail([], isLast: true)),
        ]
    }

    // MARK: Read

    /// Whether something was shown that is not yet read, so that it matters how the peer goes on.
    package func awaitsProof(_ session: SessionID) -> Bool {
        members[session]?.hasUnread ?? false
    }

    package mutating func doneWritten(_ session: SessionID, inputWaiting: Bool) {
        members[session]?.rule.doneWritten(inputWaiting: inputWaiting)
    }

    package mutating func goodbyeWritten(_ session: SessionID, peerHadClosed: Bool) {
        members[session]?.rule.goodbyeWritten(peerHadClosed: peerHadClosed)
    }

    /// A complete line of somebody who has signed in.
    package mutating func lineArrived(
        _ session: SessionID, allAcknowledged: Bool, at now: Moment
    ) -> [Effect] {
        guard let member = members[session] else { return [] }
        var effects: [Effect] = []
        let kept = self[member.account].activityKept ?? now.instant
        if now.instant - kept >= Limits.activityGrain {
            self[member.account].activityKept = now.instant
            effects.append(.keep(.active(member.account, at: now.wall), for: nil))
        }
        let evidence = evidence(session, member, allAcknowledged)
        guard members[session]?.rule.lineArrived(evidence) == true else { return effects }
        return effects + markRead(session)
    }

    /// The peer closed in good order.
    package mutating func closedOrderly(
        _ session: SessionID, allAcknowledged: Bool
    ) -> [Effect] {
        guard let member = members[session] else { return [] }
        let evidence = evidence(session, member, allAcknowledged)
        guard members[session]?.rule.closedOrderly(evidence) == true else { return [] }
        return markRead(session)
    }

    private func evidence(
        _ session: SessionID, _ member: Member, _ allAcknowledged: Bool
    ) -> ReadingRule.Evidence {
        ReadingRule.Evidence(
            allAcknowledged: allAcknowledged,
            ownsMailbox: self[member.account].mailbox.owner == session)
    }

    private mutating func markRead(_ session: SessionID) -> [Effect] {
        guard let member = members[session], member.hasUnread else { return [] }
        members[session]?.hasUnread = false
        members[session]?.ownShown = 0
        self[member.account].mailbox.read(through: member.shown, own: member.ownShown)
        return [
            .note(.read(session, self[member.account].name, through: member.shown)),
            .keep(.read(member.account, through: member.shown, own: member.ownShown), for: nil),
        ]
    }
}

extension [Recipient] {
    fileprivate var firstRoom: RoomName? {
        for case .room(let name) in self { return name }
        return nil
    }
}
