import Testing

@Suite struct RuleTests {
    /// A file that one rule refuses, or lets pass.
    struct Sample: CustomTestStringConvertible, Sendable {
        let rule: Rule
        let path: String
        let text: String

        init(_ rule: Rule, _ path: String, _ text: String) {
            self.rule = rule
            self.path = path
            self.text = text
        }

        var findings: [Finding] { rule.findings(in: SourceFile(path: path, text: text)) }
        var testDescription: String { "\(rule): \(path): \(text.prefix(60))" }
    }

    private static let core = "Sources/Protocol/Session.swift"
    private static let kernel = "Sources/Sockets/Poller.swift"
    private static let test = "Tests/ProtocolTests/SessionTests.swift"

    private static let wide = String(repeating: "x", count: 101)

    static let bad = [
        Sample(.arrows, core, "import Foundation"),
        Sample(.arrows, core, "import Glibc"),
        Sample(.arrows, core, "#if canImport(Glibc)\n    import Glibc\n#endif"),
        Sample(.arrows, core, "@preconcurrency package import struct Glibc.tm"),
        Sample(.arrows, core, "internal import Delivery"),
        Sample(.arrows, core, "import Synchronization"),
        Sample(.arrows, "Sources/Delivery/Mailbox.swift", "import Store"),
        Sample(.arrows, "Sources/Delivery/Mailbox.swift", "import FoundationEssentials"),
        Sample(.arrows, "Sources/Store/SQLite/Database.swift", "package import Delivery"),
        Sample(.arrows, "Sources/Store/SQLite/Database.swift", "import Sockets"),
        Sample(.arrows, kernel, "import Protocol"),
        Sample(.arrows, kernel, "import CSQLite"),
        Sample(.arrows, "Sources/Server/Log.swift", "@testable import Foundation"),
        Sample(.arrows, "Sources/Server/Log.swift", "import CSQLite"),
        Sample(.arrows, "Sources/chat/main.swift", "import Server"),
        Sample(.arrows, "Sources/Somewhere/File.swift", "import Protocol"),

        Sample(.pureCores, core, "let now = ContinuousClock.now"),
        Sample(.pureCores, core, "let now = SuspendingClock().now"),
        Sample(.pureCores, core, "let chance = Int.random(in: 0...1)"),
        Sample(.pureCores, core, "var chance = SystemRandomNumberGenerator()"),
        Sample(.pureCores, core, "let one = names.randomElement()"),
        Sample(.pureCores, core, "        print(name)"),
        Sample(.pureCores, core, "Task { }"),
        Sample(.pureCores, "Sources/Delivery/Rooms/Room.swift", "let order = names.shuffled()"),

        Sample(.noLeftovers, core, "// TODO: the rest"),
        Sample(.noLeftovers, core, "let size = 5  // FIXME"),
        Sample(.noLeftovers, kernel, "// XXX"),
        Sample(.noLeftovers, test, "// a HACK, really"),
        Sample(.noLeftovers, test, "// good enough for now"),
        Sample(.noLeftovers, test, "// For now, nothing"),

        Sample(.width, core, wide),
        Sample(.width, test, "// fine\n" + wide),

        Sample(.length, core, String(repeating: "\n", count: 401)),
        Sample(.length, core, String(repeating: "// x\n", count: 400) + "// no LF at the end"),

        Sample(.opening, core, "struct Session {}\n"),
        Sample(.opening, core, "import Protocol\n\n@frozen\npackage struct Session {}\n"),
        Sample(
            .opening, kernel,
            "#if canImport(Glibc)\n    import Glibc\n#endif\n\nextension Poller {}\n"),
        Sample(.opening, kernel, "let list = 5  // why it exists"),

        Sample(.proofs, core, "final class Box: @unchecked Sendable {}"),
        Sample(.proofs, core, "// Why.\n\nnonisolated(unsafe) var count = 0"),
        Sample(.proofs, test, "let command = try! Command(line)"),
        Sample(.proofs, test, "let text = \"// http://x\"\nlet one = value as! String"),
        Sample(.proofs, test, "let one = value as! URL(\"http://x\")"),
        Sample(.proofs, core, "let name = Username(text)!"),
        Sample(.proofs, core, "let one = ones[0]!.first!"),
        Sample(.proofs, core, "var name: String!"),

        Sample(.noPublic, core, "public struct Session {}"),
        Sample(.noPublic, core, "    public func receive() {}"),
        Sample(.noPublic, core, "public import Protocol"),
        Sample(.noPublic, core, "open class Session {}"),

        Sample(.noDrawers, "Sources/Protocol/Utils.swift", ""),
        Sample(.noDrawers, "Sources/Protocol/StringHelpers.swift", ""),
        Sample(.noDrawers, "Sources/Protocol/Session+Helpers.swift", ""),
        Sample(.noDrawers, "Sources/Common/Session.swift", ""),
        Sample(.noDrawers, "Tests/Helpers/Session.swift", ""),
        Sample(.noDrawers, core, "package final class SessionManager {}"),
        Sample(.noDrawers, core, "private enum Utils {"),

        Sample(.noShadows, core, "package enum Protocol {}"),
        Sample(.noShadows, core, "private struct Type: Sendable {}"),
        Sample(.noShadows, core, "protocol Store {}"),
    ]

