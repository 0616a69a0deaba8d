import Glibc
import Testing

@testable import Sockets

// Each in a process of its own, since they change what holds for the whole of it. The process has
// other threads by then that could hear a signal, so each is sent to the thread that waits for it.
struct SignalsTests {
    @Test func `what somebody wants of the process is in the box, in its order`() async {
        await #expect(processExitsWith: .success) {
            Signals.prepare()
            let box = try SwapBox<String>()
            let thread = try Signals.deliver(into: box) { "\($0)" }
            var out: [String] = []

            for signal in [Signal.hangUp, .interrupt, .terminate] {
                #expect(pthread_kill(thread.thread, signal.number) == 0)
                #expect(box.takeWaiting(into: &out))
                #expect(out == ["\(signal)"])
            }
        }
    }

    @Test func `the three signals do not reach the threads of the process`() async {
        await #expect(processExitsWith: .success) {
            // The thread of the test is deaf already; this one hears everything before.
            let thread = try startThread(named: "hearing") {
                SignalMask([]).replace()
                Signals.prepare()
                for signal in Signal.allCases { raise(signal.number) }
            }
            thread.join()
        }
    }

    @Test func `a broken pipe and a full file are errors, not the end`() async {
        await #expect(processExitsWith: .success) {
            let thread = try startThread(named: "hearing") {
                for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_DFL) }
                SignalMask([]).replace()
                Signals.prepare()
                for number in [SIGPIPE, SIGXFSZ] { raise(number) }
            }
            thread.join()
        }
    }

    @Test func `a crash is left to the kernel`() async {
        await #expect(processExitsWith: .success) {
            for number in crashSignals { signal(number, SIG_IGN) }
            Process.resetCrashHandlers()
            for number in crashSignals {
                var action = sigaction()
                #expect(unsafe sigaction(number, nil, &action) == 0)
                #expect(unsafe action.__sigaction_handler.sa_handler == nil)
            }
        }
    }

    @Test func `no picture of the memory is written`() async {
        await #expect(processExitsWith: .success) {
            Process.forbidCoreDumps()
            var limit = rlimit()
            #expect(unsafe getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0)
            #expect(limit.rlim_cur == 0)
            #expect(limit.rlim_max == 0)
        }
    }

    @Test func `all descriptors that are granted can be used`() async {
        await #expect(processExitsWith: .success) {
            let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            var limit = rlimit(rlim_cur: 100, rlim_max: 200)
            #expect(unsafe setrlimit(descriptors, &limit) == 0)

            #expect(Process.raiseDescriptorLimit() == 200)
            #expect(unsafe getrlimit(descriptors, &limit) == 0)
            #expect(limit.rlim_cur == 200)
            #expect(Process.raiseDescriptorLimit() == 200)
        }
    }
}
