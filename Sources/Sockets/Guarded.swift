// A value that threads share, and the lock around it.

import Synchronization

#if os(Linux)
    import CLinux
#endif

/// Decide inside, act outside: nothing that waits belongs within the lock.
package final class Guarded<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    package init(_ value: Value) {
        mutex = Mutex(value)
    }

    package func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        mutex.withLock { value in
            tellSanitizer(taken: true)
            defer { tellSanitizer(taken: false) }
            return body(&value)
        }
    }

    /// The thread sanitizer knows Darwin's locks; those of Linux have to be explained to it. It
    /// goes by an address that nothing else uses, which the object itself has.
    private func tellSanitizer(taken: Bool) {
        #if os(Linux)
            let lock = UInt(bitPattern: ObjectIdentifier(self))
            if taken { linux_lock_was_taken(lock) } else { linux_lock_is_given_up(lock) }
        #endif
    }
}
