package import Protocol

/// What the server knows across connections: accounts, mailboxes, rooms, who is here, who is locked
/// out.
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
        case read(StoreQuestion, for: SessionID)
        case search(SearchQuery, for: SessionID)
        /// A nil secret takes as long as any and is never right.
        case verify(SessionID, Username, Secret?, Password)
        case enroll(SessionID, Username, Password)
        /// The account file gets the new password if it still has this secret, and the old password
        /// is the one.
        case change(SessionID, Username, Secret, old: Password, new: Password)
        case note(Note)
    }

    package struct Rules: Hashable, Sendable {
        package var registrationIsOpen: Bool
        /// Names that do not exist are asked for a password like all others.
        package var hidesNames: Bool
        package var queueLimit: Int
        /// So many letters that one sender has addressed to somebody may wait there.
        package var senderLimit: Int
        /// Of one person, open at once.
        package var roomLimit: Int
        package var blockLength: Duration

        package init(
            registrationIsOpen: Bool = true, hidesNames: Bool = false,
            queueLimit: Int = Limits.queueLimit, senderLimit: Int = Limits.queueLimit,
            roomLimit: Int = Limits.roomsPerPerson,
            blockLength: Duration = .seconds(60)
        ) {
            self.registrationIsOpen = registrationIsOpen
            self.hidesNames = hidesNames
            self.queueLimit = queueLimit
            self.senderLimit = senderLimit
            self.roomLimit = roomLimit
            self.blockLength = blockLength
        }

        /// Whether it has to be known whose letters wait.
        package var limitsSenders: Bool { senderLimit < queueLimit }
    }

    /// An account, also one that has ended: its letters still bear its name.
    struct Account: Sendable {
        let number: AccountNumber
        let name: Username
        /// Nil when it has ended.
        var secret: Secret?
        /// It gets what is written after this. Nil as long as it is not on disk.
        var opened: MessageNumber?
        var mailbox: Mailbox
        /// Where it is inside, in no order, besides the lobby.
        var rooms: [RoomNumber] = []
        /// Where it was, when mail from there may still wait.
        var pastSpans: [RoomSpan] = []
        /// Letters to everybody that it has written since then.
        var broadcasts = 0
        var broadcastsSince: Instant?
        /// Its newest letter to everybody.
        var lastBroadcast: MessageNumber?
        /// When its last session was over. Whoever is here is active.
        var lastActive: WallTime?
        /// When activity was last written down.
        var activityKept: Instant?
    }

    /// Somebody who has signed in, until the connection is gone.
    struct Member: Sendable {
        let account: AccountNumber
        let caller: Caller
        /// The head of the log when it came.
        let entered: MessageNumber
        /// Up to here this connection was shown its mail, and is not shown it again.
        var shown: MessageNumber
        /// Letters of its own among what was shown and is not read.
        var ownShown = 0
        /// Whether there is anything among what was shown that is not read.
        var hasUnread = false
        /// What it was shown ahead, in one conversation, and has not read.
        var ahead: [Conversation: Ahead] = [:]
        /// The end of what is being read out.
        var flush: MessageNumber?
        /// Whether all was read out once: until then the store is asked whatever was counted.
        var hasCollected = false
        var rule = ReadingRule()
        /// What the sender gets when the letter is kept.
        var answer: Reply?
        /// What the reply has announced and is not yet told.
        var listing: Listing?
        /// What is being looked up for it.
        var looking: Lookup?
        /// Mail is told as it comes.
        var isLive = false
        /// Nothing but this conversation is told, as it comes.
        var talk: Conversation?
        /// Something has come for it since it was last told.
        var talkWaits = false
        /// Up to here it was told.
        var talkShown = MessageNumber.zero

        var wantsMailAtOnce: Bool { isLive || talk != nil }
    }

    /// What was shown of one conversation while the rest of the mail waits.
    struct Ahead: Sendable {
        var through: MessageNumber
        /// Letters to the reader itself among it.
        var own = 0
        /// The others.
        var shared: [MessageNumber] = []
    }

    /// Lines that follow a reply.
    enum Listing: Sendable {
        case lines(ArraySlice<Reply>)
        /// To be read from the log, a page at a time, with lines before and behind.
        case entries(
            ArraySlice<MessageNumber>, of: Conversation?, first: [Reply] = [], last: [Reply])
    }

    /// A question that the store or the index has.
    enum Lookup: Sendable {
        /// The newest first.
        case history(Conversation, count: Int, found: [MessageNumber])
        case inbox
        case search
    }

    /// Somebody who has not signed in.
    struct Guest: Sendable {
        let caller: Caller
        /// What a failed login is answered, once it has been written down.
        var verdict: Session.Verdict?
    }

    /// A password that is being looked at, though its session may have gone.
    enum Hashing: Sendable {
        /// Somebody who has signed in wants another one.
        case change(AccountNumber, Caller)
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
    var rooms: Rooms
    /// Letters handed in, each as often as one mailbox can get it.
    var handedIn = 0
    /// Of all accounts.
    var watch = FullWatch()
    var bell = Bell()
    var recent: RecentMail
    /// Until then those are awaited who were inside before the server was started again.
    var homecomingEnd: Instant?
    /// Whoever goes now is sent away: nobody leaves a room by it.
    var isClosing = false
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
        bell.forget(session)
        self[member.account].lastActive = now.wall
        return [
            .keep(.active(member.account, at: now.wall), for: nil),
            .note(.signedOut(session, name)),
        ] + leaveByGoing(member.account, at: now)
    }

    /// Signed out, and still there: a guest again.
    package mutating func signedOut(_ session: SessionID, at now: Moment) -> [Effect] {
        guard let member = members[session] else { return [] }
        let effects = gone(session, at: now)
        guests[session] = Guest(caller: member.caller)
        return effects
    }

    /// The server is going: its own end is nobody's leaving.
    package mutating func close() {
        isClosing = true
    }

    /// The connection is no more.
    package mutating func gone(_ session: SessionID, at now: Moment) -> [Effect] {
        let effects = left(session, at: now)
        members[session] = nil
        return effects
    }

    // MARK: Accounts by number and name

    subscript(number: AccountNumber) -> Account {
        get { accounts[Int(number.value)]! }  // a number is only given together with its account
        _modify { yield &accounts[Int(number.value)]! }  // the same
    }

    func account(named name: Username) -> Account? {
        numbers[name].map { self[$0] }
    }

    func isPresent(_ session: SessionID, _ member: Member) -> Bool {
        presence.session(of: self[member.account].name) == session
    }

    /// Where the account's session is, if it has one.
    func session(of account: AccountNumber) -> SessionID? {
        presence.session(of: self[account].name)
    }
}
