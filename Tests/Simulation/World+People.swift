// Who there is, and when they connect.

import Protocol

extension World {
    func populate() {
        let names = ["alice", "bob", "carol", "dave", "Eve-2", "frank_3", "gina.4"]
        for index in 0..<conditions.members {
            let name = names[index]
            add(name, isStranger: false)
            let password = Password(people[index].password)!  // neither empty nor long
            _ = file.add(Username(name)!, password)  // a name of the list above
        }
        let wanted = [names[5], names[chance.oneIn(2) ? 5 : 6], "FRANK_3"]
        for index in 0..<conditions.newcomers { add(wanted[index], isStranger: false) }
        for _ in 0..<conditions.strangers {
            add(names[chance.below(conditions.members + 1)], isStranger: true)
        }
    }

    private func add(_ name: String, isStranger: Bool) {
        let isLocal = chance.oneIn(2)
        people.append(
            Person(
                name: name, password: Array("secret \(people.count) of \(name)".utf8),
                address: isLocal ? "127.0.0.1" : "10.0.0.\(chance.number(1...2))",
                isLocal: isLocal, isStranger: isStranger))
    }

    /// Somebody looks whether there is something to be done.
    func act(_ person: Int) {
        guard phase == .busy else { return }
        let open = present.count { clients[$0].person == person }
        if open == 0 || (open < 3 && chance.oneIn(conditions.secondLoginOneIn)) {
            connect(person)
        }
        plan(.personActs(person), in: 1_000...chance.one(of: [50_000, 2_000_000, 40_000_000]))
    }

    private func connect(_ person: Int) {
        let somebody = people[person]
        let pesters = conditions.isPestered && !clients.contains { $0.manner == .pestering }
        let manner =
            pesters
            ? .pestering
            : somebody.isStranger
                ? chance.one(of: Manner.strange)
                : chance.oneIn(12) ? .silent : chance.one(of: conditions.manners)
        let isSlow = chance.oneIn(conditions.slowReaderOneIn)
        var pause = isSlow ? 1_000...chance.one(of: [50_000, 20_000_000]) : 10...2_000
        if manner.isExcessive { pause = 20_000_000...20_000_000 }
        let client = connect(
            Client(
                person: person, link: links.count,
                address: somebody.address, name: somebody.name, password: somebody.password,
                manner: manner, isInspector: false, endsLinesWithCR: chance.oneIn(3),
                reads: isSlow ? chance.number(conditions.slowReading) : 1 << 20, pause: pause,
                talksTelnet: chance.oneIn(conditions.telnetOneIn)),
            latency: conditions.latency,
            sendRoom: chance.number(conditions.sendRoom),
            receiveRoom: chance.number(conditions.receiveRoom))
        guard let client else { return }
        clients[client].patience = chance.number(1...12)
    }

    /// Comes when all is over, to see what is left.
    func inspect(_ name: String, _ password: [UInt8]) {
        let client = connect(
            Client(
                person: -1, link: links.count, address: "127.0.0.9", name: name,
                password: password, manner: .lockstep, isInspector: true,
                endsLinesWithCR: false, reads: 1 << 20, pause: 10...1_000, talksTelnet: false),
            latency: 50...500, sendRoom: 65_536, receiveRoom: 65_536)
        guard let client else { return }
        clients[client].patience = 1_000
    }

    /// Nil when nobody listens.
    private func connect(
        _ client: Client, latency: ClosedRange<Int>, sendRoom: Int, receiveRoom: Int
    ) -> Int? {
        guard isUp, server.leavingAt == nil else {
            note(.refused, client.person)
            return nil
        }
        let index = clients.count
        note(.connects, client.person, index, Array("\(client.name) \(client.manner)".utf8))
        clients.append(client)
        clients[index].connectedAt = now
        present.append(index)
        links.append(
            Link(
                client: Kernel(sendRoom: 65_536, receiveRoom: receiveRoom),
                server: Kernel(sendRoom: sendRoom, receiveRoom: 65_536), latency: latency))
        server.callers.append(index)
        wakeServer()
        wake(client: index, in: conditions.thinking)
        return index
    }
}
