import Protocol
import Testing

@testable import Delivery

/// A post office and its model, driven by chance: people, rooms, live mail, talk, crashes.
struct TownTraffic {
    /// What has happened, in the words of the wire and a few others.
    private(set) var met: Set<String> = []
    let seed: UInt64
    var chance: Chance
    var office: TestOffice
    var model = TownModel()
    var visits: [AccountNumber: TownVisit] = [:]
    /// The session that reads somebody's mail, or was the last to do so.
    var owners: [AccountNumber: SessionID] = [:]
    private var lingering: [(visit: TownVisit, mayProve: Bool)] = []
    /// Names in the account file.
    private var file = Self.names
    /// Who was inside before the crash may come back.
    private var isHomecoming = false
    private var isLosing = false
    private var steps = 0
    private var said = 0
    private var lastRoom = 1

    static let names = ["ann", "bob", "carl", "dora"]
    static let rooms = ["#tea", "#Tea", "#milk", "#ale", "#inn", "#lobby", "#lobby"]
    static let queueLimit = 6
    static let roomLimit = 2

    init(seed: UInt64) {
        self.seed = seed
        chance = Chance(state: seed)
        office = TestOffice(
            lines(Self.names), rules: .init(queueLimit: Self.queueLimit, roomLimit: Self.roomLimit))
        office.answers.page = 2
        follow()
    }

    // MARK: One thing after the other

    mutating func step() {
        steps += 1
        switch chance.number(in: 0...199) {
        case 0...39: commitOne()
        case 40...44: refuse()
        case 45...79: answerReads()
        case 80...81: loseReads()
        case 82...86: closeLingering()
        case 87...91: ring()
        case 92: if chance.oneIn(4) { crash() }
        case 93: if chance.oneIn(2) { changeFile() }
        case 94: wait()
        case 95: if chance.oneIn(2) { commitAll() }
        default: act(chance.one(of: Self.names))
        }
        check()
    }

    private mutating func act(_ name: String) {
        guard let account = model.account(name), file.contains(name) else { return }
        guard let visit = visits[account] else { return signIn(account, office.arrive()) }
        switch (visit.phase, chance.number(in: 0...39)) {
        case (_, 0): drop(account)
        case (.chatting, 1): logOut(account)
        case (.chatting, 2): if chance.oneIn(2) { signOut(account) }
        case (.chatting, 3...5) where visit.isNudged: visits[account]?.phase = .reading
        case (.chatting, _): type(account)
        case (.reading, _): collect(account)
        case (.working, _), (.asking, _): break
        }
    }

    // MARK: What somebody types

    private mutating func type(_ account: AccountNumber) {
        let session = visits[account]!.session  // who types is here
        let acknowledged = !chance.oneIn(4)
        office.line(session, acknowledged: acknowledged)
        prove(account, acknowledged: acknowledged)
        visits[account]?.isNudged = false

        if let partner = visits[account]?.partner {
            switch chance.number(in: 0...9) {
            case 0...5: send([partner], account)
            case 6...7: hand(account, "fetch", .now("fetching"))
            default:
                visits[account]?.talk = nil
                visits[account]?.partner = nil
                hand(account, "--", .now("talk:off"))
            }
            return
        }
        let room = chance.one(of: Self.rooms)
        let orders = office.orders
        switch chance.number(in: 0...39) {
        case 0...9: send((0..<chance.number(in: 1...3)).map { _ in someone() }, account)
        case 10...11: send([room], account)
        case 12...13: send(nil, account)
        case 14...17: create(room, account)
        case 18...20:
            let reference =
                model.house(room).flatMap { chance.oneIn(3) ? "\($0.number.value)" : nil } ?? room
            var answer = model.join(room, by: account, orders)
            if answer == .now("error:room:\(room)") { answer = .now("error:room:\(reference)") }
            hand(account, "join \(reference)", answer)
        case 21...22: hand(account, "leave \(room)", model.leave(room, by: account, orders))
        case 23...24:
            let led = model.openHouses.filter { $0.admin == account }.map(\.name)
            let room = led.isEmpty || chance.oneIn(3) ? room : chance.one(of: led)
            let whom = someone()
            hand(account, "kick \(room) \(whom)", model.kick(room, whom, by: account, orders))
        case 25: hand(account, "close \(room)", model.close(room, by: account, orders))
        case 26...27: talk(account, someone())
        case 28:
            visits[account]?.isLive = true
            hand(account, "live", .now("live:on"))
        case 29:
            visits[account]?.isLive = false
            hand(account, "live off", .now("live:off"))
        case 30: askForInbox(account)
        case 31...32: askForHistory(account, someone(), chance.number(in: 1...12))
        case 33: list(account, "rooms", model.openHouses.filter { !orders.closes($0) }.map(line))
        case 34: listMembers(account, room)
        default: hand(account, "fetch", .now("fetching"))
        }
    }

