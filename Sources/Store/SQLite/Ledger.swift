import Protocol

/// What the log says of accounts and failed logins, up to its head.
///
/// Everything here can be worked out from the log. The tables `accounts` and `refusals` hold what
/// came of the older segments, so that opening does not read them all; each row says up to which
/// number it knows the log.
struct Ledger {
    struct Account {
        let number: AccountNumber
        let name: Username
        /// It gets what is written after this.
        let opened: Int64
        var ended: Int64?
        var cursor: Int64
        var waiting = 0
        var lastActive: WallTime?
        /// The row on disk, when it was read at the start, knew all up to here.
        let folded: Int64
        /// The segment in whose list of the changed it stands.
        var listed: Int64 = -1

        var exists: Bool { ended == nil }
    }

    /// What has changed in one segment and must be folded before the segment need not be replayed
    /// any more.
    struct Changes {
        var accounts: [AccountNumber] = []
        var refusals: Set<RefusalKey> = []
        /// How many accounts had begun by the segment's end.
        var accountCount = 0
    }

    private(set) var accounts = ByAccount<Account>()
    private(set) var refusals: [RefusalKey: Refusals] = [:]
    private(set) var lastAccount = AccountNumber(0)
    private var accountCount = 0
    /// In the segment that is open.
    private(set) var changes = Changes()

    mutating func load(_ account: Account) {
        accounts.update(account.number) { $0 = account }
        lastAccount = max(lastAccount, account.number)
        accountCount += 1
    }

    mutating func load(_ known: Refusals) {
        refusals[RefusalKey(known)] = known
    }

    mutating func apply(_ entry: Entry, _ number: Int64, segment: Int64) {
        switch entry {
        case .letter(let letter):
            switch letter.to {
            case .one(let reader):
                change(reader, number, segment) { $0.waiting += 1 }
            case .several(let readers):
                for reader in readers { change(reader, number, segment) { $0.waiting += 1 } }
            case .everyone:
                break
            }
        case .read(let account, let through, let own):
            change(account, number, segment) {
                // A cursor never goes back: what was read once stays read.
                guard through.value > $0.cursor else { return }
                $0.cursor = through.value
                $0.waiting = max(0, $0.waiting - own)
            }
        case .active(let account, let at):
            change(account, number, segment) { $0.lastActive = at }
        case .opened(let account, let name):
            // Replayed, when its row is already on disk.
            guard accounts[account] == nil else { return }
            load(Account(number: account, name: name, opened: number, cursor: number, folded: 0))
            change(account, number, segment) { _ in }
        case .ended(let account):
            change(account, number, segment) { $0.ended = number }
        case .refusals(let news):
            let key = RefusalKey(news)
            // The last one counts, so that nothing goes wrong when some are replayed.
            refusals[key] = news.isEmpty ? nil : news
            changes.refusals.insert(key)
        }
    }

    /// The segment is closed; what changes from now on belongs to the next one.
    mutating func takeChanges() -> Changes {
        defer { changes = Changes() }
        changes.accountCount = accountCount
        return changes
    }

    private mutating func change(
        _ account: AccountNumber, _ number: Int64, _ segment: Int64, _ body: (inout Account) -> Void
    ) {
        // One look-up, and changed in place.
        if accounts.update(account, { $0?.change(number, segment, body) }) == true {
            changes.accounts.append(account)
        }
    }
}

extension Ledger.Account {
    /// True when it is the first change in this segment.
    fileprivate mutating func change(
        _ number: Int64, _ segment: Int64, _ body: (inout Self) -> Void
    ) -> Bool {
        guard number > folded, exists else { return false }
        body(&self)
        defer { listed = segment }
        return listed != segment
    }
}
