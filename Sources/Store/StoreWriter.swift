package import Protocol

/// What the loop wants of the store. A session is named when it waits for the outcome.
package enum StoreOrder: Hashable, Sendable {
    case keep(Entry, for: SessionID?)
    case mail(
        for: AccountNumber, after: MessageNumber, through: MessageNumber, reader: SessionID)
}

/// What came of it. One report for each order, in the order of the orders of its kind.
package enum StoreReport: Hashable, Sendable {
    /// On disk.
    case kept(Entry, MessageNumber, for: SessionID?)
    /// Not kept, and it will not be.
    case refused(Entry, for: SessionID?)
    case mail(MailPage, reader: SessionID)
    case unreadable(reader: SessionID)
    /// For the log: the store cannot keep, or read, for this reason; or it can again (nil).
    case trouble(StoreError?)
}
