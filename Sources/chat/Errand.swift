// What a command line asks for.
import Protocol

/// Where a server should be.
struct Place {
    var host = "127.0.0.1"
    var port: UInt16 = 4_119
}

enum Errand {
    case talk(Place)
    case help
    case version
    /// It cannot be understood, for this reason.
    case fault(String)

    /// The arguments without the program's name.
    init(arguments: ArraySlice<String>) {
        if arguments.contains("--help") || arguments.contains("-h") {
            self = .help
            return
        }
        if arguments.contains("--version") {
            self = .version
            return
        }
        if let flag = arguments.first(where: { $0.hasPrefix("-") || $0.isEmpty }) {
            self = .fault("there is no flag \"\(flag)\"; chat --help says what there is")
            return
        }

        var words = Array(arguments)
        var place = Place()
        // The last word of two is the port, and so is a number alone, which is nobody's host.
        if words.count == 2 || words.first?.utf8.allSatisfy(\.isDigit) == true {
            let word = words.removeLast()
            guard word.utf8.allSatisfy(\.isDigit), let port = UInt16(word), port > 0 else {
                self = .fault("port \"\(word)\": expected a number from 1 to 65535")
                return
            }
            place.port = port
        }
        if !words.isEmpty { place.host = words.removeFirst() }
        guard words.isEmpty else {
            self = .fault("there are too many words; usage: chat [host] [port]")
            return
        }
        self = .talk(place)
    }

}

/// What the program says of itself.
enum About {
    static let version = "chat \(Version.number)"

    static let help = """
        \(version): talks to a chatserv

        usage: chat [host] [port]

          host         where the server is [127.0.0.1]
          port         [4119]; a number alone is the port

          --version    says which version this is
          --help       says this

        It asks for a user name and a password, and registers new names. Then every line is a
        command: help lists them, an empty line fetches what waits. Ctrl-D leaves as logout does;
        Ctrl-C leaves at once, and what was shown last is shown again next time.

        From a pipe or a file it takes a line at a time, each when the one before it is answered,
        and shows no prompts:

          printf 'alice\\nwonderland\\nsend bob hello\\n' | chat

        Exit: 0, 1 when the server cannot be reached or does not do what it was asked, 2 when
        these words cannot be understood, 130 after Ctrl-C.
        """
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
