import Protocol

/// Who is here, and on which session.
struct Presence: Sendable {
    private var sessions: [Username: SessionID] = [:]
    /// Everybody, in the order of their bytes. Kept so, since sorting ten thousand names takes
    /// longer than anything else that one line of a client can ask for.
    private(set) var names: [Username] = []

    func session(of name: Username) -> SessionID? {
        sessions[name]
    }

    mutating func enter(_ name: Username, _ session: SessionID) {
        guard sessions.updateValue(session, forKey: name) == nil else { return }
        names.insert(name, at: place(of: name))
    }

    /// Does nothing when somebody else has come in the meantime.
    mutating func leave(_ name: Username, _ session: SessionID) {
        guard sessions[name] == session else { return }
        sessions[name] = nil
        names.remove(at: place(of: name))
    }

    /// Before this there are smaller names alone.
    private func place(of name: Username) -> Int {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            if names[middle] < name { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
