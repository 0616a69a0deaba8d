// A person at a terminal, or a script at the other end of a pipe.
import Protocol
import Sockets
package import Store

package protocol Console {
    /// Whether somebody types, and should be asked.
    var isPerson: Bool { get }
    /// A line without its end, which does not appear on the screen. Nil when there is no more.
    mutating func readSecretLine(asking question: String) -> [UInt8]?
    mutating func say(_ line: String)
    mutating func complain(_ line: String)
    /// For somebody who waits. Whatever is said next takes its place.
    mutating func show(_ progress: Progress)
}

extension Console {
    package func show(_ progress: Progress) {}
}

extension Progress {
    var text: String {
        of > 0 ? "\(what): \(done) of \(of), \(done * 100 / of) %" : "\(what)"
    }
}

/// Standard input, output and error.
package struct StandardConsole: Console {
    private let keyboard: Keyboard?
    private var input: [UInt8] = []
    /// When it was last written.
    private var progressShown: Instant?

    package init() {
        keyboard = Keyboard()
    }

    package var isPerson: Bool { keyboard != nil }

    package mutating func readSecretLine(asking question: String) -> [UInt8]? {
        guard let keyboard else { return readLine() }
        write("\(question): ", to: .error)
        keyboard.hideTyping()
        defer { keyboard.showTyping() }
        return readLine()
    }

    /// In one line at a terminal, which is written over, a few times a second.
    package mutating func show(_ progress: Progress) {
        guard StandardStream.error.isTerminal else { return }
        let now = ServerClock().now.instant
        guard progressShown.map({ now - $0 >= Self.progressPause }) ?? true else { return }
        progressShown = now
        write("\r\(progress.text)\u{1b}[K", to: .error)
    }

    private static let progressPause = Duration.milliseconds(100)

    private mutating func clearProgress() {
        guard progressShown != nil else { return }
        write("\r\u{1b}[K", to: .error)
        progressShown = nil
    }

    package mutating func say(_ line: String) {
        clearProgress()
        write("\(line)\n", to: .output)
    }

    package mutating func complain(_ line: String) {
        clearProgress()
        write("\(line)\n", to: .error)
    }

    /// Lets the screen show what is typed again when somebody loses patience in the middle of a
    /// password. To be called before anything else.
    package func restoreScreenWhenInterrupted() {
        guard let keyboard else { return }
        whenInterrupted { keyboard.showTyping() }
    }

    /// More than a password can have is not read any further.
    private mutating func readLine() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while !input.contains(UInt8(ascii: "\n")), input.count < buffer.count {
            guard let count = try? StandardStream.input.read(into: &buffer), count > 0 else {
                break
            }
            input += buffer[..<count]
        }
        if input.isEmpty { return nil }
        let end = input.firstIndex(of: UInt8(ascii: "\n")) ?? input.endIndex
        var line = Array(input[..<end])
        input.removeSubrange(..<min(end + 1, input.endIndex))
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }

    private func write(_ text: String, to stream: StandardStream) {
        // Nobody is left to be told that nobody listens.
        try? stream.write(text.utf8.span)
    }
}
