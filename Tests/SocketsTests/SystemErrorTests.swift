import Glibc
import Sockets
import Testing

struct SystemErrorTests {
    @Test(arguments: [
        (EADDRINUSE, "bind: Address already in use"),
        (EACCES, "bind: Permission denied"),
        (9_999, "bind: error 9999"),
    ])
    func `an error says which call failed and why`(code: Int32, text: String) {
        #expect(SystemError(call: "bind", code: code).description == text)
    }

    @Test func `what a server treats apart has a name`() {
        #expect(SystemError(call: "bind", code: EADDRINUSE).isAddressInUse)
        #expect(SystemError(call: "accept", code: EMFILE).isOutOfDescriptors)
        #expect(SystemError(call: "accept", code: ENFILE).isOutOfDescriptors)
        #expect(!SystemError(call: "accept", code: ENOMEM).isOutOfDescriptors)
    }
}
