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
        for reply in Self.longerReplies { #expect(heard.contains("\n\(reply)"), "\(reply)") }
    }

    private static let replies: Set<Substring> = [
        "password", "register", "username", "registered", "exists", "welcome", "connected",
        "blocked", "60", "sent", "send", "full", "fetching", "help", "DONE", "goodbye", "timeout",
        "error", "[11-18-26T12", "created", "joined", "left", "kicked", "closed", "rooms",
        "#lobby 1 4/- - forever", "members", "ann (admin)", "history", "inbox", "search", "live",
        "talk", "changed",
    ]

    private static let longerReplies = [
        "error:busy\n", "error:denied:login\n", "error:storage:send\n",
        "error:storage:register\n", "error:storage:create\n", "error:storage:leave\n",
        "error:storage:passwd\n", "error:storage:history\n", "error:storage:inbox\n",
        "error:storage:search\n", "error:denied:history\n", "error:denied:kick\n",
        "error:denied:passwd\n", "error:args:passwd\n", "error:args:talk\n",
        "error:limit:create\n", "error:room:9\n", "error:room:#", "exists:#TEA\n", "full:#tea\n",
        "full:bob\n", "live:on\n", "live:off\n", "talk:bob\n", "talk:#lobby\n", "talk:off\n",
        "ann (admin)\n",
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
