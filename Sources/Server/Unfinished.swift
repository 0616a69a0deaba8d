// Ctrl-C in the middle of a copy: half of one is of no use, and holds everybody's mail.
import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

package enum Unfinished {
    private static let removal = Guarded<(@Sendable () -> Void)?>(nil)

    /// What is made from now on is to be removed like this, should the process be asked to end.
    static func leave(_ remove: @escaping @Sendable () -> Void) {
        removal.withLock { $0 = remove }
    }

    /// The same of something that has a name only when it is there. It is made within the lock, so
    /// that no signal finds it without knowing of it.
    static func make<Thing: Sendable>(
        _ make: () -> Thing?, remove: @escaping @Sendable (Thing) -> Void
    ) -> Thing? {
        removal.withLock { removal in
            let thing = make()
            if let thing { removal = { remove(thing) } }
            return thing
        }
    }

    /// It is done, or removed already. Does not return when the process is being ended.
    static func nothing() {
        removal.withLock { $0 = nil }
    }

    /// To be called before anything else.
    package static func removeWhenInterrupted() {
        whenInterrupted {
            // Whoever makes it finds half of it gone, and waits here with what there is to say of
            // that until the process has ended.
            removal.withLock { removal in
                guard let remove = removal else { return }
                // Until then one more file may just have been put there.
                for _ in 1...attempts { remove() }
                exit(130)
            }
        }
    }

    private static let attempts = 10
}
