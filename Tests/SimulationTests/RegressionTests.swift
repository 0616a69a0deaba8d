// Worlds in which something was wrong once, each as the short script it was shrunk to. The files
// are in Tests/Worlds; `simulate --seeds A..<B --keep Tests/Worlds` adds one for each seed that
// fails. A script is tied to the simulation it was found with: when that changes, it is another
// small world, which is as good as any.

import ProofKit
import Simulation
import Testing

struct RegressionTests {
    struct File: CustomTestStringConvertible {
        let name: String
        let text: String

        var testDescription: String { name }
    }

    private static let files: [File] = {
        let place = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let folder = place + "/Worlds"
        return TestFolder.names(in: folder).map { name in
            let bytes = TestFolder.contents(of: "\(folder)/\(name)") ?? []
            return File(name: name, text: String(decoding: bytes, as: UTF8.self))
        }
    }()

    @Test func `there are worlds that failed`() {
        #expect(!Self.files.isEmpty)
    }

    @Test(arguments: files)
    func `a world that failed once keeps every promise`(_ file: File) throws {
        let script = try #require(Script(file.text), "\(file.name) is no script")
        let outcome = World(script).run()
        #expect(outcome.violation == nil, "\(outcome)")
    }
}
