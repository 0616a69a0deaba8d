import Delivery
package import Protocol

// What the shell asks about a connection, to know what to do with its descriptor.

extension Switchboard {
    package var count: Int { connections.count - free.count }

    package func wantsInput(_ id: SessionID) -> Bool {
        exists(id) && self[id].wantsInput && !(isClosing && self[id].ending == .open)
    }

    package func hasOutput(_ id: SessionID) -> Bool {
        exists(id) && !self[id].outbox.isEmpty
    }

    /// Whether all is written and the sending half is to be closed.
    package func wantsHalfClose(_ id: SessionID) -> Bool {
        exists(id) && self[id].ending == .hangingUp && self[id].outbox.isEmpty
    }

    /// Whether it matters what the kernel has waiting just before the next write.
    package func isAboutToWriteDone(_ id: SessionID) -> Bool {
        exists(id) && self[id].outbox.isAboutToWriteDone && office.awaitsProof(id)
    }

    /// Whether something has come in that is not yet answered.
    package func hasInput(_ id: SessionID) -> Bool {
        exists(id) && self[id].hasInput
    }

    /// Whether it matters if all that was written is acknowledged.
    package func awaitsProof(_ id: SessionID) -> Bool {
        exists(id) && office.awaitsProof(id)
    }

    package func deadline(of id: SessionID) -> Instant? {
        exists(id) ? self[id].deadline : nil
    }

    package func withNextOutput<Result>(
        of id: SessionID, _ write: (Span<UInt8>) -> Result
    ) -> Result {
        self[id].outbox.withNext(write)
    }

    package mutating func takeDirty() -> [SessionID] {
        let ids = dirty
        dirty = []
        for id in ids where exists(id) { self[id].isDirty = false }
        return ids
    }
}
