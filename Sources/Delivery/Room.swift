import Protocol

/// A room: who is inside, since when, and how much was said. What it holds changes with what is
/// kept, in the order of the log, and is worked out from the log again when the server starts.
struct Room: Sendable {
    let number: RoomNumber
    let name: RoomName
    /// Nil for the lobby.
    let maker: AccountNumber?
    let lifetime: Lifetime
    let limit: Int?
    private(set) var admin: AccountNumber?
    /// The oldest first. In the lobby only those who have come back.
    private(set) var members: [Recovered.Room.Member]
    private var joined: [AccountNumber: MessageNumber]
    /// Who has left the lobby.
    private(set) var absent: Set<AccountNumber>
    private(set) var isClosed: Bool
    /// Its end is on its way to disk: nobody comes in any more.
    var isEnding = false
    /// On their way in.
    var joining = 0
    /// On their way out.
    var leaving: Set<AccountNumber> = []
    /// Whoever leads it next is on the way to disk.
    var awaitsAdmin = false

    /// Letters that may still wait for somebody, and news.
    var letters: AscendingNumbers
    var news: AscendingNumbers
    /// Letters on their way to disk, and how many of them are not for whom.
    private(set) var arriving = 0
    private var passing: [AccountNumber: Int] = [:]
    /// Whose mailboxes may be full.
    var watch = FullWatch()

    init(_ kept: Recovered.Room) {
        number = kept.number
        name = kept.name
        maker = kept.maker
        lifetime = kept.lifetime
        limit = kept.limit
        members = kept.members
        joined = Dictionary(kept.members.map { ($0.account, $0.joined) }) { _, last in last }
        absent = Set(kept.absent)
        // Whoever was to lead it may have left before that was on disk.
        let isInside = kept.members.contains { $0.account == kept.admin }
        admin = isInside ? kept.admin : nil
        isClosed = kept.isClosed
        letters = AscendingNumbers(kept.letters.map(\.number))
        news = AscendingNumbers(kept.news)
    }

    init(_ opening: RoomOpening, at number: MessageNumber) {
        self.init(
            Recovered.Room(
                number: opening.room, name: opening.name, maker: opening.maker,
                admin: opening.maker, lifetime: opening.lifetime, limit: opening.limit,
                members: [Recovered.Room.Member(account: opening.maker, joined: number)]))
    }

    var isLobby: Bool { number == .lobby }
    var isOpen: Bool { !isClosed && !isEnding }

    /// Who keeps it open is gone.
    var isOver: Bool {
        switch lifetime {
        case .admin: admin == nil
        case .empty: members.isEmpty
        case .forever: false
        }
    }

    /// The end of somebody's last session is leaving.
    var isLeftByGoing: Bool { lifetime != .forever }

    func contains(_ account: AccountNumber) -> Bool {
        isLobby ? !absent.contains(account) : joined[account] != nil
    }

    /// Nil in the lobby for those who have never left it, and for everybody outside.
    func joined(_ account: AccountNumber) -> MessageNumber? {
        joined[account]
    }

    /// Whether everybody who may be inside is, with those on their way.
    var isFull: Bool {
        limit.map { members.count + joining >= $0 } ?? false
    }

    func isSmaller(than other: Room) -> Bool {
        isLobby ? false : other.isLobby || members.count < other.members.count
    }

    // MARK: Letters on their way

    mutating func letterHandedIn(notFor passed: [AccountNumber]) {
        arriving += 1
        for account in passed { passing[account, default: 0] += 1 }
    }

    /// Kept or refused.
    mutating func letterDecided(notFor passed: [AccountNumber]) {
        arriving -= 1
        for account in passed {
            passing[account, default: 1] -= 1
            if passing[account] == 0 { passing[account] = nil }
        }
    }

    func arriving(for account: AccountNumber) -> Int {
        arriving - passing[account, default: 0]
    }

    // MARK: As the log says

    mutating func enter(_ account: AccountNumber, at number: MessageNumber) {
        guard !isClosed, joined[account] == nil, !isLobby || absent.contains(account) else {
            return
        }
        absent.remove(account)
        joined[account] = number
        members.append(Recovered.Room.Member(account: account, joined: number))
    }

    /// Whether the account was inside.
    mutating func leave(_ account: AccountNumber) -> Bool {
        guard !isClosed, contains(account) else { return false }
        if isLobby { absent.insert(account) }
        if joined.removeValue(forKey: account) != nil,
            let place = members.firstIndex(where: { $0.account == account })
        {
            members.remove(at: place)
        }
        if admin == account { admin = nil }
        return true
    }

    mutating func lead(_ account: AccountNumber) {
        if !isLobby, contains(account) { admin = account }
    }

    /// Who was inside to the end.
    mutating func close() -> [Recovered.Room.Member] {
        guard !isClosed, !isLobby else { return [] }
        defer {
            isClosed = true
            admin = nil
            members = []
            joined = [:]
        }
        return members
    }
}
