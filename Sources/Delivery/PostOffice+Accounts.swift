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
        doorman = Doorman(blockLength: rules.blockLength, kept.refusals, at: now)
        broadcasts = Broadcasts(kept.broadcasts.map(\.number))
        accounts = Array(repeating: nil, count: Int(kept.lastAccount.value) + 1)

        let secrets = Dictionary(lines.map { ($0.name, $0.secret) }) { first, _ in first }
        for account in kept.accounts {
            let secret = account.hasEnded ? nil : secrets[account.name]
            mostOwn = max(mostOwn, account.waiting)
            accounts[Int(account.number.value)] = Account(
                number: account.number, name: account.name, secret: secret,
                mailbox: Mailbox(cursor: account.cursor, own: account.waiting),
                lastActive: account.lastActive)
            if secret != nil {
                numbers[account.name] = account.number
                taken.insert(account.name.folded)
            } else if !account.hasEnded {
                effects.append(.keep(.ended(account.number), for: nil))
            }
        }
        for broadcast in kept.broadcasts {
            for number in broadcast.except + [broadcast.from] {
                self[number].mailbox.leftOut(of: broadcast.number)
            }
        }
        for line in lines where numbers[line.name] == nil {
            effects.append(begin(line.name, line.secret))
        }
        effects += doorman.forgetStalest(at: now.instant).map {
            .keep(.refusals($0), for: nil)
        }
    }

    /// The account file was read again.
    package mutating func reread(_ lines: [AccountLine]) -> [Effect] {
        var effects: [Effect] = []
        let names = Set(lines.map(\.name))
        var ended = 0
        // Ended before others begin: a name may come back in another case.
        for case let account? in accounts
        where account.secret != nil && !names.contains(account.name) {
            ended += 1
            effects += end(account)
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
                number: number, name: name, secret: secret, mailbox: Mailbox(cursor: head, own: 0)))
        numbers[name] = number
        taken.insert(name.folded)
        return .keep(.opened(number, name), for: nil)
    }

    private mutating func end(_ account: Account) -> [Effect] {
        self[account.number].secret = nil
        numbers[account.name] = nil
        taken.remove(account.name.folded)
        var effects = [Effect.keep(.ended(account.number), for: nil)]
        if let session = presence.session(of: account.name) {
            effects.append(.tell(session, .evicted))
        }
        return effects
    }
}
