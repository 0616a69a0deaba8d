// How a file looks before it is read.

extension Rule {
    func wideLines(in file: SourceFile) -> [Finding] {
        file.lines.indices.filter { file.lines[$0].count > 100 }.map { index in
            Finding(
                path: file.path, line: index + 1, what: "\(file.lines[index].count) columns wide")
        }
    }

    func length(of file: SourceFile) -> [Finding] {
        guard file.isSource, file.lines.count > 400 else { return [] }
        return [Finding(path: file.path, line: nil, what: "\(file.lines.count) lines long")]
    }

    func opening(of file: SourceFile) -> [Finding] {
        guard file.isSource else { return [] }
        let first = file.lines.firstIndex { line in
            let words = line.split { $0 == " " }
            let isImport = words.contains("import") && !line.contains("//")
            return !words.isEmpty && !isImport && words[0].first != "#"
        }
        guard let first, !file.lines[first].drop(while: { $0 == " " }).hasPrefix("//") else {
            return []
        }
        return [Finding(path: file.path, line: first + 1, what: "it does not say why it exists")]
    }

    /// Words that say "later". In comments they are as bad as in code.
    func leftovers(in file: SourceFile) -> [Finding] {
        // This folder quotes what it forbids.
        guard !file.path.hasPrefix("Tests/TidyTests/") else { return [] }
        return file.lines.indices.flatMap { index in
            let line = file.lines[index]
            let shouted = ["TODO", "FIXME", "XXX", "HACK"].filter { line.hasCode($0) }
            let murmured = ["for now", "not yet implemented"].filter {
                line.lowercased().hasCode($0)
            }
            return (shouted + murmured).map {
                Finding(path: file.path, line: index + 1, what: "`\($0)`: \(rawValue)")
            }
        }
    }
}