    static let good = [
        Sample(.arrows, core, "// import Foundation\nlet text = \"import Glibc\""),
        Sample(.arrows, "Sources/Delivery/Mailbox.swift", "package import Protocol"),
        Sample(.arrows, "Sources/Store/SQLite/Database.swift", "internal import CSQLite"),
        Sample(
            .arrows, kernel,
            "#if canImport(Glibc)\n    import Glibc\n#else\n    import Darwin\n#endif"),
        Sample(.arrows, "Sources/Server/Log.swift", "package import Delivery\nimport CSodium"),
        Sample(.arrows, test, "import Foundation"),

        Sample(.pureCores, core, "/// Prints as dots: print(it)\nlet text = \"ContinuousClock\""),
        Sample(.pureCores, core, "fingerprint(key)\nlet random = 4\nstruct Tasks {}"),
        Sample(.pureCores, kernel, "let now = ContinuousClock.now"),

        Sample(.noLeftovers, core, "// Waits for nowhere. let hacker = todos"),
        Sample(.noLeftovers, "Tests/TidyTests/RuleTests.swift", "// TODO"),

        Sample(.width, core, String(repeating: "é", count: 100)),
        Sample(.length, core, String(repeating: "\n", count: 400)),
        Sample(.length, test, String(repeating: "\n", count: 1_000)),

        Sample(.opening, core, "// Why.\n\nstruct Session {}"),
        Sample(.opening, core, "/// Why.\nstruct Session {}"),
        Sample(
            .opening, kernel,
            "#if X\n    @unsafe @preconcurrency import Glibc\n#endif\n\n/// Why.\nstruct A {}"
        ),
        Sample(.opening, core, ""),
        Sample(.opening, test, "@Suite struct SessionTests {}"),

        Sample(.proofs, core, "// Guarded by the mutex.\nfinal class Box: @unchecked Sendable {}"),
        Sample(.proofs, core, "nonisolated(unsafe) var count = 0  // one thread only"),
        Sample(.proofs, core, "let text = \"try! as!\"\nlet alias = value as String"),
        Sample(
            .proofs, core, "let isNone = one != two && !three\nlet four = five! + 1  // it is there"
        ),
        Sample(.proofs, test, "let name = Username(text)!"),

        Sample(.noPublic, core, "// public\npackage struct Publication {}\ncase open"),
        Sample(.noPublic, test, "public let one = 1"),

        Sample(.noDrawers, "Sources/Server/CommonPasswords.swift", "enum CommonPasswords {}"),
        Sample(.noDrawers, core, "// class Manager\nlet manager = Helpers.self"),

        Sample(.noShadows, core, "let kind = (any Reply).Type.self\nstruct ProtocolFault {}"),
        Sample(.noShadows, "Sources/Store/MessageStore.swift", "package protocol MessageStore {}"),
        Sample(.noShadows, test, "struct Store {}"),
    ]

    @Test(arguments: bad)
    func `a rule bites`(_ sample: Sample) {
        #expect(!sample.findings.isEmpty)
    }

    @Test(arguments: good)
    func `a rule lets pass what is right`(_ sample: Sample) {
        #expect(sample.findings.isEmpty, "\(sample.findings)")
    }

    @Test(arguments: Rule.allCases)
    func `every rule has samples of both kinds`(_ rule: Rule) {
        #expect(Self.bad.contains { $0.rule == rule })
        #expect(Self.good.contains { $0.rule == rule })
    }

    @Test func `a finding says where it is`() {
        let file = SourceFile(path: Self.core, text: "// Why.\n\nimport Foundation\n")

        #expect(
            Rule.arrows.findings(in: file).map(\.description)
                == ["Sources/Protocol/Session.swift:3: Protocol may not import Foundation"])
    }
}
