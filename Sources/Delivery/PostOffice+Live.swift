package import Protocol

// Mail that is told as it comes, to those who want it so.

extension PostOffice {
    package mutating func live(_ session: SessionID, _ isOn: Bool) {
        members[session]?.isLive = isOn
        settle(session)
    }

    /// Whoever wants mail at once is on the bell's list, nobody else.
    mutating func settle(_ session: SessionID) {
        guard let member = members[session], isPresent(session, member),
            member.wantsMailAtOnce
        else { return bell.forget(session) }
        bell.listen(session)
    }

    /// Whom a letter that is on disk now has come for.
    mutating func announce(_ letter: Letter) -> [Effect] {
        var effects: [Effect] = []
        for reader in letter.persons {
            guard let session = session(of: reader), let member = members[session],
                member.wantsMailAtOnce
            else { continue }
            if member.talk == .person(letter.from) { members[session]?.talkWaits = true }
            effects += nudge(session)
        }
        switch letter.to {
        case .one, .several: break
        case .everyone, .rooms: bell.ring()
        }
        return effects
    }

    /// Tells a session that there is something, if there is.
    func nudge(_ session: SessionID) -> [Effect] {
        guard let member = members[session], member.wantsMailAtOnce, isPresent(session, member),
            waits(for: member)
        else { return [] }
        return [.tell(session, .mailArrived)]
    }

    /// Whether some who listen have not been told yet.
    package var isRinging: Bool { bell.isBusy }

    /// A slice of those who listen.
    package mutating func ringOn() -> [Effect] {
        bell.nextSlice(Limits.listenersPerTurn).flatMap(nudge)
    }

    // MARK: One conversation alone

    mutating func beginTalk(_ session: SessionID, _ conversation: Conversation) {
        members[session]?.talk = conversation
        // What waited before is not counted by conversation.
        members[session]?.talkWaits = true
        members[session]?.talkShown = .zero
        settle(session)
    }

    package mutating func endTalk(_ session: SessionID) {
        members[session]?.talk = nil
        settle(session)
    }
}
