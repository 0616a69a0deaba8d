// Who there is, and when they connect.

import Protocol

extension World {
    func populate() {
        var chance = Chance(script.seed, .population)
        let names = ["alice", "bob", "carol", "dave", "Eve-2", "frank_3", "gina.4"]
        for index in 0..<conditions.members {
            let name = names[index]
            add(name, isStranger: false, &chance)
            file.write(Username(name)!, people[index].password)  // a name of the list above
        }
        let wanted = [names[5], names[chance.oneIn(2) ? 5 : 6], "FRANK_3"]
        for index in 0..<conditions.newcomers {
            add(wanted[index], isStranger: false, &chance)
        }
        for _ in 0..<conditions.strangers {
            add(names[chance.below(conditions.members + 1)], isStranger: true, &chance)
        }
    }

    private func add(_ name: String, isStranger: Bool, _ chance: inout Chance) {
        let isLocal = chance.oneIn(2)
        people.append(
            Person(
                name: name, password: Array("secret \(people.count) of \(name)".utf8),
                address: isLocal ? "127.0.0.1" : "10.0.0.\(chance.number(1...2))",
                isStranger: isStranger,
                chance: Chance(script.seed, .person, people.count)))
    }

    /// Somebody looks whether there is something to be done.
    func act(_ person: Int) {
        guard phase == .busy else { return }
        let open = present.count { clients[$0].person == person }
        if open == 0 || (open < 3 && people[person].chance.oneIn(conditions.secondLoginOneIn)) {
            connect(person)
        }
        let pause = people[person].chance.one(of: [50_000, 2_000_000, 40_000_000])
        plan(.personActs(person), in: 1_000...pause, by: &people[person].chance)
    }

    private func connect(_ person: Int) {
        let number = people[person].connections
        people[person].connections += 1
        guard includes(.connections, person, number) else { return }
        var chance = Chance(script.seed, .connection, person, number)
        // What was changed is written down at home.
        if !people[person].isStranger, let password = file.password(of: people[person].name) {
            people[person].password = password
        }
        let pesters = conditions.isPestered && !clients.contains { $0.habits.manner == .pestering }
        connect(
            Client(
                people[person], person: person, number: number,
                Habits(
                    conditions, isStranger: people[person].isStranger, pesters: pesters, &chance),
                Chance(script.seed, .client, person, number)),
            Chance(script.seed, .link, person, number))
    }

    /// Comes when all is over, to see what is left.
    func inspect(_ name: String) {
        let inspector = Person(
            name: name, password: file.password(of: name) ?? [], address: "127.0.0.9",
            isStranger: false, chance: Chance(script.seed, .person, -1))
        let count = clients.count
        connect(
            Client(
                inspector, person: nil, number: count, Habits(),
                Chance(script.seed, .client, -1, count)),
            Chance(script.seed, .link, -1, count))
    }

    private func connect(_ client: Client, _ chance: Chance) {
        guard isUp, server.leavingAt == nil else {
            note(.refused, client.person ?? -1)
            return
        }
        let index = clients.count
        if client.habits.reads < 1 << 20 { tally.count(.readerIsSlow) }
        let manner = client.habits.manner
        note(.connects, client.person ?? -1, index, Array("\(client.name) \(manner)".utf8))
        client.connectedAt = now
        clients.append(client)
        present.append(index)
        links.append(Link(client.habits, chance))
        server.callers.append(index)
        wakeServer()
        wake(client: index, in: conditions.thinking)
    }
}
