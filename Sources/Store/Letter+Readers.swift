// Who a letter is for, asked from the reader's side.
package import Protocol

extension Letter {
    /// Whether it belongs into this account's mail, as far as the letter itself can tell.
    package func isFor(_ account: AccountNumber) -> Bool {
        switch to {
        case .one(let reader): reader == account
        case .several(let readers): readers.contains(account)
        case .everyone(let except): from != account && !except.contains(account)
        }
    }
}
