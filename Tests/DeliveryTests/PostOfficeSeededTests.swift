import Protocol
import Testing

@testable import Delivery

@Suite struct `Any number of people, doing anything` {
    @Test(arguments: 0..<150 as Range<UInt64>)
    func `are shown all their mail, nobody else's, in order, until they have read it`(
        seed: UInt64
    ) {
        var traffic = Traffic(seed: seed)
        for _ in 0..<400 { traffic.step() }
        traffic.drain()
    }

    @Test func `do everything there is to do`() {
        var met: Set<Traffic.Occasion> = []
        for seed in 0..<20 as Range<UInt64> {
            var traffic = Traffic(seed: seed)
            for _ in 0..<400 { traffic.step() }
            met.formUnion(traffic.met)
        }

        #expect(met == Set(Traffic.Occasion.allCases))
    }
}

/// A post office and its model, driven by chance.
private struct Traffic {
    enum Occasion: CaseIterable {
        case sent, nobody, full, refused, readByLine, readByClose, notRead, lateClose, unreadable
        case crash, ended, cameBack, interrupted
    }

    private(set) var met: Set<Occasion> = []
    private let seed: UInt64
    private var chance: Chance
    private var office: TestOffice
    private var model: MailModel
    private var sessions: [Int: SessionID] = [:]
    private var phases: [SessionID: Phase] = [:]
    private var lingering: [(place: Int, session: SessionID, mayProve: Bool)] = []
    private var letters = 0

    private enum Phase { case chatting, working, reading }

    private static let names = ["ann", "bob", "carl", "dora", "emil"]
    private static let page = 2
    private static let limit = 6

    init(seed: UInt64) {
        self.seed = seed
        chance = Chance(state: seed)
        office = TestOffice(lines(Self.names), rules: .init(queueLimit: Self.limit))
        office.answers.page = Self.page
        model = MailModel(Self.names, limit: Self.limit)
    }

    // MARK: One thing after the other

    mutating func step() {
        let name = chance.one(of: Self.names)
        switch chance.number(in: 0...99) {
        case 0...9: commit()
        case 10...11: refuse()
        case 12...25: giveMail()
        case 26: loseMail()
        case 27...30: closeLingering()
        case 31: if chance.oneIn(4) { crash() }
        case 32: if chance.oneIn(3) { changeFile(name) }
        default: act(name)
        }
        for name in model.names {
            let waiting = model[model.places[name]!].waiting  // the names are those with a place
            #expect(office.count(name) == waiting, "\(name), seed \(seed)")
        }
    }

    private mutating func act(_ name: String) {
        guard let place = model.places[name] else { return }
        guard let session = sessions[place], let phase = phases[session] else {
            return signIn(place)
        }
        switch (phase, chance.number(in: 0...19)) {
        case (_, 0): drop(place, session)
        case (.chatting, 1...2): logOut(place, session)
        case (.chatting, 3...8): line(place, session) { $0.fetch($1, $2) }
        case (.chatting, 9...16): line(place, session) { $0.send($1, $2) }
        case (.chatting, _): line(place, session) { $0.broadcast($1, $2) }
        case (.reading, _): collect(place, session)
        case (.working, _): break
        }
    }

    // MARK: Sessions

    private mutating func signIn(_ place: Int) {
        let session = office.arrive()
        _ = office.prove(session, model[place].name)
        office.hash()
        expect(office.heard(session) == [.verdict(.welcome)], "welcome")
        model.signedIn(place, session)
        sessions[place] = session
        phases[session] = .reading
    }

    private mutating func drop(_ place: Int, _ session: SessionID) {
        if model[place].end != nil { met.insert(.interrupted) }
        if model[place].shown > model[place].read { met.insert(.notRead) }
        office.drop(session)
        forget(place, session)
    }

    private mutating func forget(_ place: Int, _ session: SessionID) {
        sessions[place] = nil
        phases[session] = nil
        model[place].end = nil
    }

    private mutating func logOut(_ place: Int, _ session: SessionID) {
        line(place, session) { $0.forget($1, $2) }
        let peerHadClosed = chance.oneIn(4)
        office.leave(session)
        office.goodbyeWritten(session, peerHadClosed: peerHadClosed)
        lingering.append((place, session, !peerHadClosed))
    }

    private mutating func closeLingering() {
        guard !lingering.isEmpty else { return }
        let (place, session, mayProve) = lingering.remove(
            at: chance.number(in: 0...(lingering.count - 1)))
        let acknowledged = !chance.oneIn(4)
        office.closeOrderly(session, acknowledged: acknowledged)
        office.drop(session)
        guard mayProve, acknowledged else { return }
        let isOwner = model[place].owner == session
        met.insert(isOwner ? .readByClose : .lateClose)
        model.closed(place, session)
    }

    // MARK: Exchanges