    private mutating func someone() -> String {
        chance.one(of: Self.names + Self.names + Self.rooms + ["zoe"])
    }

    private mutating func hand(
        _ account: AccountNumber, _ text: String, _ answer: TownModel.Answer
    ) {
        if case .now(let text) = answer, let session = visits[account]?.session {
            // An answer at once comes with nothing on its way to disk.
            expect(!office.orders.contains { $0.session == session }, "order of \(text)")
        }
        visits[account]?.phase = .working(answer)
        office.hand(visits[account]!.session, text)  // as above
        hear()
    }

    private mutating func send(_ to: [String]?, _ account: AccountNumber) {
        said += 1
        let answer = model.send(
            to: to, by: account, queue: Self.queueLimit, office.orders)
        let command = to.map { "send (\($0.joined(separator: " ")))" } ?? "broadcast"
        hand(account, "\(command) \(said)", answer)
    }

    private mutating func create(_ room: String, _ account: AccountNumber) {
        let limit = chance.oneIn(3) ? " \(chance.number(in: 1...3))" : ""
        let lifetime = chance.one(of: Lifetime.allCases.map(\.rawValue))
        let answer = model.create(
            room, by: account, limit: Self.roomLimit, after: lastRoom, office.orders)
        if case .later = answer { lastRoom += 1 }
        hand(account, "create \(room)\(limit) \(lifetime)", answer)
    }

    private mutating func talk(_ account: AccountNumber, _ name: String) {
        switch conversation(with: name, for: account, "talk") {
        case .left(let answer): hand(account, "talk \(name)", .now(answer))
        case .right(let conversation):
            visits[account]?.talk = conversation
            visits[account]?.partner = name
            hand(account, "talk \(name)", .now("talk:\(name)"))
        }
    }

    private enum Either {
        case left(String)
        case right(Conversation)
    }

    private func conversation(
        with name: String, for account: AccountNumber, _ word: String
    ) -> Either {
        guard name.hasPrefix("#") else {
            return model.account(name).map { .right(.person($0)) } ?? .left("send:\(name)")
        }
        guard let house = model.house(name), !office.orders.closes(house) else {
            return .left("error:room:\(name)")
        }
        return house.members.contains(account)
            ? .right(.room(house.number)) : .left("error:denied:\(word)")
    }

    // MARK: What is looked up

    private mutating func askForInbox(_ account: AccountNumber) {
        let unread = model.people[account]!.lines.filter { !$0.isRead && !$0.isNews }  // as above
        // From the newest on, the first of each conversation is its newest.
        var lines: [String] = []
        var seen: Set<Conversation> = []
        for line in unread.reversed() where seen.insert(line.conversation).inserted {
            let whose =
                switch line.conversation {
                case .person(let other): model.name(other)
                case .room(let room): model.houses[room]!.name  // of a line
                }
            let count = unread.count { $0.conversation == line.conversation }
            lines.append("\(whose) \(count) \(line.at.dateAndTime)")
        }
        visits[account]?.phase = .asking(.inbox(lines.reversed()))
        office.hand(visits[account]!.session, "inbox")  // as above
        hear()
    }

    private mutating func askForHistory(
        _ account: AccountNumber, _ name: String, _ count: Int
    ) {
        switch conversation(with: name, for: account, "history") {
        case .left(let answer): hand(account, "history \(name) \(count)", .now(answer))
        case .right(let conversation):
            let lines = model.history(conversation, for: account).suffix(count)
            visits[account]?.phase = .asking(.history(conversation, lines: Array(lines)))
            office.hand(visits[account]!.session, "history \(name) \(count)")  // as above
            hear()
        }
    }

    private mutating func list(_ account: AccountNumber, _ command: String, _ lines: [String]) {
        visits[account]?.list = lines
        let word = command.prefix { $0 != " " }
        hand(account, command, .now("\(word):\(lines.count)"))
    }

