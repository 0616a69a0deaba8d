// What the store hands to the post office when the server starts.

/// What a store knows when it is opened.
package struct Recovered: Hashable, Sendable {
    /// The last number that was given.
    package var head: MessageNumber
    /// All that ever were, by number: letters of those that have ended still bear their names.
    package var accounts: [Account]
    /// The highest account number that was ever given.
    package var lastAccount: AccountNumber
    /// Every letter to everybody that may still wait for somebody, in order.
    package var broadcasts: [Broadcast]
    package var refusals: [Refusals]

    package struct Account: Hashable, Sendable {
        package var number: AccountNumber
        package var name: Username
        /// All up to here is read.
        package var cursor: MessageNumber
        /// Letters after the cursor that are addressed to this account itself.
        package var waiting: Int
        package var lastActive: WallTime?
        /// Its name has left the account file.
        package var hasEnded: Bool

        package init(
            number: AccountNumber, name: Username, cursor: MessageNumber, waiting: Int,
            lastActive: WallTime?, hasEnded: Bool = false
        ) {
            self.number = number
            self.name = name
            self.cursor = cursor
            self.waiting = waiting
            self.lastActive = lastActive
            self.hasEnded = hasEnded
        }
    }

    package struct Broadcast: Hashable, Sendable {
        package var number: MessageNumber
        package var from: AccountNumber
        package var except: [AccountNumber]

        package init(number: MessageNumber, from: AccountNumber, except: [AccountNumber]) {
            self.number = number
            self.from = from
            self.except = except
        }
    }

    package init(
        head: MessageNumber = .zero, accounts: [Account] = [],
        lastAccount: AccountNumber = AccountNumber(0), broadcasts: [Broadcast] = [],
        refusals: [Refusals] = []
    ) {
        self.head = head
        self.accounts = accounts
        self.lastAccount = lastAccount
        self.broadcasts = broadcasts
        self.refusals = refusals
    }
}
