import Sockets

#if canImport(Glibc)
    package import Glibc
#else
    package import Darwin
#endif

/// A program that a test runs beside itself. It does not outlive the test, however that ends.
package final class ChildProcess {
    package enum Exit: Hashable {
        case code(Int32)
        case signal(Int32)
    }

    package let pid: pid_t
    package let output: LineTail
    package let errors: LineTail
    private var input: Int32?
    private var exit: Exit?

    /// One at a time: between making a pipe and hiding it from others there is a moment in which
    /// another child would inherit it and keep it open.
    private static let spawning = Guarded(())

    /// Beside the environment it has what a sanitizer has to know of where its reports go.
    package init(_ program: String, _ arguments: [String], environment: [String: String]) throws {
        let environment = environment.merging(Self.sanitizer) { given, _ in given }
        let started = Self.spawning.withLock { _ in
            Self.start(program, arguments, environment)
        }
        guard let started else { throw Missing("\(program) cannot be started") }
        pid = started.pid
        input = started.input
        output = try LineTail(reading: started.output)
        errors = try LineTail(reading: started.errors)
    }

    deinit {
        if exit == nil {
            send(SIGKILL)
            collect()
        }
        closeInput()
    }

    package func send(_ signal: Int32) {
        if exit == nil { kill(pid, signal) }
    }

    /// Returns when it has ended. One that does not end in time is ended, as the result shows.
    @discardableResult
    package func waitForExit(within limit: Duration = patience) -> Exit {
        if let exit { return exit }
        let deadline = ContinuousClock.now + limit
        if !errors.waitForEnd(until: deadline) || !output.waitForEnd(until: deadline) {
            send(SIGKILL)
        }
        return collect()
    }

    package func type(_ text: String) {
        guard let input else { return }
        let bytes = Array(text.utf8)
        // The array's own length. A few lines, which a pipe takes at once.
        let written = unsafe write(input, bytes, bytes.count)
        precondition(written == bytes.count, "the child does not take its input")
    }

    package func closeInput() {
        if let input { close(input) }
        input = nil
    }

    @discardableResult
    private func collect() -> Exit {
        let deadline = ContinuousClock.now + patience
        _ = output.waitForEnd(until: deadline)
        _ = errors.waitForEnd(until: deadline)
        output.join()
        errors.join()
        var status: Int32 = 0
        // A value of our own. The child has not been waited for.
        while unsafe waitpid(pid, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7f
        let result = signal == 0 ? Exit.code(status >> 8 & 0xff) : .signal(signal)
        exit = result
        return result
    }

    private static let sanitizer: [String: String] = {
        var settings: [String: String] = [:]
        for name in ["TSAN_OPTIONS", "ASAN_OPTIONS"] {
            // A text that ends with a NUL; nobody changes the environment.
            settings[name] = unsafe getenv(name).map { unsafe String(cString: $0) }
        }
        return settings
    }()

    // MARK: Starting

    private struct Started: Sendable {
        let pid: pid_t
        let input: Int32
        let output: Int32
        let errors: Int32
    }

    private struct Pipe {
        let reading: Int32
        let writing: Int32

        init() {
            var ends: [Int32] = [0, 0]
            // Two places for two ends.
            guard unsafe pipe(&ends) == 0 else { fatalError("no pipe") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (reading, writing) = (ends[0], ends[1])
        }
    }

    private static func start(
        _ program: String, _ arguments: [String], _ environment: [String: String]
    ) -> Started? {
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = unsafe posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        // Both are initialised here, used once, and destroyed.
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, input.reading, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors.writing, 2)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
            for end in [input.reading, output.writing, errors.writing] { close(end) }
        }
        // No signal is blocked or ignored in it, whatever other tests do in this process.
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let variables = environment.map { "\($0.key)=\($0.value)" }
        var pid = pid_t()
        let code = unsafe withTexts([program] + arguments) { arguments in
            unsafe withTexts(variables) { variables in
                unsafe posix_spawn(&pid, program, &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else {
            for end in [input.writing, output.reading, errors.reading] { close(end) }
            return nil
        }
        return Started(
            pid: pid, input: input.writing, output: output.reading, errors: errors.reading)
    }

    /// As C has lists of texts: each ends with a NUL, and after the last there is a null.
    private static func withTexts<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = unsafe texts.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
        return unsafe body(copies)
    }
}