    private func line(_ house: TownModel.House) -> String {
        let limit = house.limit.map { "\($0)" } ?? "-"
        return "\(house.name) \(house.number.value) \(house.members.count)/\(limit) "
            + "\(house.admin.map(model.name) ?? "-") \(house.lifetime.rawValue)"
    }

    private mutating func listMembers(_ account: AccountNumber, _ room: String) {
        switch conversation(with: room, for: account, "members") {
        case .left(let answer): hand(account, "members \(room)", .now(answer))
        case .right:
            let house = model.house(room)!  // a conversation has one
            let lines = house.members.sorted { model.name($0) < model.name($1) }.map {
                model.name($0) + ($0 == house.admin ? " (admin)" : "")
                    + (visits[$0] == nil ? " (away)" : "")
            }
            list(account, "members \(room)", lines)
        }
    }

    // MARK: What somebody is told

    /// Whatever the office has said since.
    private mutating func hear() {
        for account in visits.keys.sorted() {
            guard let session = visits[account]?.session else { continue }
            for event in office.heard(session) { hear(event, account) }
        }
    }

    private mutating func hear(_ event: Session.Event, _ account: AccountNumber) {
        guard let visit = visits[account] else { return }
        switch (event, visit.phase) {
        case (.mailArrived, let phase):
            expect(visit.wantsMailAtOnce, "told of mail at once")
            if phase == .chatting { visits[account]?.isNudged = true }
        case (.answer(let reply), .working(let answer)):
            expect(reply.text == text(answer, account), "\(reply.text) for \(answer)")
            meet(reply.text)
            visits[account]?.phase = .reading
        case (.answer(let reply), .asking(let question)):
            answered(reply.text, question, account)
            visits[account]?.phase = .reading
        case (.lines(let lines), .reading):
            let due = visit.list.prefix(lines.count)
            expect(lines.count == due.count, "\(lines.count) lines of \(visit.list)")
            expect(isLosing || lines.map(\.text) == Array(due), "\(lines.map(\.text)) for \(due)")
            visits[account]?.list.removeFirst(due.count)
        case (.mail(let messages, let isLast), .reading):
            show(messages.map { Reply.message($0).text }, isLast, account)
        default:
            expect(false, "\(event) to somebody \(visit.phase)")
        }
    }

    private func text(_ answer: TownModel.Answer, _ account: AccountNumber) -> String {
        switch answer {
        case .now(let text), .later(let text): return text
        case .joined(let room):
            let house = model.houses[room]!  // it was found by its name
            return house.members.contains(account)
                ? model.joined(house) : "error:room:\(house.name)"
        }
    }

    private mutating func answered(
        _ text: String, _ question: TownVisit.Question, _ account: AccountNumber
    ) {
        meet(text)
        switch question {
        case .inbox(let lines):
            expect(text == (isLosing ? "error:storage:inbox" : "inbox:\(lines.count)"), text)
            if !isLosing { visits[account]?.list = lines }
        case .history(.room(let room), _)
        where model.houses[room]?.members.contains(account) != true && !isLosing:
            expect(text == "error:denied:history", text)
        case .history(_, let lines):
            expect(text == (isLosing ? "error:storage:history" : "history:\(lines.count)"), text)
            if !isLosing { visits[account]?.list = lines }
        }
    }

    private mutating func collect(_ account: AccountNumber) {
        guard let visit = visits[account], !office.isReading(visit.session) else { return }
        if visit.list.isEmpty, visit.flush == nil {
            visits[account]?.flush = visit.due(of: model.people[account]!)  // who is here
        }
        for event in office.collect(visit.session) { hear(event, account) }
    }

    private mutating func show(_ lines: [String], _ isLast: Bool, _ account: AccountNumber) {
        let person = model.people[account]!  // who is here
        let flush = visits[account]?.flush ?? []
        let page = Array(flush.prefix(lines.count))
        let due = page.map { person.lines[$0].text }
        expect(lines == due, "\(person.name): \(lines) for \(flush.map { person.lines[$0].text })")
        expect(isLosing || isLast == (flush.count == page.count), "the last page")
        visits[account]?.flush = Array(flush.dropFirst(page.count))
        visits[account]?.shown.formUnion(page)
        if !page.isEmpty {
            visits[account]?.isProvable = false
            if visits[account]?.talk != nil { met.insert("ahead") }
            if visits[account]?.isNudged == true { met.insert("push") }
        }
        guard isLast else { return }
        let inputWaiting = chance.oneIn(4)
        office.doneWritten(visits[account]!.session, inputWaiting: inputWaiting)  // as above
        visits[account]?.isProvable = !inputWaiting
        visits[account]?.flush = nil
        visits[account]?.isNudged = false
        visits[account]?.isBlind = isLosing
        visits[account]?.phase = .chatting
    }

