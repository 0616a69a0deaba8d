// Where the compiler takes our word, a reader should not have to.

extension Rule {
    private static let beliefs = ["@unchecked", "nonisolated(unsafe)", "try!", "as!"]

    /// The proof is a comment on the line, or the one that ends just above it.
    func unproven(in file: SourceFile) -> [Finding] {
        file.code.indices.flatMap { index in
            Self.beliefs.filter { file.code[index].hasCode($0) && !file.isExplained(index) }
                .map {
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
