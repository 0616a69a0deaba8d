import Protocol

// How much waits for somebody, from what is counted: letters of its own, to everybody, to rooms.

extension PostOffice {
    /// Where the account is and was inside.
    func spans(of number: AccountNumber, entered: MessageNumber? = nil) -> [RoomSpan] {
        // Account by account, so that no copy of it is made.
        var spans = self[number].pastSpans
        for room in self[number].rooms {
            guard let joined = rooms[room].joined(number) else { continue }
            spans.append(RoomSpan(room: room, after: joined))
        }
        if rooms[.lobby].contains(number) {
            let since = rooms[.lobby].joined(number) ?? self[number].opened ?? head
            spans.append(RoomSpan(room: .lobby, after: since))
        }
        // Who comes and goes in the lobby is told to those alone who are there.
        let news = entered ?? head
        return spans.map { span in
            guard span.room == .lobby else { return span }
            return RoomSpan(
                room: .lobby, after: span.after, through: span.through,
                newsAfter: max(span.after, news))
        }
    }

    /// Letters that are shared by many and are for this account, after a number.
    private func shared(
        for number: AccountNumber, after shown: MessageNumber, _ spans: [RoomSpan]
    ) -> Int {
        var count = broadcasts.count(after: shown) - self[number].mailbox.notForIt(after: shown)
        for span in spans {
            count += rooms[span.room].letters.count(
                after: max(shown, span.after), through: span.through)
        }
        return count
    }

    // MARK: For who reads

    /// Whether there is anything that the member was not shown and would be now.
    func waits(for member: Member) -> Bool {
        let spans = spans(of: member.account, entered: member.entered)
        if let talk = member.talk { return waits(for: member, in: talk, spans) }

        let mailbox = self[member.account].mailbox
        var letters = mailbox.own - member.ownShown
        letters += shared(for: member.account, after: member.shown, spans)
        for ahead in member.ahead.values {
            letters -= ahead.own + ahead.shared.count { $0 > member.shown }
        }
        return letters > 0 || spans.contains { hasNews($0, after: member.shown) }
    }

    private func waits(
        for member: Member, in talk: Conversation, _ spans: [RoomSpan]
    ) -> Bool {
        let shown = shown(to: member, in: talk)
        switch talk {
        case .person(let other):
            // What is between two is not counted: it is known when something has come.
            return member.talkWaits || self[other].lastBroadcast ?? .zero > shown
        case .room(let room):
            return spans.contains { span in
                span.room == room
                    && (rooms[room].letters.count(
                        after: max(shown, span.after), through: span.through) > 0
                        || hasNews(span, after: shown))
            }
        }
    }

    private func hasNews(_ span: RoomSpan, after shown: MessageNumber) -> Bool {
        rooms[span.room].news.count(after: max(shown, span.newsAfter), through: span.through) > 0
    }

    /// How far the member was shown a conversation.
    func shown(to member: Member, in conversation: Conversation) -> MessageNumber {
        max(
            member.shown, conversation == member.talk ? member.talkShown : .zero,
            member.ahead[conversation]?.through ?? .zero,
            self[member.account].mailbox.apart[conversation] ?? .zero)
    }

    /// What the member has been shown ahead of the rest, on this connection or before.
    func apart(for member: Member) -> [Conversation: MessageNumber] {
        var apart = self[member.account].mailbox.apart
        for (conversation, ahead) in member.ahead { apart[conversation] = ahead.through }
        return apart
    }

    // MARK: For who writes

    func isFull(_ number: AccountNumber) -> Bool {
        room(for: number) <= 0
    }

    /// The same, or as much of it as one sender may have is theirs.
    func isFull(_ number: AccountNumber, for sender: AccountNumber) -> Bool {
        isFull(number) || self[number].mailbox.count(from: sender) >= rules.senderLimit
    }

    /// So many letters that it has not read are on disk.
    func waiting(for number: AccountNumber) -> Int {
        waiting(for: number, spans(of: number))
    }

    private func waiting(for number: AccountNumber, _ spans: [RoomSpan]) -> Int {
        let mailbox = self[number].mailbox
        return mailbox.own + shared(for: number, after: mailbox.cursor, spans)
    }

    /// So many letters still fit. When that is enough, there may be room for more.
    func room(for number: AccountNumber, enough: Int = 1) -> Int {
        let mailbox = self[number].mailbox
        // Most mailboxes are so far from it that nothing has to be looked up.
        let atMost = mailbox.ownInAll + broadcasts.inAll + rooms.letters
        guard rules.queueLimit - atMost < enough else { return rules.queueLimit - atMost }
        let spans = spans(of: number)
        var count = waiting(for: number, spans)
        count += mailbox.arriving + broadcasts.arriving - mailbox.passing
        for span in spans where span.through == nil {
            count += rooms[span.room].arriving(for: number)
        }
        return rules.queueLimit - count
    }

    /// Those of everybody whose mailboxes are full.
    mutating func fullOnes(but sender: AccountNumber) -> [AccountNumber] {
        if watch.isDue(handedIn: handedIn) {
            let everybody = accounts.compactMap { $0?.secret == nil ? nil : $0?.number }
            let (full, leastRoom) = look(at: everybody)
            watch.looked(atHandedIn: handedIn, full: full, leastRoom: leastRoom)
        }
        return watch.full.filter { $0 != sender && self[$0].secret != nil && isFull($0) }
    }

    /// Those inside a room.
    mutating func fullOnes(in room: RoomNumber, but sender: AccountNumber) -> [AccountNumber] {
        if rooms[room].watch.isDue(handedIn: handedIn) {
            let (full, leastRoom) = look(at: everybody(in: rooms[room]))
            rooms[room].watch.looked(atHandedIn: handedIn, full: full, leastRoom: leastRoom)
        }
        return rooms[room].watch.full.filter {
            $0 != sender && self[$0].secret != nil && rooms[room].contains($0) && isFull($0)
        }
    }

    private func look(at all: [AccountNumber]) -> (full: [AccountNumber], leastRoom: Int) {
        var full: [AccountNumber] = []
        var leastRoom = rules.queueLimit
        for number in all {
            let room = room(for: number)
            if room <= 0 { full.append(number) } else { leastRoom = min(leastRoom, room) }
        }
        return (full, leastRoom)
    }
}
