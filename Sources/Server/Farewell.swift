// What a command does when it is asked to end before it has.
import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ends the process when a signal asks for it, after this. To be called before there is a second
/// thread.
func whenInterrupted(_ farewell: @escaping @Sendable () -> Void) {
    guard let box = try? SwapBox<Signal>() else { return }
    Signals.prepare()
    _ = try? Signals.deliver(into: box) { $0 }
    let thread = try? startThread(named: "farewell") {
        var signals: [Signal] = []
        _ = box.takeWaiting(into: &signals)
        farewell()
        exit(130)
    }
    thread?.letGo()
}
