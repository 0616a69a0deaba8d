// What people do in rooms, and with what was said before.

import Protocol

extension World {
    static let rooms = ["#tea", "#Tea", "#milk", "#inn", "#lobby"]

    func meet(_ client: Int) {
        let me = clients[client]
        switch me.chance.below(32) {
        case 0...3: create(client)
        case 4...8: join(client)
        case 9: say("leave \(room(client))", by: client) { .leave($0[1]) }
        case 10, 28...29: kick(client)
        case 27: say("kick \(room(client)) \(anybody(client))", by: client) { .kick($0[1], $0[2]) }
        case 11 where me.chance.oneIn(2): say("close \(room(client))", by: client) { .close($0[1]) }
        case 12: say("rooms", by: client) { _ in .rooms }
        case 13: say("members \(room(client))", by: client) { .members($0[1]) }
        case 14...16:
            let count = me.chance.number(1...12)
            let whose = partner(client)
            say("history \(whose) \(count)", by: client) { _ in .history(whose, count: count) }
        case 17: say("inbox", by: client) { _ in .inbox }
        case 18:
            say("search \(me.chance.one(of: Self.wanted))", by: client) { .search($0[1]) }
        case 19...20: say("live", by: client) { _ in .live(true) }
        case 21: say("live off", by: client) { _ in .live(false) }
        case 22...23 where me.habits.manner == .lockstep:
            say("talk \(partner(client))", by: client) { .talk($0[1]) }
        case 24 where me.habits.manner == .lockstep: say("switch", by: client) { _ in .switch }
        case 25 where me.habits.manner == .lockstep: changePassword(client)
        default: speakUp(client)
        }
    }

    /// Words that some of the phrases have.
    private static let wanted = ["hello", "blanks", "you", "DONE", "17", "frobnicate"]

    private func say(_ text: String, by client: Int, _ order: ([String]) -> Order) {
        let words = text.split(separator: " ").map(String.init)
        say(Array(text.utf8), order: order(words), by: client)
    }

    private func room(_ client: Int) -> String { clients[client].chance.one(of: Self.rooms) }

    private func anybody(_ client: Int) -> String { clients[client].chance.one(of: people).name }

    private func partner(_ client: Int) -> String {
        clients[client].chance.oneIn(2) ? room(client) : anybody(client)
    }

    private func create(_ client: Int) {
        let room = room(client)
        let limit = clients[client].chance.oneIn(2) ? clients[client].chance.number(1...3) : nil
        let lifetime = clients[client].chance.one(of: Lifetime.allCases)
        let isPlain = clients[client].chance.oneIn(3) && lifetime == .admin
        let text =
            "create \(room)" + (limit.map { " \($0)" } ?? "")
            + (isPlain ? "" : " \(lifetime.rawValue)")
        say(text, by: client) { _ in .create(room, limit: limit, lifetime) }
    }

    /// Somebody, from a room of one's own.
    private func kick(_ client: Int) {
        let me = clients[client]
        let mine = model.town.open.filter {
            $0.admin != nil && $0.admin == me.account && $0.members.count > 1
        }
        guard let house = mine.isEmpty ? nil : me.chance.one(of: mine) else { return join(client) }
        let guests = house.members.dropFirst(me.chance.oneIn(8) ? 0 : 1)
        let name = me.chance.one(of: guests.compactMap { model[$0.account]?.name })
        say("kick \(house.name) \(name)", by: client) { .kick($0[1], $0[2]) }
    }

    private func join(_ client: Int) {
        let number = clients[client].chance.number(0...8)
        let isByNumber = clients[client].chance.oneIn(3)
        let open = model.town.open.dropFirst().map(\.name)
        let room =
            open.isEmpty || clients[client].chance.oneIn(3)
            ? room(client) : clients[client].chance.one(of: open)
        say("join \(isByNumber ? "\(number)" : room)", by: client) { .join($0[1]) }
    }

    /// In a room where somebody hears it.
    private func speakUp(_ client: Int) {
        let mine = model.town.open.filter { house in
            clients[client].account.map { house.holds($0) } ?? false
        }
        let room = mine.isEmpty ? room(client) : clients[client].chance.one(of: mine).name
        post("send \(room) ", to: [room], by: client)
    }

    private func changePassword(_ client: Int) {
        let me = clients[client]
        let new = Array("secret \(me.chance.below(1_000)) of \(me.name)".utf8)
        let isWrong = me.chance.oneIn(4)
        // The last one first.
        me.passwordLines = [
            me.chance.oneIn(6) ? Array("another".utf8) : new, new,
            isWrong ? Array("guess".utf8) : file.password(of: me.name) ?? me.password,
        ]
        say("passwd", by: client) { _ in .passwd }
    }

    /// Every line is a message.
    func talk(_ client: Int) {
        let me = clients[client]
        me.patience -= 1
        guard let partner = me.talk.partner, me.patience >= 0, phase == .busy else {
            return say(Array("--".utf8), order: .talkOff, by: client)
        }
        switch me.chance.below(10) {
        case 0...1: say(Array("--".utf8), order: .talkOff, by: client)
        case 2...3: say(me.chance.oneIn(2) ? [] : [0x20, 0x09], order: .fetch, by: client)
        case 4:
            say(
                [0xe2, 0x28, 0xa1], isReadable: false, order: .fault("error:args:talk"), by: client)
        default: post("", to: [partner], by: client)
        }
    }
}
