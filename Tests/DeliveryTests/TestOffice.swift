import Protocol

@testable import Delivery

/// A post office with what it needs around it: a store that writes when it is told to, hashing that
/// is done when it is told to, and a clock that stands still until somebody waits.
///
/// Every account's password is `right`. Whatever is done in the name of a session returns what that
/// session was told.
struct TestOffice {
    private(set) var office: PostOffice
    private(set) var store: TestStore
    private(set) var now: Moment
    private(set) var notes: [Note] = []
    /// On its way to disk.
    private(set) var orders: [(entry: Entry, session: SessionID?)] = []
    /// Letters on a page of mail.
    var page = 100
    /// Of letters that are not what was written any more.
    var damaged: Set<MessageNumber> = []

    private var hashing: [Hash] = []
    private var reads: [Read] = []
    private var told: [SessionID: [Session.Event]] = [:]
    private var newest: Int32 = 0

    private enum Hash {
        case verify(SessionID, Username, Secret?, Password)
        case enroll(SessionID, Username, Password)
    }

    private struct Read {
        let account: AccountNumber
        let after: MessageNumber
        let through: MessageNumber
        let reader: SessionID
    }

    init(
        _ names: String..., rules: PostOffice.Rules = .init(), store: TestStore = TestStore(),
        at now: Moment = .start
    ) {
        self.init(lines(names), rules: rules, store: store, at: now)
    }

    init(
        _ lines: [AccountLine], rules: PostOffice.Rules = .init(), store: TestStore = TestStore(),
        kept: Recovered? = nil, at now: Moment = .start
    ) {
        self.store = store
        self.now = now
        var effects: [PostOffice.Effect] = []
        office = PostOffice(
            kept ?? store.recovered(), lines, rules: rules, at: now, effects: &effects)
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

    private mutating func perform(_ effects: [PostOffice.Effect]) {
        for effect in effects {
            switch effect {
            case .tell(let session, let event): told[session, default: []].append(event)
            case .keep(let entry, let session): orders.append((entry, session))
            case .read(let account, let after, let through, let reader):
                reads.append(
                    Read(account: account, after: after, through: through, reader: reader))
            case .verify(let session, let name, let secret, let password):
                hashing.append(.verify(session, name, secret, password))
            case .enroll(let session, let name, let password):
                hashing.append(.enroll(session, name, password))
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

    mutating func wait(_ distance: Duration) {
        now = Moment(
            instant: now.instant + distance,
            wall: WallTime(seconds: now.wall.seconds + distance.nanoseconds / 1_000_000_000))
    }

    // MARK: The store

    /// Writes all that is on its way.
    mutating func commit() {
        while !orders.isEmpty {
            let (entry, session) = orders.removeFirst()
            perform(office.kept(entry, store.keep(entry), for: session))
        }
    }

    /// Refuses the letters that are on their way; all else stays, and nobody waits for it.
    mutating func refuse() {
        let all = orders
        orders = []
        for (entry, session) in all {
            if case .letter = entry {} else { orders.append((entry, nil)) }
            perform(office.refused(entry, for: session))
        }
    }

    var hasReads: Bool { !reads.isEmpty }

    func isReading(_ session: SessionID) -> Bool {
        reads.contains { $0.reader == session }
    }

    /// Gives one page to everybody who asked for one.
    mutating func giveMail() {
        let all = reads
        reads = []
        for read in all {
            let mail = store.mail(
                for: read.account, after: read.after, through: read.through, page: page)
            let sound = mail.letters.filter { !damaged.contains($0.number) }
            let lost = mail.letters.filter { damaged.contains($0.number) }.map {
                let sender = $0.letter.from
                let isBroadcast = if case .everyone = $0.letter.to { true } else { false }
                return LostLetter(
                    isBroadcast ? .ofBroadcast(from: sender) : .ofOwn(from: sender), $0.number,
                    about: now.wall)
            }
            perform(
                office.mailRead(sound, lost: lost, isLast: mail.isLast, for: read.reader))
        }
    }

    mutating func loseMail() {
        let all = reads
        reads = []
        for read in all { perform(office.unreadable(for: read.reader)) }
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
        perform(office.reread(lines))
    }

    /// The conversation is over.
    mutating func leave(_ session: SessionID) {
        perform(office.left(session, at: now))
    }

    /// The connection is.
    mutating func drop(_ session: SessionID) {
        perform(office.gone(session, at: now))
    }

    // MARK: Mail

    mutating func post(
        _ session: SessionID, _ destination: Draft.Destination, _ text: String
    ) -> [Session.Event] {
        perform(
            office.post(session, Draft(to: destination, text: message(text)), at: now), for: session
        )
    }

    mutating func ask(_ session: SessionID, _ question: Session.Question) -> [Session.Event] {
        perform(office.ask(session, question, at: now), for: session)
    }

    mutating func collect(_ session: SessionID) -> [Session.Event] {
        perform(office.collect(session), for: session)
    }

    mutating func doneWritten(_ session: SessionID, inputWaiting: Bool = false) {
        office.doneWritten(session, inputWaiting: inputWaiting)
    }

    mutating func goodbyeWritten(_ session: SessionID, peerHadClosed: Bool = false) {
        office.goodbyeWritten(session, peerHadClosed: peerHadClosed)
    }

    mutating func line(_ session: SessionID, acknowledged: Bool = true) {
        perform(office.lineArrived(session, allAcknowledged: acknowledged, at: now))
    }

    mutating func closeOrderly(_ session: SessionID, acknowledged: Bool = true) {
        perform(office.closedOrderly(session, allAcknowledged: acknowledged))
    }
}
