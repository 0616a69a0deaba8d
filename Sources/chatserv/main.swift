// The server's command line: what is asked for, and who does it.
import Server

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

func run() -> Int32 {
    var console = StandardConsole()
    let arguments = Array(CommandLine.arguments.dropFirst())
    let environment = environmentVariables()

    switch Configuration.parse(arguments: arguments, environment: environment) {
    case .run(let configuration):
        return ChatServer.run(configuration)
    case .check(let configuration):
        return CheckCommand.run(configuration, console: &console)
    case .passwd(let arguments):
        console.restoreScreenWhenInterrupted()
        return PasswdCommand.run(arguments, environment: environment, console: &console)
    case .checkData(let arguments):
        return CheckDataCommand.run(arguments, environment: environment, console: &console)
    case .backup(let arguments):
        Unfinished.removeWhenInterrupted()
        return BackupCommand.run(arguments, environment: environment, console: &console)
    case .restore(let arguments):
        Unfinished.removeWhenInterrupted()
        return RestoreCommand.run(arguments, environment: environment, console: &console)
    case .help:
        console.say(Configuration.help)
        return 0
    case .version:
        console.say(Configuration.version)
        return 0
    case .fault(let text):
        console.complain("chatserv: \(text)")
        return 2
    }
}

// What the server makes is for nobody else to read.
umask(0o077)
exit(run())
