package import Protocol

// Who comes in: names, passwords, blocks, new accounts.

extension PostOffice {
    package mutating func inquire(
        _ session: SessionID, _ name: Username, at now: Moment
    ) -> [Effect] {
        guard let caller = guests[session]?.caller else { return [] }
        return [.tell(session, .standing(standing(of: name, for: caller, at: now.instant)))]
    }

    private mutating func standing(
        of name: Username, for caller: Caller, at now: Instant
    ) -> Session.Standing {
        guard caller.mayUsePassword else { return .insecure }
        if let left = doorman.block(of: name, from: caller, at: now) {
            return .blocked(seconds: left.secondsRoundedUp)
        }
        if doorman.asksTooMuch(caller, at: now) { return .busy }
        guard !rules.hidesNames else { return .known }
        guard account(named: name) != nil else {
            return .unknown(mayRegister: mayBeRegistered(name))
        }
        return presence.session(of: name) == nil ? .known : .present
    }

    private func mayBeRegistered(_ name: Username) -> Bool {
        rules.registrationIsOpen && Username(name.text) != nil && !taken.contains(name.folded)
            && !enrolling.contains(name.folded)
    }

    // MARK: Passwords

    package mutating func prove(
        _ session: SessionID, _ name: Username, _ password: Password?, at now: Moment
    ) -> [Effect] {
        guard let caller = guests[session]?.caller else { return [] }
        if let left = doorman.block(of: name, from: caller, at: now.instant) {
            return [.tell(session, .verdict(.blocked(seconds: left.secondsRoundedUp)))]
        }
        let secret = account(named: name)?.secret
        guard secret != nil || rules.hidesNames else {
            return [.tell(session, .verdict(.unknown))]
        }
        guard let password else { return refuse(session, name, caller, at: now) }
        guard hashing.count < Limits.hashesWaiting else {
            return [.note(.overrun(session, caller)), .tell(session, .verdict(.busy))]
        }
        hashing[session] = .login(caller, secret)
        return [.verify(session, name, secret, password)]
    }

    package mutating func verified(
        _ session: SessionID, _ name: Username, isRight: Bool, at now: Moment
    ) -> [Effect] {
        // The attempt counts also when its connection has gone in the meantime.
        guard case .login(let caller, let secret)? = hashing.removeValue(forKey: session)
        else { return [] }
        if let left = doorman.block(of: name, from: caller, at: now.instant) {
            return answer(session, .blocked(seconds: left.secondsRoundedUp))
        }
        guard isRight else { return refuse(session, name, caller, at: now) }
        // The account file may have been read again while the password was looked at.
        guard let account = account(named: name) else { return answer(session, .unknown) }
        guard account.secret == secret else { return answer(session, .busy) }

        let cleared = doorman.accept(name, from: caller).map {
            Effect.keep(.refusals($0), for: nil)
        }
        return [cleared].compactMap(\.self) + admit(session, account.number, at: now)
    }

    private mutating func refuse(
        _ session: SessionID, _ name: Username, _ caller: Caller, at now: Moment
    ) -> [Effect] {
        let refusal = doorman.refuse(name, from: caller, at: now)
        let note: Note
        switch refusal.outcome {
        case .mayTryAgain:
            guests[session]?.verdict = .wrong
            note = .refusedLogin(session, caller)
        case .lockedOut(let length):
            guests[session]?.verdict = .lockedOut(seconds: length.secondsRoundedUp)
            note = .lockedOut(session, caller, length)
        }
        // Answered when it is on disk: a crash gives nobody three more tries.
        return [.note(note), .keep(.refusals(refusal.known), for: session)]
            + refusal.forgotten.map { .keep(.refusals($0), for: nil) }
    }

    /// The refusal was written down, or could not be.
    mutating func refusalKept(_ session: SessionID?) -> [Effect] {
        guard let session else { return [] }
        if let verdict = guests[session]?.verdict { return [.tell(session, .verdict(verdict))] }
        return takeAnswer(session).map { [.tell(session, .answer($0))] } ?? []
    }

    private func answer(_ session: SessionID, _ verdict: Session.Verdict) -> [Effect] {
        guests[session] == nil ? [] : [.tell(session, .verdict(verdict))]
    }

    private mutating func admit(
        _ session: SessionID, _ number: AccountNumber, at now: Moment
    ) -> [Effect] {
        guard let caller = guests[session]?.caller else { return [] }
        let name = self[number].name
        guard presence.session(of: name) == nil else { return answer(session, .present) }

        guests[session] = nil
        presence.enter(name, session)
        self[number].mailbox.owner = session
        self[number].activityKept = now.instant
        members[session] = Member(
            account: number, caller: caller, entered: head, shown: self[number].mailbox.cursor)
        return [
            .note(.signedIn(session, name, caller)),
            .keep(.active(number, at: now.wall), for: nil),
            .tell(session, .verdict(.welcome)),
        ]
    }

    // MARK: New accounts

    package mutating func register(
        _ session: SessionID, _ name: Username, _ password: Password, thenEnter: Bool,
        at now: Moment
    ) -> [Effect] {
        guard let caller = guests[session]?.caller else { return [] }
        guard caller.mayUsePassword, rules.registrationIsOpen else {
            return [.tell(session, .enrolment(.impossible))]
        }
        // `new` asks for a name as well.
        if doorman.asksTooMuch(caller, at: now.instant) {
            return [.tell(session, .enrolment(.busy))]
        }
        guard account(named: name) == nil else { return [.tell(session, .enrolment(.exists))] }
        guard mayBeRegistered(name) else { return [.tell(session, .enrolment(.impossible))] }
        guard hashing.count < Limits.hashesWaiting else {
            return [.note(.overrun(session, caller)), .tell(session, .enrolment(.busy))]
        }
        hashing[session] = .registration(caller, entersThen: thenEnter)
        // From here on nobody else gets the name, nor one that differs in case.
        enrolling.insert(name.folded)
        return [.enroll(session, name, password)]
    }

    /// The account is in the account file, on disk.
    package mutating func enrolled(
        _ session: SessionID, _ name: Username, _ secret: Secret, at now: Moment
    ) -> [Effect] {
        guard case .registration(let caller, let entersThen)? = finishEnrolling(session, name)
        else { return [] }
        // The file may have been read again after the line was written.
        var effects: [Effect] = numbers[name] == nil ? [begin(name, secret)] : []
        effects.append(.note(.registered(session, name, caller)))
        guard guests[session] != nil else { return effects }
        effects.append(.tell(session, .enrolment(.registered)))
        guard entersThen, let number = numbers[name] else { return effects }
        return effects + admit(session, number, at: now)
    }

    /// It is not: the file cannot take it, or somebody has put the name there by hand.
    package mutating func notEnrolled(
        _ session: SessionID, _ name: Username, isTaken: Bool
    ) -> [Effect] {
        guard finishEnrolling(session, name) != nil, guests[session] != nil else { return [] }
        return [.tell(session, .enrolment(isTaken ? .exists : .unable))]
    }

    private mutating func finishEnrolling(_ session: SessionID, _ name: Username) -> Hashing? {
        enrolling.remove(name.folded)
        return hashing.removeValue(forKey: session)
    }
}
