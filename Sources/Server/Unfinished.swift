// Ctrl-C in the middle of a copy: half of one is of no use, and holds everybody's mail.
import Sockets

package enum Unfinished {
    private static let removal = Guarded<(@Sendable () -> Void)?>(nil)

    /// What is begun now is to be removed like this, should the process be asked to end.
    static func leave(_ remove: @escaping @Sendable () -> Void) {
        removal.withLock { $0 = remove }
    }

    /// It is done, or removed already.
    static func nothing() {
        removal.withLock { $0 = nil }
    }

    /// To be called before anything else.
    package static func removeWhenInterrupted() {
        whenInterrupted { removal.withLock { $0 }?() }
    }
}