    private mutating func prove(_ account: AccountNumber, acknowledged: Bool) {
        guard let visit = visits[account] else { return }
        visits[account]?.isProvable = false
        guard visit.isProvable, acknowledged else { return }
        met.insert("read")
        model.read(account, visit.shown)
    }

    // MARK: Sessions

    private mutating func signIn(_ account: AccountNumber, _ session: SessionID) {
        _ = office.prove(session, model.name(account))
        office.hash()
        expect(office.heard(session) == [.verdict(.welcome)], "welcome")
        visits[account] = TownVisit(session, account, entered: model.head)
        owners[account] = session
    }

    private mutating func drop(_ account: AccountNumber) {
        guard let visit = visits.removeValue(forKey: account) else { return }
        if visit.flush?.isEmpty == false { met.insert("interrupted") }
        if case .working(.joined) = visit.phase { met.insert("gone before coming") }
        office.drop(visit.session)
    }

    private mutating func logOut(_ account: AccountNumber) {
        let visit = visits[account]!  // who logs out is here
        let acknowledged = !chance.oneIn(4)
        office.line(visit.session, acknowledged: acknowledged)
        prove(account, acknowledged: acknowledged)
        let peerHadClosed = chance.oneIn(4)
        office.leave(visit.session)
        office.goodbyeWritten(visit.session, peerHadClosed: peerHadClosed)
        lingering.append((visits.removeValue(forKey: account) ?? visit, !peerHadClosed))
    }

    private mutating func closeLingering() {
        guard !lingering.isEmpty else { return }
        let (visit, mayProve) = lingering.remove(
            at: chance.number(in: 0...(lingering.count - 1)))
        let acknowledged = !chance.oneIn(4)
        office.closeOrderly(visit.session, acknowledged: acknowledged)
        office.drop(visit.session)
        guard mayProve, acknowledged else { return }
        let isOwner = owners[visit.account] == visit.session
        met.insert(isOwner ? "read by closing" : "late close")
        if isOwner { model.read(visit.account, visit.shown) }
    }

    /// And in again on the same connection, as whoever is away.
    private mutating func signOut(_ account: AccountNumber) {
        let session = visits[account]!.session  // who signs out is here
        office.line(session)
        prove(account, acknowledged: true)
        visits[account] = nil
        office.signOut(session)
        met.insert("switch")
        let name = chance.one(of: Self.names)
        if let next = model.account(name), file.contains(name), visits[next] == nil {
            signIn(next, session)
        } else {
            office.drop(session)
        }
    }

    // MARK: The disk

    private mutating func follow() {
        while model.head.value < office.log.count {
            let entry = office.log[Int(model.head.value)]
            if case .roomChanged(let change) = entry { met.insert(change.kind.rawValue) }
            if case .readApart = entry { met.insert("read ahead") }
            model.apply(entry)
        }
    }

    private mutating func commitOne() {
        guard !office.orders.isEmpty else { return }
        office.commitOne()
        follow()
        hear()
    }

    private mutating func commitAll() {
        while !office.orders.isEmpty { commitOne() }
    }

    private mutating func refuse() {
        for account in visits.keys {
            guard case .working(let answer) = visits[account]?.phase else { continue }
            let order = office.orders.first { $0.session == visits[account]?.session }
            guard case .now = answer else {
                let word = order.map { office.word($0.entry) } ?? "nothing"
                visits[account]?.phase = .working(.later("error:storage:\(word)"))
                continue
            }
        }
        office.refuse()
        hear()
    }

    private mutating func answerReads() {
        office.giveMail()
        hear()
    }

    private mutating func loseReads() {
        isLosing = true
        office.loseMail()
        hear()
        isLosing = false
    }

    private mutating func ring() {
        office.ring()
        hear()
    }

    // MARK: Mishaps

