import Delivery
import Protocol
import Store

// One interpreter for each core: what a session wants goes to the post office, what the post office
// wants to sessions, threads and the log.

extension Switchboard {
    mutating func tell(_ id: SessionID, _ event: Session.Event, at now: Moment) {
        guard exists(id) else { return }
        let effects = self[id].session.receive(event, at: now.instant)
        for effect in effects { perform(effect, of: id, at: now) }
        if !self[id].session.isWaiting, self[id].hasInput || self[id].inputHasEnded || isClosing {
            markReady(id)
        }
    }

    /// One interpreter for what a session wants.
    mutating func perform(
        _ effect: Session.Effect, of id: SessionID, at now: Moment
    ) {
        switch effect {
        case .say(let reply):
            self[id].outbox.append(reply)
            markDirty(id)
            if reply == .welcome { becameMember(id) }
        case .inquire(let name):
            perform(office.inquire(id, name, at: now), at: now)
        case .prove(let name, let password):
            let usable = password.flatMap { passwordRule.mayBeUsed($0) ? $0 : nil }
            perform(office.prove(id, name, usable, at: now), at: now)
        case .register(let name, let password, let thenEnter):
            if passwordRule.mayBeChosen(password) {
                perform(office.register(id, name, password, thenEnter: thenEnter, at: now), at: now)
            } else {
                tell(id, .enrolment(.badPassword), at: now)
            }
        case .ask(let question):
            perform(office.ask(id, question, at: now), at: now)
        case .post(let draft):
            perform(office.post(id, draft, at: now), at: now)
        case .act(let action):
            perform(office.act(id, action, at: now), at: now)
        case .change(let old, let new):
            if passwordRule.mayBeChosen(new) {
                perform(office.change(id, old: old, new: new, at: now), at: now)
            } else {
                tell(id, .answer(.badArguments(.passwd)), at: now)
            }
        case .live(let isOn):
            office.live(id, isOn)
        case .endTalk:
            office.endTalk(id)
        case .endOfPush:
            self[id].outbox.endPush()
        case .signOut:
            perform(office.signedOut(id, at: now), at: now)
            becameGuest(id)
        case .collect:
            if self[id].outbox.count <= Limits.outboxLowWater {
                perform(office.collect(id), at: now)
            } else {
                self[id].wantsPage = true
            }
        case .depart:
            self[id].departs = true
        case .hangUp:
            self[id].ending = .hangingUp
            perform(office.left(id, at: now), at: now)
            markDirty(id)
        }
    }

    /// One interpreter for what the post office wants.
    mutating func perform(_ effects: [PostOffice.Effect], at now: Moment) {
        for effect in effects {
            switch effect {
            case .tell(let id, .mailArrived)
            where exists(id) && self[id].hasUnseenInput:
                // The answer to what has been typed brings it along.
                self[id].hasMissedMail = true
            case .tell(let id, let event):
                tell(id, event, at: now)
            case .keep(let entry, let session):
                orders.append(.keep(entry, for: session))
            case .read(let question, let session):
                orders.append(.read(question, for: session))
            case .search(let query, let session):
                searches.append(.find(query, for: session))
            case .verify(let session, let name, let secret, let password):
                jobs.append(.verify(session, name, secret, password))
            case .enroll(let session, let name, let password):
                jobs.append(.enroll(session, name, password))
            case .change(let session, let name, let secret, let old, let new):
                jobs.append(.change(session, name, secret, old: old, new: new))
            case .note(let note):
                notes.append(note)
            }
        }
    }
}
