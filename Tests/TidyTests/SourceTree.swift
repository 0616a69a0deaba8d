// The package's own files. Foundation is for walking the folders, and only here.

import Foundation

enum SourceTree {
    /// Every Swift file of `Sources` and `Tests`, sorted by path.
    static let files: [SourceFile] = ["Sources", "Tests"].flatMap(files(in:))

    /// The package's folder: three up from this file.
    private static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func files(in folder: String) -> [SourceFile] {
        let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path())
        let names = (paths?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }
        return names.sorted().map { name in
            let path = "\(folder)/\(name)"
            guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
            else { preconditionFailure("\(path) cannot be read") }
            return SourceFile(path: path, text: text)
        }
    }
}
