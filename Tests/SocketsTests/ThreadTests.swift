import Glibc
import Synchronization
import Testing

@testable import Sockets

struct ThreadTests {
    @Test func `a thread has run when it was joined`() throws {
        let hasRun = Guarded(false)

        let thread = try startThread(named: "worker") { hasRun.withLock { $0 = true } }
        thread.join()

        #expect(hasRun.withLock { $0 })
    }

    @Test func `a thread that is let go of runs to its end`() throws {
        let box = try SwapBox<Int>()

        try startThread(named: "worker") { _ = box.offer(7, ceiling: 1) }.letGo()

        var numbers: [Int] = []
        #expect(box.takeWaiting(into: &numbers))
        #expect(numbers == [7])
    }

    @Test func `a thread bears its name, as far as the kernel keeps it`() throws {
        let name = Guarded("")

        let thread = try startThread(named: "a name that is too long") {
            var bytes = [UInt8](repeating: 0, count: 64)
            let file = unsafe open("/proc/thread-self/comm", O_RDONLY)
            let count = unsafe read(file, &bytes, bytes.count)
            close(file)
            let text = String(decoding: bytes.prefix(count), as: UTF8.self)
            name.withLock { $0 = text }
        }
        thread.join()

        #expect(name.withLock { $0 } == "a name that is \n")
    }

    @Test func `a thread hears no signal but a crash, and its starter hears as before`() throws {
        let heard = Guarded<[[Int32]]>([])
        let starter = try startThread(named: "starter") {
            SignalMask([SIGABRT, SIGUSR1]).replace()
            let before = signalsHeard()
            heard.withLock { $0.append(before) }
            let deaf = try? startThread(named: "deaf") {
                let signals = signalsHeard()
                heard.withLock { $0.append(signals) }
            }
            deaf?.join()
            let after = signalsHeard()
            heard.withLock { $0.append(after) }
        }
        starter.join()

        let lists = heard.withLock { $0 }
        try #require(lists.count == 3)
        #expect(lists[0].count == 29)
        #expect(lists[1].sorted() == (crashSignals + [SIGKILL, SIGSTOP]).sorted())
        #expect(lists[2] == lists[0])
    }

    @Test func `a lock keeps threads apart`() throws {
        let sum = Guarded(0)

        let threads = try (0..<4).map { _ in
            try startThread(named: "adder") {
                for _ in 0..<10_000 { sum.withLock { $0 += 1 } }
            }
        }
        for thread in threads { thread.join() }

        #expect(sum.withLock { $0 } == 40_000)
    }
}

/// Of the signals that have names, those that the calling thread does not block.
private func signalsHeard() -> [Int32] {
    var mask = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
    return (Int32(1)..<32).filter { unsafe sigismember(&mask, $0) == 0 }
}
