// The transitions of a session that wants mail at once: all of it in live mode, in talk mode that
// of one conversation, to which every line is a message.
//
// Mail is told between two exchanges and never inside one. It is no sign of life of the client: its
// silence goes on meanwhile.

extension Session {
    mutating func setLive(_ isOn: Bool) -> [Effect] {
        isLive = isOn
        return reply(.live(isOn), .live(isOn))
    }

    /// A line in talk mode.
    mutating func talk(_ line: Line, to partner: Recipient) -> [Effect] {
        guard case .text(let bytes) = line else { return reply(.badArguments(.talk)) }
        if bytes.elementsEqual("--".utf8) {
            self.partner = nil
            return reply(.talkOff, .endTalk)
        }
        if bytes.allSatisfy(\.isBlank) { return reply(.fetching) }
        // Signs that show nothing are no message.
        guard let text = MessageText(bytes) else { return reply(.badArguments(.talk)) }
        return work(.post(Draft(to: .named([partner]), text: text)))
    }

    mutating func beginPush() -> [Effect] {
        // It may have come on its way before `live off` was said. While a command is expected there
        // is a deadline.
        guard isLive || partner != nil, let deadline else { return [] }
        return become(.pushing(silenceEnd: deadline), [.collect])
    }

    mutating func push(
        _ messages: [Message], isLast: Bool, silenceEnd: Instant
    ) -> [Effect] {
        let shown = messages.map { Effect.say(.message($0)) }
        guard isLast else { return shown + [.collect] }
        return becomeListener(.chatting, shown + [.endOfPush], silenceEnd: silenceEnd)
    }
}
