import Protocol

/// Who is here, and on which session.
struct Presence: Sendable {
    private var sessions: [Username: SessionID] = [:]
    /// Kept in order, since `who` is asked more often than somebody comes or goes.
    private var sorted: [Username]? = []

    /// Everybody, in the order of their bytes.
    mutating func names() -> [Username] {
        if let sorted { return sorted }
        let names = sessions.keys.sorted()
        sorted = names
        return names
    }

    func session(of name: Username) -> SessionID? {
        sessions[name]
    }

    mutating func enter(_ name: Username, _ session: SessionID) {
        sessions[name] = session
        sorted = nil
    }

    /// Does nothing when somebody else has come in the meantime.
    mutating func leave(_ name: Username, _ session: SessionID) {
        guard sessions[name] == session else { return }
        sessions[name] = nil
        sorted = nil
    }
}
