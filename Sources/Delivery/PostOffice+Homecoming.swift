package import Protocol

// Who leaves a room without saying so: whoever goes, whoever does not come back after a restart,
// and whose account ends.

extension PostOffice {
    /// The end of the account's last session. In rooms that last it stays a member, and mail waits.
    mutating func leaveByGoing(_ account: AccountNumber, at now: Moment) -> [Effect] {
        guard !isClosing else { return [] }
        return self[account].rooms.sorted().filter { rooms[$0].isLeftByGoing }.flatMap {
            leaving($0, account, at: now.wall)
        }
    }

    /// The account is no more.
    mutating func leaveAll(_ account: AccountNumber, at now: Moment) -> [Effect] {
        self[account].rooms.sorted().flatMap { leaving($0, account, at: now.wall) }
    }

    /// Who had gone before they were inside, or before their leaving came to nothing.
    mutating func seeOut(
        _ account: AccountNumber, of room: RoomNumber, at time: WallTime
    ) -> [Effect] {
        guard !isClosing, room != .lobby, rooms[room].contains(account) else { return [] }
        let hasEnded = self[account].secret == nil
        // Who has not come back yet is waited for.
        let hasGone =
            rooms[room].isLeftByGoing && session(of: account) == nil && homecomingEnd == nil
        return hasEnded || hasGone ? leaving(room, account, at: time) : []
    }

    /// Unless it is on its way already.
    private mutating func leaving(
        _ room: RoomNumber, _ account: AccountNumber, at time: WallTime
    ) -> [Effect] {
        guard rooms[room].leaving.insert(account).inserted else { return [] }
        let change = RoomChange(room: room, kind: .left, account: account, at: time)
        return [.keep(.roomChanged(change), for: nil)]
    }

    // MARK: After a restart

    /// Finishes what a crash has cut off, and gives those inside time to come back.
    mutating func reviewRooms(at now: Moment) -> [Effect] {
        var effects: [Effect] = []
        for room in rooms.allOpen where !room.isLobby {
            for member in room.members where self[member.account].secret == nil {
                effects += leaving(room.number, member.account, at: now.wall)
            }
            // Nobody else can be said to have closed it.
            let maker = room.maker ?? AccountNumber(0)
            effects += consequences(in: room.number, after: maker, at: now.wall)
            if rooms[room.number].isOpen, room.isLeftByGoing {
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
                effects += leaving(room.number, member.account, at: now.wall)
            }
        }
        return effects
    }
}
