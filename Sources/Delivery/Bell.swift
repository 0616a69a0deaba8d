import Protocol

/// Whom to tell that mail has come: those who want it at once.
///
/// What is for one person is told to that person at once. What is for many sets off one walk past
/// everybody who listens, a slice at a time, so that nobody else waits for it; what comes while it
/// is under way is told on the next.
struct Bell: Sendable {
    /// In the order in which they began.
    private var listeners: [SessionID] = []
    private var places: [SessionID: Int] = [:]
    /// Before this all have been told.
    private var next = 0
    private var isRinging = false
    private var ringsAgain = false

    var isBusy: Bool { isRinging }

    mutating func listen(_ session: SessionID) {
        guard places[session] == nil else { return }
        places[session] = listeners.count
        listeners.append(session)
    }

    mutating func forget(_ session: SessionID) {
        guard let place = places.removeValue(forKey: session) else { return }
        // The last one takes the place; who has then been passed by is told on another walk.
        let last = listeners.removeLast()
        guard last != session else { return }
        listeners[place] = last
        places[last] = place
        if isRinging, place < next { ringsAgain = true }
    }

    mutating func ring() {
        guard !listeners.isEmpty else { return }
        if isRinging { ringsAgain = true } else { (isRinging, next) = (true, 0) }
    }

    mutating func nextSlice(_ count: Int) -> [SessionID] {
        guard isRinging else { return [] }
        let slice = listeners[min(next, listeners.count)...].prefix(count)
        next += slice.count
        if next >= listeners.count {
            (isRinging, ringsAgain, next) = (ringsAgain, false, 0)
        }
        return Array(slice)
    }
}
