// Talks to a chatserv: asks who somebody is, sends what is typed, shows what comes.

import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private func run() -> Int32 {
    switch Errand(arguments: CommandLine.arguments.dropFirst()) {
    case .help:
        return print(About.help)
    case .version:
        return print(About.version)
    case .fault(let text):
        complain(text)
        return ExitCode.usage
    case .talk(let place):
        return talk(to: place)
    }
}

private func print(_ text: String) -> Int32 {
    do throws(SystemError) {
        try StandardStream.output.write(text + "\n")
        return ExitCode.done
    } catch {
        return ExitCode.failed
    }
}

exit(run())
