// Who a letter is for, asked from the reader's side, as far as the letter itself can tell.
package import Protocol

extension Letter {
    /// Whether it belongs into what this account and the sender have to do with each other.
    package func isFor(_ account: AccountNumber) -> Bool {
        switch to {
        case .one(let reader): reader == account
        case .several(let readers): readers.contains(account)
        case .everyone(let except): from != account && !except.contains(account)
        case .rooms(_, let and, _): and.contains(account)
        }
    }

    /// The rooms in which this account finds it, if it is inside.
    func rooms(for account: AccountNumber) -> [RoomNumber] {
        guard case .rooms(let rooms, _, let except) = to, from != account,
            !except.contains(account)
        else { return [] }
        return rooms.sorted()
    }

    /// Those it is addressed to by name.
    var persons: [AccountNumber] {
        switch to {
        case .one(let reader): [reader]
        case .several(let readers): readers
        case .everyone: []
        case .rooms(_, let and, _): and
        }
    }
}
