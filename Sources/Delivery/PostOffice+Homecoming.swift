package import Protocol

// Who leaves a room without saying so: whoever goes, whoever does not come back after a restart,
// and whose account ends.

extension PostOffice {
    /// The end of the account's last session. In rooms that last it stays a member, and mail waits.
    mutating func leaveByGoing(_ account: AccountNumber, at now: Moment) -> [Effect] {
        guard !isClosing else { return [] }
        return self[account].rooms.sorted().filter { rooms[$0].isLeftByGoing }.map {
            leaving($0, account, at: now)
        }
    }

    /// The account is no more.
    func leaveAll(_ account: AccountNumber, at now: Moment) -> [Effect] {
        self[account].rooms.sorted().map { leaving($0, account, at: now) }
    }

    private func leaving(
        _ room: RoomNumber, _ account: AccountNumber, at now: Moment
    ) -> Effect {
        .keep(
            .roomChanged(RoomChange(room: room, kind: .left, account: account, at: now.wall)),
            for: nil)
    }

    // MARK: After a restart

    /// Finishes what a crash has cut off, and gives those inside time to come back.
    mutating func reviewRooms(at now: Moment) -> [Effect] {
        var effects: [Effect] = []
        for room in rooms.allOpen where !room.isLobby {
            for member in room.members where self[member.account].secret == nil {
                effects.append(leaving(room.number, member.account, at: now))
            }
            let isOver =
                switch room.lifetime {
                case .admin: room.admin == nil
                case .empty: room.members.isEmpty
                case .forever: false
                }
            if isOver {
                rooms[room.number].isEnding = true
                let change = RoomChange(
                    room: room.number, kind: .closed,
                    account: room.maker ?? AccountNumber(0), at: now.wall)
                effects.append(.keep(.roomChanged(change), for: nil))
            } else if room.admin == nil, let oldest = room.members.first {
                let change = RoomChange(
                    room: room.number, kind: .leads, account: oldest.account, at: now.wall)
                effects.append(.keep(.roomChanged(change), for: nil))
            } else if room.isLeftByGoing {
                homecomingEnd = now.instant + Limits.homecoming
            }
        }
        return effects
    }

    /// When something is to be done that no session waits for.
    package var deadline: Instant? { homecomingEnd }

    /// Whoever has not come back by now has left.
    package mutating func timePassed(at now: Moment) -> [Effect] {
        guard let end = homecomingEnd, end <= now.instant, !isClosing else { return [] }
        homecomingEnd = nil
        var effects: [Effect] = []
        for room in rooms.allOpen where room.isLeftByGoing {
            for member in room.members where session(of: member.account) == nil {
                effects.append(leaving(room.number, member.account, at: now))
            }
        }
        return effects
    }
}
