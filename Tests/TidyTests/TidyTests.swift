import Testing

@Suite struct TidyTests {
    @Test(arguments: Rule.allCases)
    func `the package keeps the rule`(_ rule: Rule) {
        let findings = SourceTree.files.flatMap(rule.findings(in:))

        #expect(findings.isEmpty, "\n\(findings.map(\.description).joined(separator: "\n"))")
    }

    @Test func `the package's files are found`() {
        let paths = SourceTree.files.map(\.path)

        #expect(paths.contains("Sources/Protocol/Session.swift"))
        #expect(paths.contains("Tests/TidyTests/TidyTests.swift"))
        #expect(
            Set(SourceTree.files.compactMap(\.ring)).isSuperset(of: [
                "Delivery", "Store", "Sockets",
            ]))
    }
}