    private mutating func line(
        _ place: Int, _ session: SessionID, then: (inout Traffic, Int, SessionID) -> Void
    ) {
        let acknowledged = !chance.oneIn(4)
        office.line(session, acknowledged: acknowledged)
        if model.line(place, acknowledged: acknowledged) { met.insert(.readByLine) }
        then(&self, place, session)
    }

    private mutating func fetch(_ place: Int, _ session: SessionID) {
        phases[session] = .reading
        collect(place, session)
    }

    private mutating func send(_ place: Int, _ session: SessionID) {
        let count = chance.number(in: 1...4)
        post(place, session, to: (0..<count).map { _ in chance.one(of: Self.names + ["zoe"]) })
    }

    private mutating func broadcast(_ place: Int, _ session: SessionID) {
        post(place, session, to: nil)
    }

    private mutating func post(_ place: Int, _ session: SessionID, to names: [String]?) {
        letters += 1
        let events = office.post(session, names.map(to) ?? .everyone, "\(letters)")
        let (answer, waits) = model.post(
            "\(model[place].name): \(letters)", to: names, from: place, session)
        expect(events == (waits ? [] : [.answer(answer)]), "\(events) for \(answer)")
        phases[session] = waits ? .working : .reading
        switch answer {
        case .sent: met.insert(.sent)
        case .nobody: met.insert(.nobody)
        default: met.insert(.full)
        }
    }

    private mutating func commit() {
        office.commit()
        for post in model.committed() { hear(post, post.answer) }
    }

    private mutating func refuse() {
        office.refuse()
        for post in model.refused() {
            met.insert(.refused)
            hear(post, .storage(post.word))
        }
    }

    private mutating func hear(_ post: MailModel.Post, _ answer: Reply) {
        let isHere = phases[post.sender] != nil
        expect(office.heard(post.sender) == (isHere ? [.answer(answer)] : []), "\(answer)")
        if isHere { phases[post.sender] = .reading }
    }

    // MARK: Mail

    private mutating func collect(_ place: Int, _ session: SessionID) {
        guard !office.isReading(session) else { return }
        model.began(place)
        let events = office.collect(session)
        if !events.isEmpty { show(events, place, session) }
    }

    private mutating func giveMail() {
        office.giveMail()
        for (place, session) in sessions.sorted(by: { $0.key < $1.key }) {
            let events = office.heard(session)
            if !events.isEmpty { show(events, place, session) }
        }
    }

    private mutating func loseMail() {
        office.loseMail()
        for (place, session) in sessions.sorted(by: { $0.key < $1.key }) {
            let events = office.heard(session)
            guard !events.isEmpty else { continue }
            met.insert(.unreadable)
            expect(events == [.mail([], isLast: true)], "\(events) of what cannot be read")
            done(place, session)
        }
    }

    private mutating func show(
        _ events: [Session.Event], _ place: Int, _ session: SessionID
    ) {
        let page = model.page(place, Self.page)
        guard case .mail(let messages, let isLast)? = events.first, events.count == 1 else {
            return expect(false, "\(events) for \(page)")
        }
        let lines = messages.map { "\($0.from.text): \(string($0.text))" }
        expect(lines == page, "\(model[place].name): \(lines) for \(page)")
        expect(isLast == (model[place].shown == model[place].end), "the last page")
        if isLast { done(place, session) }
    }

    private mutating func done(_ place: Int, _ session: SessionID) {
        let inputWaiting = chance.oneIn(4)
        office.doneWritten(session, inputWaiting: inputWaiting)
        model.done(place, inputWaiting: inputWaiting)
        phases[session] = .chatting
    }

    // MARK: Mishaps

    private mutating func crash() {
        met.insert(.crash)
        office = office.restarted(lines(model.names))
        office.answers.page = Self.page
        model.crashed()
        sessions = [:]
        phases = [:]
        lingering = []
    }

    private mutating func changeFile(_ name: String) {
        if let place = model.places[name] {
            met.insert(.ended)
            model.ended(name)
            office.reread(lines(model.names))
            guard let session = sessions[place] else { return }
            expect(office.heard(session).last == .evicted, "the session of \(name)")
            drop(place, session)
        } else {
            met.insert(.cameBack)
            // What is on its way now is not for it, yet takes room in it until it is there.
            commit()
            model.came(name)
            office.reread(lines(model.names))
        }
    }

    // MARK: In the end

    /// Everybody comes, reads all, and finds nothing more.
    mutating func drain() {
        commit()
        for (place, session) in sessions { drop(place, session) }
        for name in model.names {
            let place = model.places[name]!  // the names are those with a place
            let rest = model[place].mail.dropFirst(model[place].read)
            let session = office.signIn(name)
            expect(office.flush(session) == Array(rest), "all that waits for \(name)")
            expect(office.fetch(session) == [], "nothing twice for \(name)")
            expect(office.restarted(lines(model.names)).count(name) == 0, "all read by \(name)")
            office.drop(session)
        }
    }

    private func expect(_ isSo: Bool, _ what: String) {
        #expect(isSo, "\(what), seed \(seed), after \(letters) letters")
    }
}
