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
    /// All that ever were, by number, the lobby first: letters of those that have ended still bear
    /// their names.
    package var rooms: [Room]

    package struct Account: Hashable, Sendable {
        package var number: AccountNumber
        package var name: Username
        /// It gets what is written after this.
        package var opened: MessageNumber
        /// All up to here is read.
        package var cursor: MessageNumber
        /// Letters after the cursor that are addressed to this account itself.
        package var waiting: Int
        /// Whose these are, if somebody has asked.
        package var senders: [AccountNumber: [MessageNumber]]
        package var lastActive: WallTime?
        /// Its name has left the account file.
        package var hasEnded: Bool
        /// How far it has read in these conversations, ahead of its cursor.
        package var apart: [Conversation: MessageNumber]
        /// Where it was inside and is no more, when mail from there may still wait for it.
        package var pastSpans: [RoomSpan]

        package init(
            number: AccountNumber, name: Username, opened: MessageNumber, cursor: MessageNumber,
            waiting: Int, senders: [AccountNumber: [MessageNumber]] = [:],
            lastActive: WallTime?, hasEnded: Bool = false,
            apart: [Conversation: MessageNumber] = [:], pastSpans: [RoomSpan] = []
        ) {
            self.number = number
            self.name = name
            self.opened = opened
            self.cursor = cursor
            self.waiting = waiting
            self.senders = senders
            self.lastActive = lastActive
            self.hasEnded = hasEnded
            self.apart = apart
            self.pastSpans = pastSpans
        }
    }

    package struct Room: Hashable, Sendable {
        package var number: RoomNumber
        package var name: RoomName
        /// Nil in the lobby.
        package var maker: AccountNumber?
        /// Nil in the lobby.
        package var admin: AccountNumber?
        package var lifetime: Lifetime
        package var limit: Int?
        package var isClosed: Bool
        /// Who is inside and since when, the oldest first. In the lobby only those who have come
        /// back: everybody else is there since their account began.
        package var members: [Member]
        /// Only in the lobby: who has left it and not come back, by number.
        package var absent: [AccountNumber]
        /// Letters to it that may still wait for somebody, in order.
        package var letters: [Letter]
        /// Changes that may still be news to somebody, in order.
        package var news: [MessageNumber]

        package struct Member: Hashable, Sendable {
            package var account: AccountNumber
            package var joined: MessageNumber

            package init(account: AccountNumber, joined: MessageNumber) {
                self.account = account
                self.joined = joined
            }
        }

        package struct Letter: Hashable, Sendable {
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
            number: RoomNumber, name: RoomName, maker: AccountNumber?, admin: AccountNumber?,
            lifetime: Lifetime, limit: Int?, isClosed: Bool = false, members: [Member] = [],
            absent: [AccountNumber] = [], letters: [Letter] = [], news: [MessageNumber] = []
        ) {
            self.number = number
            self.name = name
            self.maker = maker
            self.admin = admin
            self.lifetime = lifetime
            self.limit = limit
            self.isClosed = isClosed
            self.members = members
            self.absent = absent
            self.letters = letters
            self.news = news
        }

        package static let lobby = Room(
            number: .lobby, name: .lobby, maker: nil, admin: nil, lifetime: .forever, limit: nil)
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
        refusals: [Refusals] = [], rooms: [Room] = [.lobby]
    ) {
        self.head = head
        self.accounts = accounts
        self.lastAccount = lastAccount
        self.broadcasts = broadcasts
        self.refusals = refusals
        self.rooms = rooms
    }
}
