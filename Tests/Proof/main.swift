// What must never happen to anybody's mail, tried out on the real server. `prove` alone says how.
//
// Progress and findings go to standard error, the table to standard output. 1 when something was
// found, or a planted bug was not.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

func run() -> Int32 {
    guard var options = Options(CommandLine.arguments) else {
        tell(Options.usage)
        return 2
    }
    var rows: [Row] = []
    var isBroken = false
    for (harness, control) in options.tasks {
        options.control = control
        do {
            rows.append(try harness.run(options))
        } catch {
            tell("\(harness) cannot be done: \(error)")
            isBroken = true
        }
    }
    print(Row.head)
    for row in rows { print(row.text) }
    return rows.allSatisfy(\.isGood) && !isBroken ? 0 : 1
}

// A peer that is gone is an error of that call.
signal(SIGPIPE, SIG_IGN)
exit(run())
