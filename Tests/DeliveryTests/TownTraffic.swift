import Protocol
import Testing

@testable import Delivery

/// A post office and its model, driven by chance: people, rooms, live mail, talk, crashes.
struct TownTraffic {
    /// What has happened, in the words of the wire and a few others.
    var met: Set<String> = []
    let seed: UInt64
    var chance: Chance
    var office: TestOffice
    var model = TownModel()
    var visits: [AccountNumber: TownVisit] = [:]
    /// The session that reads somebody's mail, or was the last to do so.
    var owners: [AccountNumber: SessionID] = [:]
    var lingering: [(visit: TownVisit, mayProve: Bool)] = []
    /// Names in the account file.
    var file = Self.names
    /// Who was inside before the crash may come back.
    var isHomecoming = false
    var isLosing = false
    var steps = 0
    var said = 0
    var lastRoom = 1

    static let names = ["ann", "bob", "carl", "dora"]
    static let rooms = ["#tea", "#Tea", "#milk", "#ale", "#inn", "#lobby", "#lobby"]
    static let roomLimit = 2
    let queueLimit: Int
    let page: Int

    init(seed: UInt64) {
        self.seed = seed
        chance = Chance(state: seed)
        queueLimit = chance.oneIn(3) ? 60 : 6
        page = chance.number(in: 1...4)
        office = TestOffice(
            lines(Self.names), rules: .init(queueLimit: queueLimit, roomLimit: Self.roomLimit))
        office.answers.page = page
        follow()
    }

    // MARK: One thing after the other

    mutating func step() {
        steps += 1
        switch chance.number(in: 0...199) {
        case 0...14: commitOne()
        case 15...17: refuse()
        case 18...29: answerReads()
        case 30: loseReads()
        case 31...33: closeLingering()
        case 34...37: ring()
        case 38: if chance.oneIn(4) { crash() }
        case 39: if chance.oneIn(2) { changeFile() }
        case 40...41: wait()
        case 42: commitAll()
        default: act(chance.one(of: Self.names))
        }
        check()
    }

    mutating func act(_ name: String) {
        guard let account = model.account(name), file.contains(name) else { return }
        guard let visit = visits[account] else { return signIn(account, office.arrive()) }
        switch (visit.phase, chance.number(in: 0...39)) {
        case (_, 0): drop(account)
        case (.chatting, 1): logOut(account)
        case (.chatting, 2): if chance.oneIn(2) { signOut(account) }
        case (.chatting, 3...20) where visit.isNudged: visits[account]?.phase = .reading
        case (.chatting, _): type(account)
        case (.reading, _) where office.isReading(visit.session):
            if chance.oneIn(3) { answerReads() }
        case (.reading, _): collect(account)
        case (.working, _): if chance.oneIn(2) { commitOne() }
        case (.asking, _): if chance.oneIn(2) { answerReads() }
        }
    }

    // MARK: What somebody types

    mutating func type(_ account: AccountNumber) {
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
            let guests = model.house(room).map(model.guests) ?? []
            let whom = guests.isEmpty || chance.oneIn(3) ? someone() : chance.one(of: guests)
            hand(account, "kick \(room) \(whom)", model.kick(room, whom, by: account, orders))
        case 25: hand(account, "close \(room)", model.close(room, by: account, orders))
        case 26...27: talk(account, someone())
        case 28, 35:
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

    mutating func someone() -> String {
        chance.one(of: Self.names + Self.names + Self.rooms + ["zoe"])
    }

    mutating func hand(
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

    mutating func send(_ to: [String]?, _ account: AccountNumber) {
        said += 1
        let answer = model.send(
            to: to, by: account, queue: queueLimit, office.orders)
        let command = to.map { "send (\($0.joined(separator: " ")))" } ?? "broadcast"
        hand(account, "\(command) \(said)", answer)
    }

    mutating func create(_ room: String, _ account: AccountNumber) {
        let limit = chance.oneIn(3) ? " \(chance.number(in: 1...3))" : ""
        let lifetime = chance.one(of: Lifetime.allCases.map(\.rawValue))
        let answer = model.create(
            room, by: account, limit: Self.roomLimit, after: lastRoom, office.orders)
        if case .later = answer { lastRoom += 1 }
        hand(account, "create \(room)\(limit) \(lifetime)", answer)
    }

    mutating func talk(_ account: AccountNumber, _ name: String) {
        switch conversation(with: name, for: account, "talk") {
        case .left(let answer): hand(account, "talk \(name)", .now(answer))
        case .right(let conversation):
            visits[account]?.talk = conversation
            visits[account]?.partner = name
            hand(account, "talk \(name)", .now("talk:\(name)"))
        }
    }

    enum Either {
        case left(String)
        case right(Conversation)
    }

    func conversation(
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

    mutating func askForInbox(_ account: AccountNumber) {
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

    mutating func askForHistory(
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

    mutating func list(_ account: AccountNumber, _ command: String, _ lines: [String]) {
        visits[account]?.list = lines
        let word = command.prefix { $0 != " " }
        hand(account, command, .now("\(word):\(lines.count)"))
    }

    func line(_ house: TownModel.House) -> String {
        let limit = house.limit.map { "\($0)" } ?? "-"
        return "\(house.name) \(house.number.value) \(house.members.count)/\(limit) "
            + "\(house.admin.map(model.name) ?? "-") \(house.lifetime.rawValue)"
    }

    mutating func listMembers(_ account: AccountNumber, _ room: String) {
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

    mutating func meet(_ text: String) {
        met.insert("\(text.prefix { $0 != ":" })")
        if text.hasPrefix("error") { met.insert("\(text.dropFirst(6).prefix { $0 != ":" })") }
    }

    func expect(_ isSo: Bool, _ what: @autoclosure () -> String) {
        if !isSo { Issue.record("\(what()), seed \(seed), step \(steps)") }
    }
}
