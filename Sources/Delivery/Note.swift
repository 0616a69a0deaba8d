package import Protocol

/// What happened, for the log: who, when, of what kind, how large. Never what was said, never a
/// password, and never a name that was typed in a login that failed: people type passwords there.
package enum Note: Hashable, Sendable {
    case signedIn(SessionID, Username, Caller)
    case signedOut(SessionID, Username)
    case registered(SessionID, Username, Caller)
    case refusedLogin(SessionID, Caller)
    case lockedOut(SessionID, Caller, Duration)
    case overrun(SessionID, Caller)
    case kept(SessionID?, MessageNumber, from: Username, readers: Int, bytes: Int)
    case notKept(SessionID?, from: Username, readers: Int, bytes: Int)
    case changedPassword(SessionID, Username)
    case read(SessionID, Username, through: MessageNumber)
    case unreadable(SessionID, Username)
    case reread(added: Int, removed: Int, changed: Int)
}
