// Where the compiler takes our word, a reader should not have to.

extension Rule {
    private static let beliefs = ["@unchecked", "nonisolated(unsafe)", "try!", "as!"]

    /// The proof is a comment on the line, or the one that ends just above it.
    func unproven(in file: SourceFile) -> [Finding] {
        file.code.indices.filter { !file.isExplained($0) }.flatMap { index in
            let code = file.code[index]
            var signs = Self.beliefs.filter { code.hasCode($0) }
            // In tests a value that is not there is a failure like any other.
            if file.isSource, signs.isEmpty, code.unwrapsByForce { signs.append("!") }
            return signs.map {
                Finding(path: file.path, line: index + 1, what: "`\($0)` without its proof")
            }
        }
    }
}

extension SourceFile {
    fileprivate func isExplained(_ index: Int) -> Bool {
        let isBelowComment =
            commentedLines.contains(index - 1) && code[index - 1].allSatisfy(\.isWhitespace)
        return commentedLines.contains(index) || isBelowComment
    }
}

extension String {
    /// Whether a `!` stands behind a value or a type.
    fileprivate var unwrapsByForce: Bool {
        zip(self, dropFirst()).contains { before, sign in
            sign == "!" && (before.isPartOfName || ")]}>".contains(before))
        }
    }
}
