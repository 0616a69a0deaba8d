// What keeps the rings apart. The table is the one of docs/ARCHITECTURE.md.

extension Rule {
    private static let kernel: Set<String> = ["Glibc", "Darwin", "Synchronization"]

    /// What the files of a module may import. A module that is not here may import nothing.
    private static let mayImport: [String: Set<String>] = [
        "Protocol": [],
        "Delivery": ["Protocol"],
        "Store": kernel.union(["Protocol", "CSQLite"]),
        "Sockets": kernel.union(["CLinux"]),
        "Server": kernel.union(["Protocol", "Delivery", "Store", "Sockets", "CSodium"]),
        "chatserv": kernel.union(["Server"]),
        "chat": kernel.union(["Protocol", "Sockets"]),
        "storebench": kernel.union(["Protocol", "Delivery", "Store"]),
    ]

    func arrows(in file: SourceFile) -> [Finding] {
        guard let ring = file.ring else { return [] }
        return file.code.indices.compactMap { index in
            guard let module = file.code[index].importedModule,
                Self.mayImport[ring]?.contains(module) != true
            else { return nil }
            return Finding(
                path: file.path, line: index + 1, what: "\(ring) may not import \(module)")
        }
    }

    /// What needs no import, so that only this test keeps it out.
    private static let impurities = [
        "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator",
        "RandomNumberGenerator",
        ".random", ".randomElement", ".shuffle", ".shuffled", "print(", "debugPrint(", "dump(",
        "readLine(", "CommandLine", "Task", "await", "async", "hashValue",
    ]

    func pureCores(in file: SourceFile) -> [Finding] {
        words(Self.impurities, in: file, where: ["Protocol", "Delivery"].contains(file.ring))
    }
}

extension String {
    /// `Glibc` for `@preconcurrency package import struct Glibc.tm`.
    fileprivate var importedModule: String? {
        let words = split { !$0.isPartOfName && $0 != "." && $0 != "@" }
        guard let position = words.firstIndex(of: "import"),
            words[..<position].allSatisfy({ $0.first == "@" || Self.beforeImport.contains($0) })
        else { return nil }
        let behind = words[(position + 1)...].drop { Self.kinds.contains($0) }
        return behind.first.map { String($0.prefix { $0 != "." }) }
    }

    private static let beforeImport: Set<Substring> = [
        "package", "internal", "private", "fileprivate", "public", "unsafe",
    ]

    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]
}
