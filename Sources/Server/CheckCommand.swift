// `chatserv --check`: would the server start? Looks, and changes nothing.
import Delivery

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

package enum CheckCommand {
    /// The exit code.
    package static func run(
        _ configuration: Configuration, console: inout some Console
    ) -> Int32 {
        for warning in configuration.warnings { console.complain("note: \(warning)") }
        var isFine = true

        var book = AccountBook(path: configuration.accountsPath)
        do throws(AccountBookTrouble) {
            let reading = try book.examine()
            for note in reading.notes { console.complain("note: \(note)") }
            console.say("accounts: \(reading.lines.count) in \(configuration.accountsPath)")
        } catch {
            console.complain("chatserv: \(error)")
            isFine = false
        }

        if let reason = reasonNotToUse(configuration.dataPath) {
            console.complain("chatserv: data folder \(configuration.dataPath): \(reason)")
            isFine = false
        } else {
            console.say("data: \(configuration.dataPath)")
        }

        let places = configuration.listen.map(\.description)
        console.say("listen: \(places.joined(separator: ", "))")
        return isFine ? 0 : 1
    }

    /// Nil when the folder can be written to, or made.
    private static func reasonNotToUse(_ folder: String) -> String? {
        switch kind(of: folder) {
        case .folder: isWritable(folder) ? nil : "may not be written to"
        case .other: "is no folder"
        case .nothing: isWritable(parent(of: folder)) ? nil : "cannot be made"
        }
    }

    private enum Kind {
        case folder
        case other
        case nothing
    }

    private static func kind(of path: String) -> Kind {
        var status = stat()
        // A value of our own, for the call to fill.
        guard unsafe stat(path, &status) == 0 else { return .nothing }
        return status.st_mode & S_IFMT == S_IFDIR ? .folder : .other
    }

    private static func isWritable(_ folder: String) -> Bool {
        unsafe access(folder, W_OK | X_OK) == 0
    }

    private static func parent(of path: String) -> String {
        var path = path[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return String(path[...slash])
    }
}
