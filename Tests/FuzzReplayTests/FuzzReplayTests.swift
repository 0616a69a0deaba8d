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
