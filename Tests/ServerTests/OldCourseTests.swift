import ProofKit
import Testing

/// The eleven cases that the first chatserv was graded by.
@Suite(.serialized) struct OldCourseTests {
    @Test func `the server starts and listens`() throws {
        let server = try TestServer()

        _ = try server.connect()
        #expect(server.terminate() == .code(0))
    }
}
