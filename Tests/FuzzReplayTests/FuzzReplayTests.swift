import Fuzzing
import ProofKit
import Testing

/// What libFuzzer found once, and what it starts from, is tried again in every run of the tests.
@Suite struct FuzzReplayTests {
    @Test(arguments: inputs)
    func `what has to hold holds`(_ input: Input) throws {
        try input.target.run(input.bytes)
    }

    /// Where a find was cut off by chance there is often another.
    @Test(arguments: inputs)
    func `it holds of every beginning`(_ input: Input) throws {
        for count in input.bytes.indices.prefix(256) {
            try input.target.run(Array(input.bytes.prefix(count)))
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `every target has seeds`(_ target: FuzzTarget) {
        #expect(Self.inputs.count { $0.target == target } >= 4)
    }

    @Test func `the seeds have every reply said`() throws {
        let heard = try Self.inputs.filter { $0.target == .server }
            .map { try whatIsHeard(in: $0.bytes) }.joined()

        let beginnings = Set(heard.split(separator: "\n").map { $0.prefix { $0 != ":" } })
        let missing = Self.replies.subtracting(beginnings)
        #expect(missing.isEmpty)
        #expect(heard.contains("error:busy") && heard.contains("error:denied:login"))
        #expect(heard.contains("error:storage:send") && heard.contains("error:storage:register"))
    }

    private static let replies: Set<Substring> = [
        "password", "register", "username", "registered", "exists", "welcome", "connected",
        "blocked", "60", "sent", "send", "full", "fetching", "help", "DONE", "goodbye", "timeout",
        "error", "[11-18-26T12",
    ]

    // MARK: The files

    struct Input: CustomTestStringConvertible {
        let target: FuzzTarget
        let path: String
        let bytes: [UInt8]

        var testDescription: String { path }
    }

    private static let folder: String = {
        let place = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return "/\(place)/Fuzzing"
    }()

    private static let inputs: [Input] = ["Seeds", "Crashes"].flatMap { kind in
        FuzzTarget.allCases.flatMap { target in
            let place = "\(kind)/\(target.rawValue)"
            return TestFolder.names(in: "\(folder)/\(place)").map { name in
                let path = "\(place)/\(name)"
                let bytes = TestFolder.contents(of: "\(folder)/\(path)") ?? []
                return Input(target: target, path: path, bytes: bytes)
            }
        }
    }
}
