import Protocol

/// What the log says of accounts, rooms and failed logins, up to its head.
///
/// Everything here can be worked out from the log. Tables hold what came of the older segments, so
/// that opening does not read them all. An account's row says up to which number it knows the log,
/// and the rows of `members` and `apart` that belong to the account know as much. Of rooms and
/// failed logins the last word counts, so that nothing goes wrong when some of it is heard again.
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
        /// Where it is inside, or was, when mail from there may still wait for it. Of the lobby
        /// nothing when it has always been there; else at least the last one.
        var spans: [Span] = []
        /// How far it has read in these conversations, beyond the cursor.
        var apart: [Conversation: Int64] = [:]
        /// Whether `members` and `apart` say the same as these two.
        var isStored = true

        var exists: Bool { ended == nil }
    }

    /// What has changed in one segment and must be folded before the segment need not be replayed
    /// any more.
    struct Changes {
        var accounts: [AccountNumber] = []
        var rooms: Set<RoomNumber> = []
        var refusals: Set<RefusalKey> = []
        /// How many accounts and rooms had begun by the segment's end.
        var accountCount = 0
        var roomCount = 0
    }

    var accounts = ByNumber<AccountNumber, Account>()
    private(set) var refusals: [RefusalKey: Refusals] = [:]
    private(set) var lastAccount = AccountNumber(0)
    private var accountCount = 0
    /// All but the lobby, which needs no telling of.
    var rooms = ByNumber<RoomNumber, Room>()
    var roomCount = 0
    /// Who is inside; nothing for the lobby.
    var inside: [RoomNumber: Set<AccountNumber>] = [:]
    /// In the segment that is open.
    var changes = Changes()

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
            case .several(let readers), .rooms(_, and: let readers, _):
                for reader in readers { change(reader, number, segment) { $0.waiting += 1 } }
            case .everyone:
                break
            }
        case .read(let account, let through, let own):
            change(account, number, segment) { $0.read(through: through.value, own: own) }
        case .readApart(let account, let conversation, let through, let own):
            change(account, number, segment) {
                $0.read(conversation, through: through.value, own: own)
            }
        case .active(let account, let at):
            change(account, number, segment) { $0.lastActive = at }
        case .opened(let account, let name):
            // Replayed, when its row is already on disk.
            guard accounts[account] == nil else { return }
            load(Account(number: account, name: name, opened: number, cursor: number, folded: 0))
            change(account, number, segment) { _ in }
        case .ended(let account):
            leaveAll(account, number, segment)
            change(account, number, segment) { $0.ended = number }
        case .roomOpened(let opening):
            open(opening, number, segment)
        case .roomChanged(let change):
            apply(change, number, segment)
        case .refusals(let news):
            let key = RefusalKey(news)
            // The last one counts, so that nothing goes wrong when some are replayed.
            refusals[key] = news.isEmpty ? nil : news
            changes.refusals.insert(key)
        }
    }

    /// Whether everybody exists, or has existed, who is named in it.
    func knows(_ letter: Letter) -> Bool {
        let rooms: [RoomNumber] = if case .rooms(let rooms, _, _) = letter.to { rooms } else { [] }
        return ([letter.from] + letter.persons).allSatisfy { accounts[$0] != nil }
            && rooms.allSatisfy { $0 == .lobby || self.rooms[$0] != nil }
    }

    /// The segment is closed; what changes from now on belongs to the next one.
    mutating func takeChanges() -> Changes {
        defer { changes = Changes() }
        changes.accountCount = accountCount
        changes.roomCount = roomCount
        return changes
    }

    /// The tables say what is here of these accounts.
    mutating func stored(_ numbers: some Sequence<AccountNumber>) {
        for number in numbers { accounts.update(number) { $0?.isStored = true } }
    }

    /// Unless it has ended, or its row knows this number already.
    mutating func change(
        _ account: AccountNumber, _ number: Int64, _ segment: Int64, _ body: (inout Account) -> Void
    ) {
        // One look-up, and changed in place.
        if accounts.update(account, { $0?.change(number, segment, body) }) == true {
            changes.accounts.append(account)
        }
    }
}

extension Ledger.Account {
    fileprivate mutating func read(through: Int64, own: Int) {
        // A cursor never goes back: what was read once stays read.
        guard through > cursor else { return }
        cursor = through
        waiting = max(0, waiting - own)
        if !spans.isEmpty || !apart.isEmpty { forgetRead() }
    }

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
