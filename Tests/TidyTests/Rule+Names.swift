// Names that say nothing, and names that are taken.

extension Rule {
    private static let drawerNames: Set<String> = [
        "Util", "Utils", "Utilities", "Helper", "Helpers", "Common", "Manager", "Misc",
        "Extensions",
    ]

    /// A drawer by the last word of its name: `CommonPasswords` are passwords, `StoreManager` is
    /// none.
    func drawers(in file: SourceFile) -> [Finding] {
        let folders = file.path.split(separator: "/").dropLast().map(String.init)
        let places = (folders + file.name.split(separator: "+").map(String.init))
            .filter { Self.drawerNames.contains($0.lastWord) }
            .map { Finding(path: file.path, line: nil, what: "`\($0)` is a drawer") }
        let types = file.code.indices.flatMap { index in
            file.code[index].declaredTypes.filter { Self.drawerNames.contains($0.lastWord) }
                .map { Finding(path: file.path, line: index + 1, what: "`\($0)` is a drawer") }
        }
        return places + types
    }

    /// `X.Protocol` and `X.Type` belong to the language; a type called like its module hides it.
    private static let takenNames: Set<String> = [
        "Protocol", "Type", "Delivery", "Store", "Sockets", "Server",
    ]

    func shadows(in file: SourceFile) -> [Finding] {
        guard file.isSource else { return [] }
        return file.code.indices.flatMap { index in
            file.code[index].declaredTypes.filter(Self.takenNames.contains)
                .map { Finding(path: file.path, line: index + 1, what: "`\($0)` is taken") }
        }
    }
}

extension String {
    /// `Manager` for `StoreManager`.
    fileprivate var lastWord: String {
        lastIndex(where: \.isUppercase).map { String(self[$0...]) } ?? self
    }

    /// The types that a line of code declares.
    fileprivate var declaredTypes: [String] {
        let words = split { !$0.isPartOfName }.map(String.init)
        let keywords: Set<String> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
        return zip(words, words.dropFirst()).filter { keywords.contains($0.0) }.map(\.1)
    }
}
