import Glibc
import Testing

@testable import Sockets

struct SystemCallTests {
    @Test func `a call that a signal cut short is made again`() throws {
        var tries = 0

        let value = try systemCall("read") { () -> Int in
            tries += 1
            errno = EINTR
            return tries < 3 ? -1 : 42
        }

        #expect(value == 42)
        #expect(tries == 3)
    }

    @Test func `a call that failed is made once, and its error thrown`() {
        var tries = 0

        let error = #expect(throws: SystemError.self) {
            try systemCall("read") { () -> Int in
                tries += 1
                errno = EIO
                return -1
            }
        }

        #expect(error == SystemError(call: "read", code: EIO))
        #expect(tries == 1)
    }

    @Test(arguments: [EBADF, EFAULT, ENOTSOCK])
    func `what only a bug of ours can cause traps`(code: Int32) async {
        await #expect(processExitsWith: .failure) { [code] in
            _ = try? systemCall("read") { () -> Int in
                errno = code
                return -1
            }
        }
    }
}
