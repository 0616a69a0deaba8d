// The lines of somebody who is signed in, or believes to be.

import Protocol

extension World {
    func order(_ client: Int) {
        switch clients[client].chance.below(64) {
        case 0...15: sendMessage(client)
        case 16...18: broadcast(client)
        case 19...23: say(Array("fetch".utf8), by: client)
        case 24...26: say(clients[client].chance.oneIn(2) ? [] : [0x20, 0x09], by: client)
        case 27...28: say(Array(" who ".utf8), by: client)
        case 29: say(Array("last \(clients[client].chance.below(100))".utf8), by: client)
        case 30: say(Array("help".utf8), by: client)
        case 31: say(Array("frobnicate all of it".utf8), by: client)
        case 32: say(Array(clients[client].chance.one(of: Self.malformed).utf8), by: client)
        case 33...35: nonsense(client)
        default: meet(client)
        }
    }

    private static let malformed = [
        "send", "send bob", "send bob ", "send (bob", "send () hello", "send (bob alice)",
        "broadcast", "broadcast  ", "last", "last x", "last 1234567890", "who is there",
        "fetch it", "logout now", "help me", "create", "create tea", "create #tea 0",
        "create #tea 3 sometimes", "join", "leave", "leave tea", "kick #tea", "close", "rooms all",
        "members", "history", "history bob 0", "history bob 1001", "inbox all", "search", "live on",
        "talk", "switch now", "passwd now",
    ]

    private func sendMessage(_ client: Int) {
        var names: [String] = []
        for _ in 0..<clients[client].chance.one(of: [1, 1, 1, 2, 3]) {
            if clients[client].chance.oneIn(6) {
                names.append(clients[client].chance.one(of: Self.rooms))
                continue
            }
            let isNobody = clients[client].chance.oneIn(12)
            names.append(
                isNobody
                    ? "nobody\(clients[client].chance.below(3))"
                    : clients[client].chance.one(of: people).name)
        }
        let isList = names.count > 1 || clients[client].chance.oneIn(8)
        let to = isList ? "(\(names.joined(separator: " ")))" : names[0]
        post("send \(to) ", to: names, by: client)
    }

    private func broadcast(_ client: Int) {
        post("broadcast ", to: nil, by: client)
    }

    func post(_ beginning: String, to names: [String]?, by client: Int) {
        var phrase = clients[client].chance.one(of: Phrase.all)
        if clients[client].chance.oneIn(conditions.longTextOneIn) {
            phrase = phrase.longer(by: clients[client].chance.number(500...7_500))
        }
        phrase = phrase.numbered(model.posted.count, isFirst: clients[client].chance.oneIn(2))
        let post = model.post(
            Model.Posted(
                from: clients[client].name, to: names, shown: phrase.shown,
                certain: model.certain, headKnown: model.head,
                keptHead: model.keptHead,
                read: model.readers.map { $0?.read ?? 0 }))
        say(Array(beginning.utf8) + phrase.said, post: post, by: client)
    }

    /// What no part of the server can do anything with.
    func nonsense(_ client: Int) {
        switch clients[client].chance.below(10) {
        case 0:
            let text = Array((clients[client].chance.oneIn(2) ? "send bob " : "blah ").utf8)
            let filling = [UInt8](
                repeating: UInt8(ascii: "z"),
                count: clients[client].chance.one(of: [8_193, 9_000, 20_000]))
            say(text, raw: text + filling, isReadable: false, by: client)
        case 1...3:
            let text =
                Array((clients[client].chance.oneIn(2) ? "send bob " : "blah ").utf8) + [
                    0xc0, 0x80, 0x21,
                ]
            say(text, isReadable: false, by: client)
        case 4...5:
            say([0xe2, 0x28, 0xa1], isReadable: false, by: client)
        default:
            let text = (0..<clients[client].chance.number(1...40)).map { _ in
                UInt8(clients[client].chance.number(0x21...0x7e))
            }
            say(Array("%".utf8) + text, by: client)
        }
    }
}
