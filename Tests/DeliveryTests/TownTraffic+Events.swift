import Protocol

@testable import Delivery

// Who comes and goes, what the disk does, and what goes wrong.

extension TownTraffic {
    // MARK: Sessions

    mutating func signIn(_ account: AccountNumber, _ session: SessionID) {
        _ = office.prove(session, model.name(account))
        office.hash()
        expect(office.heard(session) == [.verdict(.welcome)], "welcome")
        visits[account] = TownVisit(session, account, entered: model.head)
        owners[account] = session
        // Some want their mail at once from the beginning.
        guard chance.oneIn(3) else { return }
        office.live(session)
        visits[account]?.isLive = true
    }

    mutating func drop(_ account: AccountNumber) {
        guard let visit = visits.removeValue(forKey: account) else { return }
        if visit.flush?.isEmpty == false { met.insert("interrupted") }
        if case .working(.joined) = visit.phase { met.insert("gone before coming") }
        office.drop(visit.session)
    }

    mutating func logOut(_ account: AccountNumber) {
        let visit = visits[account]!  // who logs out is here
        let acknowledged = !chance.oneIn(4)
        office.line(visit.session, acknowledged: acknowledged)
        prove(account, acknowledged: acknowledged)
        let peerHadClosed = chance.oneIn(4)
        office.leave(visit.session)
        office.goodbyeWritten(visit.session, peerHadClosed: peerHadClosed)
        lingering.append((visits.removeValue(forKey: account) ?? visit, !peerHadClosed))
    }

    mutating func closeLingering() {
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
    mutating func signOut(_ account: AccountNumber) {
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

    mutating func follow() {
        while model.head.value < office.log.count {
            let entry = office.log[Int(model.head.value)]
            if case .roomChanged(let change) = entry { met.insert(change.kind.rawValue) }
            if case .readApart = entry { met.insert("read ahead") }
            model.apply(entry)
        }
    }

    mutating func commitOne() {
        guard !office.orders.isEmpty else { return }
        office.commitOne()
        follow()
        hear()
    }

    mutating func commitAll() {
        while !office.orders.isEmpty { commitOne() }
    }

    mutating func refuse() {
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

    mutating func answerReads() {
        office.giveMail()
        hear()
    }

    mutating func loseReads() {
        isLosing = true
        office.loseMail()
        hear()
        isLosing = false
    }

    mutating func ring() {
        office.ring()
        hear()
    }

    // MARK: Mishaps

    mutating func wait() {
        office.wait(.seconds(chance.oneIn(2) ? 20 : 60))
        office.timePassed()
        if office.deadline == nil, isHomecoming {
            isHomecoming = false
            met.insert("homecoming over")
        }
        hear()
    }

    mutating func crash() {
        met.insert("crash")
        compareWithRestarted()
        office = office.restarted(lines(file))
        office.answers.page = page
        model.crashed()
        follow()
        lastRoom = Int(model.houses.keys.max()?.value ?? 1)
        visits = [:]
        owners = [:]
        lingering = []
        isHomecoming = office.deadline != nil
    }

    mutating func changeFile() {
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
}
