// The variables of the environment, which the standard library does not show.
#if canImport(Glibc)
    // `environ` is a variable that any thread could change. There is one thread when it is read.
    @unsafe @preconcurrency import Glibc
#else
    import Darwin
#endif

func environmentVariables() -> [String: String] {
    #if canImport(Glibc)
        let list = unsafe environ
    #else
        let list = unsafe _NSGetEnviron().pointee
    #endif
    var variables: [String: String] = [:]
    var at = 0
    // A list of texts that each end with a NUL; after the last there is a null.
    while let entry = unsafe list[at] {
        let text = unsafe String(cString: entry)
        if let sign = text.firstIndex(of: "=") {
            variables[String(text[..<sign])] = String(text[text.index(after: sign)...])
        }
        at += 1
    }
    return variables
}
