// The calendar read from text, for the client's end.

extension WallTime {
    /// `MM-DD-YYTHH:MM:SS`
    static let dateAndTimeBytes = 17

    /// Reads what `dateAndTime` writes, in this century and as if it were UTC.
    init?(dateAndTime bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.dateAndTimeBytes else { return nil }
        func twoDigits(at offset: Int) -> Int64? {
            let start = bytes.startIndex + offset
            return bytes[start..<(start + 2)].number
        }
        guard let month = twoDigits(at: 0), let date = twoDigits(at: 3),
            let year = twoDigits(at: 6),
            let hour = twoDigits(at: 9), let minute = twoDigits(at: 12),
            let second = twoDigits(at: 15)
        else { return nil }
        let day = Self.day(year: 2_000 + year, month: month, date: date)
        self.init(seconds: day * 86_400 + hour * 3_600 + minute * 60 + second)

        // 31 February and 25 o'clock are written otherwise, and so is what has other signs between.
        guard dateAndTime.utf8.elementsEqual(bytes) else { return nil }
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
