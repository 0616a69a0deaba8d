package import Protocol

/// What the server knows across connections: accounts, mailboxes, who is here, who is locked out.
///
/// Pure: it has no clock, no socket and no disk. Each thing that happens is a method, with the time
/// beside it; what is to be done about it comes back as a list, in order. Nothing it decides is
/// said before what it rests on has been kept: `kept` is the only place where a sender is answered
/// `sent:`.
package struct PostOffice: Sendable {
    package enum Effect: Hashable, Sendable {
        case tell(SessionID, Session.Event)
        /// To be made durable, in this order. The session, if any, waits for it.
        case keep(Entry, for: SessionID?)
        /// A page of mail in `(after, through]`.
        case read(
            for: AccountNumber, after: MessageNumber, through: MessageNumber, reader: SessionID)
        /// A nil secret takes as long as any and is never right.
        case verify(SessionID, Username, Secret?, Password)
        case enroll(SessionID, Username, Password)
        case note(Note)
    }

    package struct Rules: Hashable, Sendable {
        package var registrationIsOpen: Bool
        /// Names that do not exist are asked for a password like all others.
        package var hidesNames: Bool
        package var queueLimit: Int
        package var blockLength: Duration

        package init(
            registrationIsOpen: Bool = true, hidesNames: Bool = false,
            queueLimit: Int = Limits.queueLimit, blockLength: Duration = .seconds(60)
        ) {
            self.registrationIsOpen = registrationIsOpen
            self.hidesNames = hidesNames
            self.queueLimit = queueLimit
            self.blockLength = blockLength
        }
    }

    /// An account, also one that has ended: its letters still bear its name.
    struct Account: Sendable {
        let number: AccountNumber
        let name: Username
        /// Nil when it has ended.
        var secret: Secret?
        var mailbox: Mailbox
        /// When its last session was over. Whoever is here is active.
        var lastActive: WallTime?
        /// When activity was last written down.
        var activityKept: Instant?
    }

    /// Somebody who has signed in, until the connection is gone.
    struct Member: Sendable {
        let account: AccountNumber
        /// Up to here this connection was shown its mail, and is not shown it again.
        var shown: MessageNumber
        /// Letters of its own among what was shown and is not read.
        var ownShown = 0
        /// Whether there is anything among what was shown that is not read.
        var hasUnread = false
        /// The end of what is being read out.
        var flush: MessageNumber?
        /// Whether all was read out once: until then the store is asked whatever was counted.
        var hasCollected = false
        var rule = ReadingRule()
        /// What the sender gets when the letter is kept.
        var answer: Reply?
    }

    /// Somebody who has not signed in.
    struct Guest: Sendable {
        let caller: Caller
        /// What a failed login is answered, once it has been written down.
        var verdict: Session.Verdict?
    }

    /// A password that is being looked at, though its session may have gone.
    enum Hashing: Sendable {
        /// Compared with this.
        case login(Caller, Secret?)
        case registration(Caller, entersThen: Bool)
    }

    let rules: Rules
    /// By number; the first place is empty.
    var accounts: [Account?]
    var numbers: [Username: AccountNumber] = [:]
    /// Names in lower case that exist.
    var taken: Set<String> = []
    /// Names in lower case that are being registered.
    var enrolling: Set<String> = []
    var guests: [SessionID: Guest] = [:]
    var members: [SessionID: Member] = [:]
    var hashing: [SessionID: Hashing] = [:]
    var presence = Presence()
    var doorman: Doorman
    var broadcasts = Broadcasts()
    /// No mailbox has or awaits more letters of its own than this.
    var mostOwn = 0
    /// The last number that is known to be on disk.
    package internal(set) var head: MessageNumber

    // MARK: Coming and going

    package mutating func arrived(_ session: SessionID, from caller: Caller) {
        guests[session] = Guest(caller: caller)
    }

    /// The conversation is over, for whatever reason: the name is free. The connection may linger.
    package mutating func left(_ session: SessionID, at now: Moment) -> [Effect] {
        guests[session] = nil
        guard let member = members[session] else { return [] }
        let name = self[member.account].name
        guard presence.session(of: name) == session else { return [] }
        presence.leave(name, session)
        self[member.account].lastActive = now.wall
        return [
            .keep(.active(member.account, at: now.wall), for: nil),
            .note(.signedOut(session, name)),
        ]
    }

    /// The connection is no more.
    package mutating func gone(_ session: SessionID, at now: Moment) -> [Effect] {
        let effects = left(session, at: now)
        members[session] = nil
        return effects
    }

    // MARK: Questions

    package func ask(
        _ session: SessionID, _ question: Session.Question, at now: Moment
    ) -> [Effect] {
        switch question {
        case .online, .active(minutes: 0):
            return [.tell(session, .answer(.names(presence.names)))]
        case .active(let minutes):
            let since = now.wall.seconds - Int64(minutes) * 60
            var names = Set(presence.names)
            for index in accounts.indices {
                // Account by account, so that no copy of it is made.
                guard let last = accounts[index]?.lastActive, last.seconds >= since,
                    let account = accounts[index], account.secret != nil
                else { continue }
                names.insert(account.name)
            }
            return [.tell(session, .answer(.names(names.sorted())))]
        }
    }

    // MARK: Accounts by number and name

    subscript(number: AccountNumber) -> Account {
        get { accounts[Int(number.value)]! }  // a number is only given together with its account
        _modify { yield &accounts[Int(number.value)]! }  // the same
    }

    func account(named name: Username) -> Account? {
        numbers[name].map { self[$0] }
    }
}
