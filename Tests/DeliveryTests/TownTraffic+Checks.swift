import Protocol

@testable import Delivery

// What always holds, and what holds in the end.

extension TownTraffic {
    // MARK: What always holds

    mutating func check() {
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

    mutating func checkHouses() {
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
    func compareWithRestarted() {
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
}
