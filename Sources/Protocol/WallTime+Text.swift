// The calendar, by hand: a stamp costs some 20 ns instead of the microseconds of a formatter.

extension WallTime {
    /// Appends `[MM-DD-YYTHH:MM:SS]`.
    package func appendStamp(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        appendDateAndTime(to: &bytes)
        bytes.append(UInt8(ascii: "]"))
    }

    /// `MM-DD-YYTHH:MM:SS`
    package var dateAndTime: String {
        var bytes: [UInt8] = []
        appendDateAndTime(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func appendDateAndTime(to bytes: inout [UInt8]) {
        let local = seconds + Int64(offset)
        let day = local.flooredQuotient(by: 86_400)
        let second = local - day * 86_400
        let (year, month, date) = Self.calendar(daysSince1970: day)

        bytes.appendTwoDigits(month)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendTwoDigits(date)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendTwoDigits(year - year.flooredQuotient(by: 100) * 100)
        bytes.append(UInt8(ascii: "T"))
        bytes.appendTime(second)
    }

    /// `YYYY-MM-DDTHH:MM:SSZ`, in UTC: for logs, which are read together with others.
    package var iso8601: String {
        let day = seconds.flooredQuotient(by: 86_400)
        let second = seconds - day * 86_400
        let (year, month, date) = Self.calendar(daysSince1970: day)
        var bytes: [UInt8] = Array("\(year)-".utf8)
        bytes.appendTwoDigits(month)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendTwoDigits(date)
        bytes.append(UInt8(ascii: "T"))
        bytes.appendTime(second)
        return String(decoding: bytes, as: UTF8.self) + "Z"
    }

    /// Year, month and day of a day number, in the calendar that has always been Gregorian.
    ///
    /// Years are counted from 1 March, so that the leap day is the last of its year, and in eras of
    /// 400 years, which all have 146,097 days.
    private static func calendar(daysSince1970 day: Int64) -> (Int64, Int64, Int64) {
        let shifted = day + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let date = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, date)
    }
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

extension [UInt8] {
    /// `HH:MM:SS` of a second of the day.
    fileprivate mutating func appendTime(_ second: Int64) {
        appendTwoDigits(second / 3_600)
        append(UInt8(ascii: ":"))
        appendTwoDigits(second / 60 % 60)
        append(UInt8(ascii: ":"))
        appendTwoDigits(second % 60)
    }

    fileprivate mutating func appendTwoDigits(_ number: Int64) {
        append(UInt8(ascii: "0") + UInt8(number / 10))
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
