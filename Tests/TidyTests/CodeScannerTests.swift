import Testing

@Suite struct CodeScannerTests {
    @Test(arguments: [
        ("let a = 1", "let a = 1"),
        ("let a = 1  // one\nlet b = 2", "let a = 1  \nlet b = 2"),
        ("/// let a\nlet b", "\nlet b"),
        ("a /* b\nc */ d", "a \n d"),
        ("let a = \"b // c\" + d", "let a =  + d"),
        ("let a = \"b \\\" c\" + d", "let a =  + d"),
        ("let a = \"\\\\\" + d", "let a =  + d"),
        ("let a = \"\"\"\n    b \"c\" // d\n    \"\"\"\ne", "let a = \n\n\ne"),
        ("let a = \"\"\"\n    b \\\n    \"\"\"\ne", "let a = \n\n\ne"),
    ])
    func `comments and strings go, lines stay`(_ text: String, _ code: String) {
        #expect(CodeScanner.scan(text).code == code)
    }

    @Test func `lines with comments are known`() {
        let scan = CodeScanner.scan("a\n// b\nc  // d\n\"// e\"\n/// f /* g */\n/* h */\n")

        #expect(scan.commentedLines == [1, 2, 4, 5])
    }

    @Test(arguments: [
        ("print(x)", "print(", true), ("blueprint(x)", "print(", false), ("x as! Y", "as!", true),
        ("alias! x", "as!", false), ("a.random", ".random", true), ("a.randomly", ".random", false),
        ("blueprint(print(x))", "print(", true), ("XXXXXX", "XXX", false), ("a XXX", "XXX", true),
        ("", "public", false), ("public", "public", true),
    ])
    func `a sign is found where it stands for itself`(
        _ code: String, _ sign: String, _ isThere: Bool
    ) {
        #expect(code.hasCode(sign) == isThere)
    }
}
