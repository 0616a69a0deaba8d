// Whoever is at this end: a person at a terminal, or a script in a pipe.

import Protocol
import Sockets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Takes lines and shows them. A person is told what for; a script is not.
struct Console {
    /// Whether a person reads what is shown and types what is read.
    let isInteractive: Bool

    private let keyboard = Keyboard()
    private var reader = LineReader()
    private var input: [UInt8] = []
    private var inputTaken = 0
    private var inputHasEnded = false
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    /// A prompt stands at the beginning of the line where the next letter goes.
    private var promptStands = false

    init() {
        isInteractive = keyboard != nil && StandardStream.output.isTerminal
    }

    // MARK: Input

    enum Input {
        case line(Line)
        case end
    }

    /// The next of what was read. Nil when more has to be read first.
    mutating func next() -> Input? {
        let bytes = input
        if let line = reader.next(in: bytes.span, from: &inputTaken) {
            promptStands = false
            keyboard?.showTyping()
            return .line(line)
        }
        return inputHasEnded ? .end : nil
    }

    /// Reads once. Waits when there is nothing to read.
    mutating func read() throws(SystemError) {
        let count = try StandardStream.input.read(into: &buffer)
        inputTaken = 0
        if count > 0 {
            input = Array(buffer[..<count])
        } else {
            inputHasEnded = true
            // The last line of a script needs no end. A person has thought better of it.
            input = reader.isEmpty || isInteractive ? [] : [UInt8(ascii: "\n")]
        }
    }

    // MARK: Output

    mutating func ask(_ prompt: String, isHidden: Bool = false) throws(SystemError) {
        if isHidden { keyboard?.hideTyping() }
        guard isInteractive else { return }
        try StandardStream.output.write(prompt)
        promptStands = true
    }

    mutating func show(_ text: String, on stream: StandardStream = .output) throws(SystemError) {
        try leavePrompt()
        try stream.write(text + "\n")
    }

    /// Half a message must not become half a command of the shell, which reads next.
    func forgetWhatIsTyped() {
        if isInteractive { tcflush(StandardStream.input.number, TCIFLUSH) }
    }

    /// To be called on every way out.
    mutating func close() {
        keyboard?.showTyping()
        // A screen that is gone needs no tidying up.
        try? leavePrompt()
    }

    private mutating func leavePrompt() throws(SystemError) {
        guard promptStands else { return }
        promptStands = false
        try StandardStream.output.write("\n")
    }
}

/// What the program itself has to say, beside the conversation.
func complain(_ text: String) {
    // There is nobody left to tell when this fails.
    try? StandardStream.error.write("chat: \(text)\n")
}

extension StandardStream {
    func write(_ text: String) throws(SystemError) {
        try write(Array(text.utf8).span)
    }
}