    private mutating func wait() {
        office.wait(.seconds(20))
        office.timePassed()
        if office.deadline == nil, isHomecoming {
            isHomecoming = false
            met.insert("homecoming over")
        }
        hear()
    }

    private mutating func crash() {
        met.insert("crash")
        compareWithRestarted()
        office = office.restarted(lines(file))
        office.answers.page = 2
        model.crashed()
        follow()
        lastRoom = Int(model.houses.keys.max()?.value ?? 1)
        visits = [:]
        owners = [:]
        lingering = []
        isHomecoming = office.deadline != nil
    }

    private mutating func changeFile() {
        let name = chance.one(of: Self.names)
        if let place = file.firstIndex(of: name) {
            met.insert("ended")
            file.remove(at: place)
            office.reread(lines(file))
            if let account = model.account(name), let visit = visits[account] {
                expect(office.heard(visit.session).last == .evicted, "the session of \(name)")
                drop(account)
            }
        } else {
            met.insert("came back")
            // What is on its way now is not for it, yet takes room in it until it is there.
            commitAll()
            file.append(name)
            office.reread(lines(file))
        }
        commitAll()
    }

    // MARK: What always holds

    private mutating func check() {
        for name in file {
            guard let account = model.account(name) else { continue }
            let waiting = model.people[account]!.waiting  // its name was found
            expect(office.count(name) == waiting, "\(name) has \(waiting) waiting")
        }
        for wrong in model.wrongs { expect(false, wrong) }
        for (account, visit) in visits where visit.phase == .chatting && !office.isRinging {
            guard visit.wantsMailAtOnce, !visit.isBlind, !visit.isNudged else { continue }
            let due = visit.due(of: model.people[account]!)  // who is here
            expect(due.isEmpty, "\(model.name(account)) is not told of \(due)")
        }
        if office.orders.isEmpty { checkHouses() }
        if office.orders.isEmpty, chance.oneIn(10) { compareWithRestarted() }
    }

    private mutating func checkHouses() {
        let inside = model.openHouses.map { house in
            line(house) + " "
                + (house.number == .lobby ? house.members.sorted() : house.members).map(model.name)
                .joined(separator: ",")
        }
        expect(office.houses == inside, "\(office.houses) for \(inside)")
        for house in model.openHouses where house.number != .lobby {
            let leads = house.admin != nil
            expect(leads == !house.members.isEmpty, "who leads \(line(house))")
            expect(leads || house.lifetime == .forever, "nobody is in \(line(house))")
            for member in house.members {
                expect(model.people[member]?.exists == true, "\(member) in \(line(house))")
                if house.lifetime != .forever, !isHomecoming {
                    expect(visits[member] != nil, "\(model.name(member)) in \(line(house))")
                }
            }
        }
    }

    /// What is known after a restart is what was known before.
    private func compareWithRestarted() {
        guard office.orders.isEmpty else { return }
        let again = office.restarted(lines(file))
        expect(again.log == office.log, "nothing to be finished")
        expect(again.houses == office.houses, "\(again.houses) after a restart")
        for name in file where model.account(name) != nil {
            // What was read and could not be written down is lost.
            expect(again.count(name) == office.count(name), "\(name) after a restart")
        }
    }

    // MARK: In the end

    /// Everybody comes, reads all, and finds nothing more.
    mutating func drain() {
        for account in visits.keys { drop(account) }
        commitAll()
        check()
        for name in file {
            let account = model.account(name)!  // all is on disk
            let visit = TownVisit(office.signIn(name), account, entered: model.head)
            follow()
            let person = model.people[account]!  // as above
            let due = visit.due(of: person).map { person.lines[$0].text }
            expect(office.flush(visit.session) == due, "all that waits for \(name)")
            office.line(visit.session)
            expect(office.count(name) == 0, "all read by \(name)")
            expect(office.flush(visit.session) == [], "nothing twice for \(name)")
            office.drop(visit.session)
            commitAll()
            expect(office.restarted(lines(file)).count(name) == 0, "all read by \(name) on disk")
        }
    }

    private mutating func meet(_ text: String) {
        met.insert("\(text.prefix { $0 != ":" })")
        if text.hasPrefix("error") { met.insert("\(text.dropFirst(6).prefix { $0 != ":" })") }
    }

    func expect(_ isSo: Bool, _ what: @autoclosure () -> String) {
        if !isSo { Issue.record("\(what()), seed \(seed), step \(steps)") }
    }
}
