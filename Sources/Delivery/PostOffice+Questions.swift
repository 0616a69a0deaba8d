package import Protocol

// What somebody asks, and how the answer comes: at once, or from the log.

extension PostOffice {
    package mutating func ask(
        _ session: SessionID, _ question: Session.Question, at now: Moment
    ) -> [Effect] {
        guard let member = members[session] else { return [] }
        switch question {
        case .online, .active(minutes: 0):
            return [.tell(session, .answer(.names(presence.names)))]
        case .active(let minutes):
            return [.tell(session, .answer(.names(active(since: minutes, at: now))))]
        case .rooms:
            let lines = rooms.allOpen.map { Reply.room(line(for: $0)) }
            return list(lines, as: .rooms(count: lines.count), to: session)
        case .members(let name):
            return tellMembers(of: name, to: session, member)
        case .history(let recipient, let count):
            return beginHistory(session, member, recipient, count)
        case .inbox:
            members[session]?.looking = .inbox
            let mailbox = self[member.account].mailbox
            let query = MailQuery(
                reader: member.account, after: mailbox.cursor, through: head,
                rooms: spans(of: member.account, entered: member.entered), apart: mailbox.apart)
            return [.read(.inbox(query), for: session)]
        case .search(let words):
            members[session]?.looking = .search
            let query = SearchQuery(
                reader: member.account, opened: self[member.account].opened ?? head,
                rooms: roomsInside(member.account), words: words, count: Limits.searchLines,
                head: head)
            return [.search(query, for: session)]
        case .talk(let recipient):
            switch conversation(with: recipient, for: member.account, .talk) {
            case .failure(let refusal):
                return [.tell(session, .answer(refusal.reply))]
            case .success(let conversation):
                beginTalk(session, conversation)
                return [.tell(session, .answer(.talk(recipient)))]
            }
        }
    }

    private func active(since minutes: Int, at now: Moment) -> [Username] {
        let since = now.wall.seconds - Int64(minutes) * 60
        var names = Set(presence.names)
        for index in accounts.indices {
            // Account by account, so that no copy of it is made.
            guard let last = accounts[index]?.lastActive, last.seconds >= since,
                let account = accounts[index], account.secret != nil
            else { continue }
            names.insert(account.name)
        }
        return names.sorted()
    }

    /// A conversation that somebody may ask for, or why not.
    struct Refusal: Error {
        let reply: Reply
    }

    func conversation(
        with recipient: Recipient, for account: AccountNumber, _ word: CommandWord
    ) -> Result<Conversation, Refusal> {
        switch recipient {
        case .room(let name):
            guard let room = rooms.open(name) else {
                return .failure(Refusal(reply: .noSuchRoom(name.text)))
            }
            guard room.contains(account) else { return .failure(Refusal(reply: .denied(word))) }
            return .success(.room(room.number))
        case .user(let name):
            guard let other = numbers[name] else {
                return .failure(Refusal(reply: .nobody([recipient.echo])))
            }
            return .success(.person(other))
        case .nobody:
            return .failure(Refusal(reply: .nobody([recipient.echo])))
        }
    }

    // MARK: Lists

    /// The reply, and the lines that it announces.
    mutating func list(
        _ lines: [Reply], as reply: Reply, to session: SessionID
    ) -> [Effect] {
        members[session]?.listing = lines.isEmpty ? nil : .lines(lines[...])
        return [.tell(session, .answer(reply))]
    }
}
