// Names and texts of people: made harmless once and for good, and never mistaken in a line.
import Protocol

func tryWords(_ bytes: [UInt8]) throws(Broken) {
    try tryText(bytes)
    // As the names in a line are: whatever is no UTF-8 is repaired.
    let text = String(decoding: bytes, as: UTF8.self)
    if let name = Username(text) {
        try hold(Username(older: text) == name, "a name that an older file could not hold")
        try hold((1...32).contains(bytes.count), "a name of \(bytes.count) bytes")
        try hold(bytes.allSatisfy { (0x21...0x7e).contains($0) }, "a name of other signs")
    }
    if let name = Username(older: text) { try holdName(name) }
    if let room = RoomName(text) {
        try hold(Username(older: text) == nil, "a name is a room as well")
        try holdHarmless(room.text, "a room")
    }
    if let password = Password(bytes) {
        try hold(password.bytes == bytes, "a password that was changed")
        try hold((1...1_024).contains(bytes.count) && !bytes.contains(0), "an impossible password")
    }
}

private func tryText(_ bytes: [UInt8]) throws(Broken) {
    let isText = String(validating: bytes, as: UTF8.self) != nil
    guard let harmless = MessageText.harmless(bytes) else {
        return try hold(!isText, "a text that is refused")
    }
    try hold(isText, "what is no UTF-8 is repaired")
    try holdHarmless(harmless, "what was made harmless")
    try hold(
        String(decoding: harmless, as: UTF8.self).unicodeScalars.count
            == String(decoding: bytes, as: UTF8.self).unicodeScalars.count,
        "a sign is gone, or there is one more")
    try hold(MessageText.harmless(harmless) == harmless, "a second time changes it again")

    guard let text = MessageText(bytes) else { return }
    try hold(text.bytes == harmless, "a message of another text")
    try hold(MessageText(text.bytes) == text, "a message that cannot be sent on")
    try hold(!text.bytes.allSatisfy { $0 == 0x20 }, "a message of blanks")
}

private func holdName(_ name: Username) throws(Broken) {
    try holdHarmless(name.text, "a name")
    try hold((1...128).contains(name.text.utf8.count), "a name of \(name.text.utf8.count) bytes")
    try hold(!name.text.utf8.contains { " \t,:()#".utf8.contains($0) }, "a name with a separator")
    try hold(!reserved.contains(name.text.lowercased()), "\(name.text) is reserved")
    try hold(
        Array(name.folded.utf8) == Array(name.folded.lowercased().utf8),
        "\(name.text) has another small form in small letters")

    // Alone, among others, and as somebody's who writes.
    for names in [[name], [name, name]] {
        try holdUnderstood(.names(names), during: .listing)
        try holdUnderstood(.full(names), during: .answering)
    }
    guard let text = MessageText(Array("DONE: \(name.text)".utf8)) else {
        throw Broken("a name makes a message impossible")
    }
    let at = WallTime(seconds: 1_795_000_000)
    try holdUnderstood(
        .message(Message(number: .zero, at: at, from: name, text: text)), during: .reading)
}

/// A client reads what the server says.
private func holdUnderstood(_ reply: Reply, during phase: Reply.Phase) throws(Broken) {
    var line: [UInt8] = []
    reply.append(to: &line)
    let read = Reply(Array(line.dropLast()), during: phase)
    try hold(read == reply, "\(reply) is read as \(read.map { "\($0)" } ?? "nothing")")
}

/// From the page of the protocol.
private let reserved: Set<String> = [
    "done", "password", "username", "register", "registered", "connected", "blocked", "timeout",
    "welcome", "goodbye", "server", "admin", "all", "everyone", "new", "login",
]
