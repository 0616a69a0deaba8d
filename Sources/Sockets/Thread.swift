// Threads by name, for what must not wait for the loop, nor the loop for it.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

#if os(Linux)
    import CLinux
#endif

/// A thread that runs. Whoever started it waits for its end, or lets go of it, once.
@safe
package struct ThreadHandle {
    let thread: pthread_t

    /// Returns when the body has.
    package func join() {
        var nothing: UnsafeMutableRawPointer?
        // A thread that has not been joined, and a place for what our bodies do not return.
        let code = unsafe pthread_join(thread, &nothing)
        precondition(code == 0, "a thread is joined once, and not by itself")
    }

    /// It ends by itself or with the process, and leaves nothing behind.
    package func letGo() {
        // A thread that has not been joined.
        let code = pthread_detach(thread)
        precondition(code == 0, "a thread is let go of once")
    }
}

/// Runs the body on a thread of its own, where no signal arrives but those of a crash.
///
/// What the body captures goes over to that thread. Linux shows 15 bytes of the name.
package func startThread(
    named name: String, stackSize: Int = 1 << 20, _ body: sending @escaping () -> Void
) throws(SystemError) -> ThreadHandle {
    var attributes = pthread_attr_t()
    // Initialised here, destroyed below, used only in between.
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    let sized = unsafe pthread_attr_setstacksize(&attributes, stackSize)
    precondition(sized == 0, "\(stackSize) bytes are no stack")

    // A thread begins with the mask of the one that starts it, so there is no moment at which it
    // could be chosen for a signal.
    let before = SignalMask.allButCrashes.replace()
    defer { before.replace() }

    let start = unsafe Unmanaged.passRetained(ThreadStart(name: name, body: body))
    #if canImport(Darwin)
        var thread: pthread_t?
    #else
        var thread = pthread_t()
    #endif
    // `start` is retained for the new thread, which takes it over.
    let code = unsafe pthread_create(&thread, &attributes, runThread, start.toOpaque())
    guard code == 0 else {
        unsafe start.release()
        throw SystemError(call: "pthread_create", code: code)
    }
    #if canImport(Darwin)
        return ThreadHandle(thread: thread!)  // set, as the call succeeded
    #else
        return ThreadHandle(thread: thread)
    #endif
}

/// From now on the calling thread runs when no other wants to.
package func letOthersGoFirst() {
    #if canImport(Darwin)
        pthread_set_qos_class_self_np(QOS_CLASS_BACKGROUND, 0)
    #else
        // On Linux a thread has a priority of its own, and 0 is the one that calls.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
    #endif
}

/// What travels through C to the thread.
private final class ThreadStart {
    let name: String
    let body: () -> Void

    init(name: String, body: @escaping () -> Void) {
        self.name = name
        self.body = body
    }
}

#if canImport(Darwin)
    private func runThread(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        unsafe run(argument)
        return nil
    }
#else
    private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        unsafe run(argument!)  // what pthread_create was given
        return nil
    }
#endif

private func run(_ argument: UnsafeMutableRawPointer) {
    // Retained by `startThread` for exactly this.
    let start = unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    // The text ends with a NUL, and the kernel copies it.
    #if os(Linux)
        _ = unsafe linux_name_thread(start.name)
    #else
        _ = unsafe pthread_setname_np(start.name)
    #endif
    start.body()
}
