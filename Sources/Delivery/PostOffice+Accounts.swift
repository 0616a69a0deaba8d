package import Protocol

// Accounts begin and end with their lines in the account file; all else that is known of them comes
// from the store.

extension PostOffice {
    /// What the store kept, joined with what the account file says now. The effects write the
    /// difference down.
    package init(
        _ kept: Recovered, _ lines: [AccountLine], rules: Rules, at now: Moment,
        effects: inout [Effect]
    ) {
        self.rules = rules
        head = kept.head
        recent = RecentMail(after: kept.head)
        doorman = Doorman(blockLength: rules.blockLength, kept.refusals, at: now)
        broadcasts = Broadcasts(kept.broadcasts.map(\.number))
        accounts = Array(repeating: nil, count: Int(kept.lastAccount.value) + 1)
        rooms = Rooms(kept.rooms)

        var ended: [Effect] = []
        let secrets = Dictionary(lines.map { ($0.name, $0.secret) }) { first, _ in first }
        for account in kept.accounts {
            let secret = account.hasEnded ? nil : secrets[account.name]
            accounts[Int(account.number.value)] = Account(
                number: account.number, name: account.name, secret: secret,
                opened: account.opened,
                mailbox: Mailbox(
                    cursor: account.cursor, own: account.waiting, apart: account.apart,
                    senders: rules.limitsSenders ? Senders(account.senders) : nil),
                pastSpans: account.pastSpans, lastActive: account.lastActive)
            if secret != nil {
                numbers[account.name] = account.number
                taken.insert(account.name.folded)
            } else if !account.hasEnded {
                ended.append(.keep(.ended(account.number), for: nil))
            }
        }
        recallShared(kept)
        effects += reviewRooms(at: now) + ended
        for line in lines where numbers[line.name] == nil {
            effects.append(begin(line.name, line.secret))
        }
        effects += doorman.forgetStalest(at: now.instant).map {
            .keep(.refusals($0), for: nil)
        }
    }

    /// Who is inside, and what of that which is shared is not for whom.
    private mutating func recallShared(_ kept: Recovered) {
        for room in kept.rooms where room.number != .lobby {
            for member in room.members { self[member.account].rooms.append(room.number) }
        }
        for broadcast in kept.broadcasts {
            self[broadcast.from].lastBroadcast = broadcast.number
            for number in broadcast.except + [broadcast.from] {
                self[number].mailbox.leftOutLate(of: broadcast.number)
            }
        }
        for room in kept.rooms {
            for letter in room.letters {
                for number in letter.except + [letter.from]
                where wasInside(number, room.number, at: letter.number) {
                    self[number].mailbox.leftOutLate(of: letter.number)
                }
            }
        }
        for account in kept.accounts {
            for (conversation, through) in account.apart {
                for number in shared(in: conversation, for: account.number, through, kept) {
                    self[account.number].mailbox.leftOutLate(of: number)
                }
            }
        }
    }

    private func wasInside(
        _ account: AccountNumber, _ room: RoomNumber, at number: MessageNumber
    ) -> Bool {
        spans(of: account).contains {
            $0.room == room && $0.after < number && number <= $0.through ?? number
        }
    }

    /// What many got in this conversation, and this account has read apart.
    private func shared(
        in conversation: Conversation, for account: AccountNumber, _ through: MessageNumber,
        _ kept: Recovered
    ) -> [MessageNumber] {
        switch conversation {
        case .person(account):
            return []
        case .person(let other):
            return kept.broadcasts.filter {
                $0.from == other && $0.number <= through && !$0.except.contains(account)
            }.map(\.number)
        case .room(let number):
            guard let room = kept.rooms.first(where: { $0.number == number }) else { return [] }
            return room.letters.filter {
                $0.from != account && $0.number <= through && !$0.except.contains(account)
                    && wasInside(account, number, at: $0.number)
            }.map(\.number)
        }
    }

    /// The account file was read again.
    package mutating func reread(_ lines: [AccountLine], at now: Moment) -> [Effect] {
        var effects: [Effect] = []
        let names = Set(lines.map(\.name))
        var ended = 0
        // Ended before others begin: a name may come back in another case.
        for case let account? in accounts
        where account.secret != nil && !names.contains(account.name) {
            ended += 1
            effects += end(account, at: now)
        }

        var added = 0
        var changed = 0
        for line in lines {
            if let number = numbers[line.name] {
                if self[number].secret != line.secret { changed += 1 }
                self[number].secret = line.secret
            } else {
                added += 1
                effects.append(begin(line.name, line.secret))
            }
        }
        return effects + [.note(.reread(added: added, removed: ended, changed: changed))]
    }

    /// A new account, with the next number. Nothing that was written before is for it.
    mutating func begin(_ name: Username, _ secret: Secret) -> Effect {
        let number = AccountNumber(UInt32(accounts.count))
        accounts.append(
            Account(
                number: number, name: name, secret: secret, opened: nil,
                mailbox: Mailbox(
                    cursor: head, own: 0, senders: rules.limitsSenders ? Senders() : nil)))
        numbers[name] = number
        taken.insert(name.folded)
        return .keep(.opened(number, name), for: nil)
    }

    private mutating func end(_ account: Account, at now: Moment) -> [Effect] {
        self[account.number].secret = nil
        numbers[account.name] = nil
        taken.remove(account.name.folded)
        var effects =
            leaveAll(account.number, at: now) + [.keep(.ended(account.number), for: nil)]
        if let session = presence.session(of: account.name) {
            effects.append(.tell(session, .evicted))
        }
        return effects
    }
}
