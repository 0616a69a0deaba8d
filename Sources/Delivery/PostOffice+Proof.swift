package import Protocol

// When what was shown counts as read, and what that changes.

extension PostOffice {
    /// Whether something was shown that is not yet read, so that it matters how the peer goes on.
    package func awaitsProof(_ session: SessionID) -> Bool {
        members[session].map { $0.hasUnread || !$0.ahead.isEmpty } ?? false
    }

    /// `DONE`, or the end of what was told at once.
    package mutating func doneWritten(_ session: SessionID, inputWaiting: Bool) {
        members[session]?.rule.doneWritten(inputWaiting: inputWaiting)
    }

    package mutating func goodbyeWritten(_ session: SessionID, peerHadClosed: Bool) {
        members[session]?.rule.goodbyeWritten(peerHadClosed: peerHadClosed)
    }

    /// A complete line of somebody who has signed in.
    package mutating func lineArrived(
        _ session: SessionID, allAcknowledged: Bool, at now: Moment
    ) -> [Effect] {
        guard let member = members[session] else { return [] }
        var effects: [Effect] = []
        let kept = self[member.account].activityKept ?? now.instant
        if now.instant - kept >= Limits.activityGrain {
            self[member.account].activityKept = now.instant
            effects.append(.keep(.active(member.account, at: now.wall), for: nil))
        }
        let evidence = evidence(session, member, allAcknowledged)
        guard members[session]?.rule.lineArrived(evidence) == true else { return effects }
        return effects + markRead(session)
    }

    /// The peer closed in good order.
    package mutating func closedOrderly(
        _ session: SessionID, allAcknowledged: Bool
    ) -> [Effect] {
        guard let member = members[session] else { return [] }
        let evidence = evidence(session, member, allAcknowledged)
        guard members[session]?.rule.closedOrderly(evidence) == true else { return [] }
        return markRead(session)
    }

    private func evidence(
        _ session: SessionID, _ member: Member, _ allAcknowledged: Bool
    ) -> ReadingRule.Evidence {
        ReadingRule.Evidence(
            allAcknowledged: allAcknowledged,
            ownsMailbox: self[member.account].mailbox.owner == session)
    }

    /// What was told ahead first: once the rest is read so far, nobody asks for it any more.
    private mutating func markRead(_ session: SessionID) -> [Effect] {
        guard let member = members[session] else { return [] }
        var effects: [Effect] = []
        for (conversation, ahead) in member.ahead.sorted(by: { $0.value.through < $1.value.through }
        ) {
            self[member.account].mailbox.readApart(
                conversation, through: ahead.through, own: ahead.own, shared: ahead.shared)
            effects.append(
                .keep(
                    .readApart(
                        member.account, conversation, through: ahead.through, own: ahead.own),
                    for: nil))
        }
        members[session]?.ahead = [:]
        guard member.hasUnread else { return effects }
        members[session]?.hasUnread = false
        members[session]?.ownShown = 0
        self[member.account].mailbox.read(through: member.shown, own: member.ownShown)
        self[member.account].pastSpans.removeAll { $0.through ?? .zero <= member.shown }
        effects += [
            .note(.read(session, self[member.account].name, through: member.shown)),
            .keep(.read(member.account, through: member.shown, own: member.ownShown), for: nil),
        ]
        return effects
    }
}
