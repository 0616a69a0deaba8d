import Protocol

@testable import Delivery
@testable import Store

/// A post office with what it needs around it: a store that writes when it is told to, hashing that
/// is done when it is told to, and a clock that stands still until somebody waits.
///
/// Every account's password is `right`. Whatever is done in the name of a session returns what that
/// session was told.
struct TestOffice {
    private(set) var office: PostOffice
    /// Whoever wants mail at once gets it from the store, like everybody else.
    var recallsNothing = false {
        didSet { forgetRecent() }
    }
    private(set) var store: MemoryStore
    private(set) var now: Moment
    private(set) var notes: [Note] = []
    /// On its way to disk.
    private(set) var orders: [(entry: Entry, session: SessionID?)] = []
    /// How the store answers.
    var answers = StoreAnswers()
    /// On their way to the store.
    private(set) var reads: [(question: StoreQuestion, session: SessionID)] = []
    /// On their way to the index.
    private(set) var searches: [(query: SearchQuery, session: SessionID)] = []

    private var hashing: [Hash] = []
    private var told: [SessionID: [Session.Event]] = [:]
    private var newest: Int32 = 0

    private enum Hash {
        case verify(SessionID, Username, Secret?, Password)
        case enroll(SessionID, Username, Password)
        case change(SessionID, Username, Secret, old: Password, new: Password)
    }

    init(
        _ names: String..., rules: PostOffice.Rules = .init(), store: MemoryStore = MemoryStore(),
        at now: Moment = .start
    ) {
        self.init(lines(names), rules: rules, store: store, at: now)
    }

    init(
        _ lines: [AccountLine], rules: PostOffice.Rules = .init(),
        store: MemoryStore = MemoryStore(),
        kept: Recovered? = nil, at now: Moment = .start
    ) {
        self.store = store
        self.now = now
        var kept = kept ?? store.recover()
        if rules.limitsSenders {
            try! self.store.findSenders(for: &kept)  // memory can always be read
        }
        var effects: [PostOffice.Effect] = []
        office = PostOffice(
            kept, lines, rules: rules, at: now, effects: &effects)
        perform(effects)
        commit()
    }

    /// The same office after a crash: what was not committed is lost.
    func restarted(_ names: String..., after wall: Int64 = 0) -> TestOffice {
        restarted(lines(names), after: wall)
    }

    func restarted(_ lines: [AccountLine], after wall: Int64 = 0) -> TestOffice {
        // The clock that nobody sets begins anew with the machine.
        let now = Moment(
            instant: Instant(nanoseconds: 5_000_000_000),
            wall: WallTime(seconds: now.wall.seconds + wall))
        return TestOffice(lines, rules: office.rules, store: store, at: now)
    }

    mutating func perform(_ work: (inout PostOffice, Moment) -> [PostOffice.Effect]) {
        perform(work(&office, now))
    }

    /// What the session was told of it.
    mutating func perform(
        for session: SessionID, _ work: (inout PostOffice, Moment) -> [PostOffice.Effect]
    ) -> [Session.Event] {
        perform(work(&office, now), for: session)
    }

    private mutating func perform(_ effects: [PostOffice.Effect]) {
        for effect in effects {
            switch effect {
            case .tell(let session, let event): told[session, default: []].append(event)
            case .keep(let entry, let session): orders.append((entry, session))
            case .read(let question, let session): reads.append((question, session))
            case .search(let query, let session): searches.append((query, session))
            case .verify(let session, let name, let secret, let password):
                hashing.append(.verify(session, name, secret, password))
            case .enroll(let session, let name, let password):
                hashing.append(.enroll(session, name, password))
            case .change(let session, let name, let secret, let old, let new):
                hashing.append(.change(session, name, secret, old: old, new: new))
            case .note(let note): notes.append(note)
            }
        }
    }

    private mutating func perform(
        _ effects: [PostOffice.Effect], for session: SessionID
    ) -> [Session.Event] {
        told[session] = nil
        perform(effects)
        return heard(session)
    }

    /// What a session was told since it was last asked for, or did something.
    mutating func heard(_ session: SessionID) -> [Session.Event] {
        told.removeValue(forKey: session) ?? []
    }

    // MARK: Time

    var deadline: Instant? { office.deadline }

    mutating func wait(_ distance: Duration) {
        now = Moment(
            instant: now.instant + distance,
            wall: WallTime(seconds: now.wall.seconds + distance.nanoseconds / 1_000_000_000))
    }

    // MARK: The store

    /// All that was ever kept, in order.
    var log: [Entry] { store.log }

    /// What the store would know if it were opened again.
    var recovered: Recovered { store.recover() }

