package import Protocol

// Somebody who has signed in wants another password.

extension PostOffice {
    /// Whether the old one is right is looked at first; a wrong one counts as a failed login.
    package mutating func change(
        _ session: SessionID, old: Password?, new: Password, at now: Moment
    ) -> [Effect] {
        guard let member = members[session] else { return [] }
        let name = self[member.account].name
        guard doorman.block(of: name, from: member.caller, at: now.instant) == nil,
            let secret = self[member.account].secret
        else { return [.tell(session, .answer(.denied(.passwd)))] }
        guard let old else { return denied(session, member.account, member.caller, at: now) }
        guard hashing.count < Limits.hashesWaiting else {
            return [
                .note(.overrun(session, member.caller)), .tell(session, .answer(.busy)),
            ]
        }
        hashing[session] = .change(member.account, member.caller)
        return [.change(session, name, secret, old: old, new: new)]
    }

    /// The account file has it, on disk.
    package mutating func changed(
        _ session: SessionID, _ name: Username, _ secret: Secret
    ) -> [Effect] {
        hashing[session] = nil
        // Nobody else can have the name: its account is still in the file.
        if let number = numbers[name] { self[number].secret = secret }
        return [.note(.changedPassword(session, name))] + tellOfChange(session, .changed)
    }

    /// Why a password is still the old one.
    package enum Unchanged: Hashable, Sendable {
        case wrong
        /// The account file cannot take it, or has another secret by now.
        case unable
    }

    package mutating func notChanged(
        _ session: SessionID, _ reason: Unchanged, at now: Moment
    ) -> [Effect] {
        guard case .change(let account, let caller)? = hashing.removeValue(forKey: session)
        else { return [] }
        switch reason {
        // The attempt counts also when its session is over in the meantime.
        case .wrong: return denied(session, account, caller, at: now)
        case .unable: return tellOfChange(session, .storage(.passwd))
        }
    }

    private mutating func denied(
        _ session: SessionID, _ account: AccountNumber, _ caller: Caller, at now: Moment
    ) -> [Effect] {
        let refusal = doorman.refuse(self[account].name, from: caller, at: now)
        let note: Note =
            switch refusal.outcome {
            case .mayTryAgain: .refusedLogin(session, caller)
            case .lockedOut(let length): .lockedOut(session, caller, length)
            }
        // Answered when it is on disk, as at the door.
        members[session]?.answer = .denied(.passwd)
        return [.note(note), .keep(.refusals(refusal.known), for: session)]
            + refusal.forgotten.map { .keep(.refusals($0), for: nil) }
    }

    private func tellOfChange(_ session: SessionID, _ reply: Reply) -> [Effect] {
        guard let member = members[session], isPresent(session, member) else { return [] }
        return [.tell(session, .answer(reply))]
    }
}
