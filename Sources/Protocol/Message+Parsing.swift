// A message read back from its line, for the client's end.

extension Message {
    /// Reads what `append(to:)` writes. Neither its number nor the server's distance from UTC is in
    /// the line: the one is zero, and the time is taken as if it were UTC, so that it reads the
    /// same.
    init?(_ line: [UInt8]) {
        let stamp = line.prefix(WallTime.dateAndTimeBytes + 2)
        let rest = line.dropFirst(stamp.count)
        guard stamp.first == UInt8(ascii: "["), stamp.last == UInt8(ascii: "]"),
            let at = WallTime(dateAndTime: stamp.dropFirst().dropLast()),
            rest.first == UInt8(ascii: " "),
            let colon = rest.firstIndex(of: UInt8(ascii: ":")),
            line[colon...].starts(with: ": ".utf8),
            let text = MessageText(Array(line[(colon + 2)...]))
        else { return nil }

        let sender = rest[..<colon].dropFirst().parts(between: UInt8(ascii: " "))
        guard let name = sender.first?.text,
            let from = name == Username.server.text ? .server : Username(older: name)
        else { return nil }
        switch sender.count {
        case 1:
            self.init(number: .zero, at: at, from: from, text: text)
        case 2:
            guard let room = RoomName(sender[1].text) else { return nil }
            self.init(number: .zero, at: at, from: from, room: room, text: text)
        default:
            return nil
        }
    }
}