    /// Writes all that is on its way.
    mutating func commit() {
        while !orders.isEmpty { commitOne() }
    }

    /// Writes what has waited longest.
    mutating func commitOne() {
        let (entry, session) = orders.removeFirst()
        perform(office.kept(entry, store.commit([entry]), for: session, at: now))
        if recallsNothing { forgetRecent() }
    }

    private mutating func forgetRecent() {
        office.recent = RecentMail(after: office.head)
    }

    /// Refuses what somebody waits for and what can be refused; all else stays, and nobody waits
    /// for it.
    mutating func refuse() {
        let all = orders
        orders = []
        for (entry, session) in all {
            switch entry {
            case .letter: break
            case .roomOpened, .roomChanged: if session == nil { fallthrough }
            default: orders.append((entry, nil))
            }
            if session != nil { perform(office.refused(entry, for: session)) }
        }
    }

    var hasReads: Bool { !reads.isEmpty }

    func isReading(_ session: SessionID) -> Bool {
        reads.contains { $0.session == session }
    }

    /// Answers everybody who asked for something, a page to each.
    mutating func giveMail() {
        let all = reads
        reads = []
        for (question, session) in all {
            switch answers.answer(question, of: store, at: now.wall) {
            case .page(let page):
                perform(
                    office.mailRead(
                        page.letters, news: page.news, lost: page.lost, isLast: page.isLast,
                        for: session))
            case .inbox(let unread):
                perform(office.unreadCounted(unread, for: session))
            case .history(let page):
                perform(
                    office.historyFound(
                        page.numbers, next: page.next, cut: page.cut, for: session))
            }
        }
    }

    mutating func loseMail() {
        let all = reads
        reads = []
        for (_, session) in all { perform(office.unreadable(for: session)) }
    }

    /// What the index has to say to those who asked it.
    mutating func giveFound(_ numbers: [MessageNumber], isBehind: Bool = false) {
        let all = searches
        searches = []
        for (_, session) in all {
            perform(office.found(numbers, isBehind: isBehind, for: session))
        }
    }

    mutating func loseSearches() {
        let all = searches
        searches = []
        for (_, session) in all { perform(office.unreadable(for: session)) }
    }

    // MARK: The door

    mutating func arrive(from caller: Caller = .here) -> SessionID {
        newest += 1
        let session = SessionID(slot: newest, generation: 1)
        office.arrived(session, from: caller)
        return session
    }

    mutating func inquire(_ session: SessionID, _ name: String) -> [Session.Event] {
        perform(office.inquire(session, username(name), at: now), for: session)
    }

    mutating func prove(
        _ session: SessionID, _ name: String, _ word: String? = "right"
    ) -> [Session.Event] {
        perform(office.prove(session, username(name), word.map(password), at: now), for: session)
    }

    mutating func register(
        _ session: SessionID, _ name: String, thenEnter: Bool = false
    ) -> [Session.Event] {
        perform(
            office.register(
                session, username(name), password("right"), thenEnter: thenEnter, at: now),
            for: session)
    }

    /// Looks at all passwords, and writes down new accounts if the file can take them and nobody
    /// has put their names there by hand.
    mutating func hash(canEnroll: Bool = true, isTaken: Bool = false) {
        let all = hashing
        hashing = []
        for job in all {
            switch job {
            case .verify(let session, let name, let secret, let password):
                let isRight = secret == .word(password)
                perform(office.verified(session, name, isRight: isRight, at: now))
            case .enroll(let session, let name, let password):
                perform(
                    canEnroll && !isTaken
                        ? office.enrolled(session, name, .word(password), at: now)
                        : office.notEnrolled(session, name, isTaken: isTaken))
            case .change(let session, let name, let secret, let old, let new):
                perform(
                    secret != .word(old)
                        ? office.notChanged(session, .wrong, at: now)
                        : canEnroll
                            ? office.changed(session, name, .word(new))
                            : office.notChanged(session, .unable, at: now))
            }
        }
    }

    var hashes: Int { hashing.count }

    mutating func logIn(
        _ session: SessionID, _ name: String, _ word: String? = "right"
    ) -> [Session.Event] {
        var events = prove(session, name, word)
        hash()
        commit()
        events += heard(session)
        return events
    }

    mutating func reread(_ lines: [AccountLine]) {
        perform(office.reread(lines, at: now))
    }

    /// The conversation is over.
    mutating func leave(_ session: SessionID) {
        perform(office.left(session, at: now))
    }

    /// The connection is.
    mutating func drop(_ session: SessionID) {
        perform(office.gone(session, at: now))
    }
}
