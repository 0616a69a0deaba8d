package import Protocol

// What was said before: looked up in the log, and told a page at a time.

extension PostOffice {
    mutating func beginHistory(
        _ session: SessionID, _ member: Member, _ recipient: Recipient, _ count: Int
    ) -> [Effect] {
        switch conversation(with: recipient, for: member.account, .history) {
        case .failure(let refusal):
            return [.tell(session, .answer(refusal.reply))]
        case .success(let conversation):
            members[session]?.looking = .history(conversation, count: count, found: [])
            return lookBack(
                session, member, conversation, before: MessageNumber(head.value + 1), count)
        }
    }

    private func lookBack(
        _ session: SessionID, _ member: Member, _ conversation: Conversation,
        before: MessageNumber, _ count: Int
    ) -> [Effect] {
        let query = HistoryQuery(
            reader: member.account, conversation: conversation, before: before, count: count)
        return [.read(.history(query), for: session)]
    }

    /// Some of the numbers, the newest first, and where there may be more.
    package mutating func historyFound(
        _ numbers: [MessageNumber], next: MessageNumber?, cut: WallTime?,
        for session: SessionID
    ) -> [Effect] {
        guard let member = members[session], isPresent(session, member),
            case .history(let conversation, let count, var found)? = member.looking
        else { return [] }
        found += numbers
        if let next, found.count < count {
            members[session]?.looking = .history(conversation, count: count, found: found)
            return lookBack(
                session, member, conversation, before: next, count - found.count)
        }

        members[session]?.looking = nil
        // Somebody may have been sent away while it was looked up.
        if case .room(let room) = conversation, !rooms[room].contains(member.account) {
            return [.tell(session, .answer(.denied(.history)))]
        }
        var first: [Reply] = []
        if let cut, found.count < count { first = [.message(beginning(of: conversation, cut))] }
        return announce(
            .history(count: found.count + first.count), first, found.reversed(), of: conversation,
            last: nil, to: session)
    }

    package mutating func found(
        _ numbers: [MessageNumber], isBehind: Bool, for session: SessionID
    ) -> [Effect] {
        guard let member = members[session], isPresent(session, member),
            case .search? = member.looking
        else { return [] }
        members[session]?.looking = nil
        return announce(
            .search(count: numbers.count + (isBehind ? 1 : 0)), [], numbers.reversed(), of: nil,
            last: isBehind ? .indexing : nil, to: session)
    }

    /// The conversation with the oldest newest message first.
    package mutating func unreadCounted(
        _ counts: [Unread], for session: SessionID
    ) -> [Effect] {
        guard let member = members[session], isPresent(session, member),
            case .inbox? = member.looking
        else { return [] }
        members[session]?.looking = nil
        let lines = counts.map { unread in
            Reply.unread(
                of: recipient(unread.conversation), count: unread.count, newest: unread.at)
        }
        return list(lines, as: .inbox(count: lines.count), to: session)
    }

    private func recipient(_ conversation: Conversation) -> Recipient {
        switch conversation {
        case .person(let number): .user(self[number].name)
        case .room(let room): .room(rooms[room].name)
        }
    }

    private mutating func announce(
        _ reply: Reply, _ first: [Reply], _ numbers: [MessageNumber],
        of conversation: Conversation?, last: Reply?, to session: SessionID
    ) -> [Effect] {
        members[session]?.listing = .entries(
            numbers[...], of: conversation, first: first, last: last.map { [$0] } ?? [])
        return [.tell(session, .answer(reply))]
    }

    // MARK: Told

    /// What is next of a list that has been announced. Nil when there is none.
    mutating func goOnListing(_ session: SessionID) -> [Effect]? {
        switch members[session]?.listing {
        case nil:
            return nil
        case .lines(let lines):
            let rest = lines.dropFirst(Limits.listedPerPage)
            members[session]?.listing = rest.isEmpty ? nil : .lines(rest)
            return [.tell(session, .lines(Array(lines.prefix(Limits.listedPerPage))))]
        case .entries(let numbers, let conversation, let first, let last):
            guard first.isEmpty else {
                members[session]?.listing = .entries(numbers, of: conversation, last: last)
                return [.tell(session, .lines(first))]
            }
            guard numbers.isEmpty else {
                return [.read(.entries(Array(numbers.prefix(Limits.listedPerPage))), for: session)]
            }
            members[session]?.listing = nil
            return last.isEmpty ? nil : [.tell(session, .lines(last))]
        }
    }

    /// A page of the list that is being told. As many lines as were announced, whatever became of
    /// them since.
    mutating func entriesRead(
        _ letters: [StoredLetter], news: [StoredChange], lost: [LostLetter], isLast: Bool,
        for session: SessionID
    ) -> [Effect] {
        guard let member = members[session],
            case .entries(let numbers, let conversation, _, let last)? = member.listing
        else { return [] }
        var lines: [MessageNumber: Message] = [:]
        for stored in letters {
            let room =
                switch conversation {
                case .room(let room): room
                case .person: RoomNumber?.none
                case nil: firstRoom(of: stored.letter, for: member)
                }
            lines[stored.number] = message(
                StoredLetter(number: stored.number, letter: stored.letter, room: room))
        }
        for stored in news { lines[stored.number] = message(stored) }
        for letter in lost { lines[letter.number] = standIn(for: letter) }

        let page = numbers.prefix(Limits.listedPerPage)
        let end = isLast ? nil : lines.keys.max()
        let told = page.prefix { end == nil || $0 <= end! }  // looked at after the nil
        members[session]?.listing = .entries(
            numbers.dropFirst(told.count), of: conversation, last: last)
        return [.tell(session, .lines(told.map { .message(lines[$0] ?? forgotten($0)) }))]
    }

    /// Nothing more of the list can be read: the lines that were announced say so.
    mutating func entriesUnreadable(for session: SessionID) -> [Effect] {
        guard case .entries(let numbers, _, _, let last)? = members[session]?.listing
        else { return [] }
        members[session]?.listing = nil
        return [.tell(session, .lines(numbers.map { .message(unreadable($0)) } + last))]
    }

    private func firstRoom(of letter: Letter, for member: Member) -> RoomNumber? {
        guard case .rooms(let named, let persons, _) = letter.to,
            !persons.contains(member.account)
        else { return nil }
        // Its own it is shown after having left as well.
        return named.first { rooms[$0].contains(member.account) } ?? named.first
    }

    private func beginning(of conversation: Conversation, _ cut: WallTime) -> Message {
        Message(
            number: .zero, at: cut, from: .server,
            room: conversation.room.map { rooms[$0].name },
            text: MessageText(kept: Array("what was said before is not kept any more".utf8)))
    }

    private func forgotten(_ number: MessageNumber) -> Message {
        saying("message \(number.value) is not kept any more", number)
    }

    private func unreadable(_ number: MessageNumber) -> Message {
        saying("message \(number.value) cannot be read now", number)
    }

    private func saying(_ words: String, _ number: MessageNumber) -> Message {
        Message(
            number: number, at: WallTime(seconds: 0), from: .server,
            text: MessageText(kept: Array(words.utf8)))
    }
}

extension Conversation {
    fileprivate var room: RoomNumber? {
        if case .room(let room) = self { room } else { nil }
    }
}
