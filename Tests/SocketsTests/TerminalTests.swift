import Glibc
import Testing

@testable import Sockets

// Each in a process of its own, whose streams are replaced.
struct TerminalTests {
    @Test func `a password is not shown, and afterwards letters are again`() async {
        await #expect(processExitsWith: .success) {
            let terminal = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
            #expect(dup2(terminal, 0) == 0)
            #expect(StandardStream.input.isTerminal)
            let keyboard = try #require(Keyboard())
            #expect(shows(tcflag_t(ECHO)))

            keyboard.hideTyping()
            #expect(!shows(tcflag_t(ECHO)))
            #expect(shows(tcflag_t(ECHONL)))
            keyboard.showTyping()
            #expect(shows(tcflag_t(ECHO)))
            #expect(!shows(tcflag_t(ECHONL)))
        }
    }

    @Test func `a pipe is no keyboard`() async {
        await #expect(processExitsWith: .success) {
            let pipe = makePipe()
            #expect(dup2(pipe[0], 0) == 0)
            #expect(!StandardStream.input.isTerminal)
            #expect(Keyboard() == nil)
        }
    }

    @Test func `all is written and read, also where the other program made it non-blocking`() async
    {
        await #expect(processExitsWith: .success) {
            let pipe = makePipe()
            for end in pipe { #expect(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
            #expect(dup2(pipe[0], 0) == 0)
            #expect(dup2(pipe[1], 1) == 1)
            close(pipe[0])
            close(pipe[1])

            let writer = try startThread(named: "writer") {
                let bytes = [UInt8](repeating: 7, count: 1 << 20)
                try? StandardStream.output.write(bytes.span)
                close(1)
            }
            var received = 0
            var buffer = [UInt8](repeating: 0, count: 10_000)
            while case let count = try StandardStream.input.read(into: &buffer), count > 0 {
                received += count
            }
            writer.join()
            #expect(received == 1 << 20)
        }
    }
}

private func shows(_ flag: tcflag_t) -> Bool {
    var settings = termios()
    #expect(unsafe tcgetattr(0, &settings) == 0)
    return settings.c_lflag & flag != 0
}

private func makePipe() -> [Int32] {
    var ends: [Int32] = [-1, -1]
    #expect(unsafe pipe(&ends) == 0)
    return ends
}
