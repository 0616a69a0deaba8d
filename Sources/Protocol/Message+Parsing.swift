// A message read back from its line, for the client's end.

extension Message {
    /// Reads what `append(to:)` writes. Neither its number nor the server's distance from UTC is in
    /// the line: the one is zero, and the time is taken as if it were UTC, so that it reads the
    /// same.
    init?(_ line: [UInt8]) {
        let stamp = line.prefix(WallTime.stampBytes)
        let rest = line.dropFirst(WallTime.stampBytes)
        guard let at = WallTime(stamp: stamp), rest.first == UInt8(ascii: " "),
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

extension WallTime {
    /// `[MM-DD-YYTHH:MM:SS]`
    fileprivate static let stampBytes = 19

    /// A stamp of this century.
    fileprivate init?(stamp: ArraySlice<UInt8>) {
        guard stamp.count == Self.stampBytes else { return nil }
        func twoDigits(at offset: Int) -> Int64? {
            let start = stamp.startIndex + offset
            return stamp[start..<(start + 2)].number
        }
        guard let month = twoDigits(at: 1), let date = twoDigits(at: 4),
            let year = twoDigits(at: 7),
            let hour = twoDigits(at: 10), let minute = twoDigits(at: 13),
            let second = twoDigits(at: 16)
        else { return nil }
        let day = Self.day(year: 2_000 + year, month: month, date: date)
        self.init(seconds: day * 86_400 + hour * 3_600 + minute * 60 + second)

        // 31 February and 25 o'clock are written otherwise, and so is what has other signs between.
        var written: [UInt8] = []
        appendStamp(to: &written)
        guard written[...] == stamp else { return nil }
    }

    /// The days from 1 January 1970, in the terms of `calendar(daysSince1970:)`: years begin in
    /// March, and 400 of them are an era.
    private static func day(year: Int64, month: Int64, date: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + date - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
