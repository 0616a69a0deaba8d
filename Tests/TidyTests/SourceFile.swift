// One file of the package as the rules see it: its place, its lines, and its code alone.

struct SourceFile: Sendable {
    /// From the package's folder: `Sources/Protocol/Session.swift`.
    let path: String
    let lines: [String]
    /// The same lines without their comments and strings.
    let code: [String]
    /// Which lines, counted from 0, have a comment.
    let commentedLines: Set<Int>

    init(path: String, text: String) {
        self.path = path
        lines = Self.lines(of: text)
        let scan = CodeScanner.scan(text)
        code = Self.lines(of: scan.code)
        commentedLines = scan.commentedLines
    }

    /// `Session+Chat` for `Sources/Protocol/Session+Chat.swift`.
    var name: String {
        String(path.split(separator: "/").last?.split(separator: ".").first ?? "")
    }

    var isSource: Bool { path.hasPrefix("Sources/") }

    /// The module of `Sources` that it belongs to.
    var ring: String? {
        let folders = path.split(separator: "/").dropLast()
        return isSource ? folders.dropFirst().first.map(String.init) : nil
    }

    private static func lines(of text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// Where a rule is broken, as compilers say it.
struct Finding: Hashable, Sendable, CustomStringConvertible {
    let path: String
    /// Nil when it is the file as a whole.
    let line: Int?
    let what: String

    var description: String {
        line.map { "\(path):\($0): \(what)" } ?? "\(path): \(what)"
    }
}
