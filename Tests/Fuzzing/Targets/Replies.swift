// Any program may call itself a server. What a client reads of its lines is what they say.
import Protocol

func tryReplies(_ line: [UInt8]) throws(Broken) {
    let phases =
        [Reply.Phase.signingIn, .answering, .listing, .talking, .reading]
        + CommandWord.allCases.map(Reply.Phase.listed)
    for phase in phases {
        guard let reply = Reply(line, during: phase) else { continue }
        var written: [UInt8] = []
        reply.append(to: &written)
        try hold(written.popLast() == UInt8(ascii: "\n"), "\(reply) has no end")

        switch reply {
        case .help:
            // Written it is more than a line; read it is the announcement of any number of them.
            try hold(Reply.listLength(announcedBy: line) ?? -1 >= 0, "a list of no length")
        case .message(let message):
            try hold(Reply(written, during: phase) == reply, "\(reply) is not read again")
            try holdHarmless(message.text.bytes, "a message")
        default:
            try hold(written == line, "\(reply) is written otherwise than it was read")
        }
    }
}
