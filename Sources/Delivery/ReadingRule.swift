import Protocol

/// When mail that was shown counts as read: the one place.
///
/// A terminal acknowledges nothing, so the proof is what a person can only have typed after the
/// mail had arrived: the next complete line after `DONE`. It counts when
///
/// 1. no input was waiting just before `DONE` was written, or the line may have been typed before;
/// 2. the peer's kernel has taken every byte that was written, `DONE` among them;
/// 3. the session is still the one that owns the mailbox.
///
/// What it covers is what this connection was shown up to that `DONE`, and nothing else. After a
/// `goodbye` an orderly close takes the place of the line. The end of the input, a reset, a timeout
/// and half a line never count.
package struct ReadingRule: Hashable, Sendable {
    private enum State: Hashable, Sendable {
        /// No `DONE` has been written since the last line.
        case unproven
        /// `DONE` was written, and nothing had come in before it.
        case provable
        /// `goodbye` was written, and the peer had not stopped sending before.
        case farewell
    }

    private var state = State.unproven

    package init() {}

    /// What is known of the connection at the moment when the proof comes in.
    package struct Evidence: Hashable, Sendable {
        /// Nothing is left to write, and the kernel reports every byte of it as acknowledged.
        package let allAcknowledged: Bool
        package let ownsMailbox: Bool

        package init(allAcknowledged: Bool, ownsMailbox: Bool) {
            self.allAcknowledged = allAcknowledged
            self.ownsMailbox = ownsMailbox
        }

        fileprivate var isSound: Bool { allAcknowledged && ownsMailbox }
    }

    /// Mail is being read out, and no `DONE` stands behind it yet.
    package mutating func flushBegan() {
        state = .unproven
    }

    package mutating func doneWritten(inputWaiting: Bool) {
        state = inputWaiting ? .unproven : .provable
    }

    /// Whether the line shows that all before `DONE` was read. No later line proves what this one
    /// does not.
    package mutating func lineArrived(_ evidence: Evidence) -> Bool {
        defer { state = .unproven }
        return state == .provable && evidence.isSound
    }

    /// All of the goodbye was written. A peer that had stopped sending before would close without
    /// having read it.
    package mutating func goodbyeWritten(peerHadClosed: Bool) {
        state = peerHadClosed ? .unproven : .farewell
    }

    /// Whether the close of the peer, in good order, shows it.
    package mutating func closedOrderly(_ evidence: Evidence) -> Bool {
        defer { state = .unproven }
        return state == .farewell && evidence.isSound
    }
}
