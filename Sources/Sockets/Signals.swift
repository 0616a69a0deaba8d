// What the kernel tells a process, turned into things in a box.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What somebody wants of the process.
package enum Signal: Hashable, Sendable, CaseIterable {
    /// From whoever runs services.
    case terminate
    /// From the keyboard.
    case interrupt
    /// By custom: read your files again.
    case hangUp

    var number: Int32 {
        switch self {
        case .terminate: SIGTERM
        case .interrupt: SIGINT
        case .hangUp: SIGHUP
        }
    }
}

package enum Signals {
    /// To be called first of all, before there is a second thread: threads started later inherit
    /// that the three signals wait for `deliver`. Writing to a peer that is gone, or beyond the
    /// size a file may have, is an error of that call from now on and does not end the process.
    package static func prepare() {
        SignalMask(Signal.allCases.map(\.number)).add()
        ignore(SIGPIPE)
        ignore(SIGXFSZ)
    }

    /// Puts every signal that comes into the box, as what the box holds. Needs `prepare()` first;
    /// the thread lasts as long as the process.
    @discardableResult
    package static func deliver<Item>(
        into box: SwapBox<Item>, as item: @escaping @Sendable (Signal) -> Item
    ) throws(SystemError) -> ThreadHandle {
        try startThread(named: "signals", stackSize: 1 << 17) {
            let mask = SignalMask(Signal.allCases.map(\.number))
            while true {
                let number = mask.wait()
                // Only these three are in the mask.
                box.put(item(Signal.allCases.first { $0.number == number }!))
            }
        }
    }

    private static func ignore(_ number: Int32) {
        signal(number, SIG_IGN)
    }
}
