/// How far the log had come when a group was last confirmed.
///
/// To SQLite a log that somebody has cut short, or a tail of a table that a damaged page hides,
/// look like a crash before the commit. So the last number is also written down beside the data, in
/// the file `lock`, after every commit: it is never ahead of what is on disk, so a log that ends
/// before it is damaged for certain. It is not flushed, which would cost as much as the commit:
/// kill -9 takes nothing of it, and a power cut the last half minute or so.
struct Confirmed: Hashable {
    /// The last number.
    var head: Int64
    /// Nil when nothing was written since the server started.
    var log: Log?

    /// What was in the write-ahead log.
    struct Log: Hashable {
        /// They change when it is begun anew.
        var salts: UInt64
        var pages: Int
    }

    enum Reading: Hashable {
        /// As in a folder that has just been made.
        case nothing
        /// Cut short or changed: it says nothing, and is written again with the next commit.
        case unreadable
        case this(Confirmed)
    }

    /// Why what is in the files is not all that was confirmed. Nil when nothing speaks for it.
    ///
    /// SQLite reads a damaged log up to the last commit before the damage, and would carry that
    /// home over pages that are newer. So this comes before it opens the database.
    func damage(of found: WriteAheadLog?) -> StoreError? {
        // Without a log, or with one that was begun later, what is in the database counts: its
        // head is compared when it is known.
        guard let log, let found, found.salts == log.salts, found.pages < log.pages else {
            return nil
        }
        return .damaged(
            "messages.db-wal: of \(log.pages) pages that were confirmed \(found.pages) are "
                + "there and as they were written")
    }

    func damage(ofLogEndingAt head: Int64) -> StoreError? {
        guard head < self.head else { return nil }
        return .damaged(
            "messages.db: the log ends at \(head), but \(self.head) had been confirmed")
    }
}

// MARK: - As text

extension Confirmed {
    /// One line of fixed length, so that it is written in place:
    ///
    ///     confirmed 0000000000000070012 log 3a5f00c117be22d4 0000000402 sum 1a2b3c4d
    var text: [UInt8] {
        var text = Array("confirmed ".utf8)
        text.append(UInt64(head), digits: 19, base: 10)
        text += Array(" log ".utf8)
        text.append(log?.salts ?? 0, digits: 16, base: 16)
        text.append(UInt8(ascii: " "))
        text.append(UInt64(log?.pages ?? 0), digits: 10, base: 10)
        let sum = Self.sum(of: text)
        text += Array(" sum ".utf8)
        text.append(sum, digits: 8, base: 16)
        text.append(UInt8(ascii: "\n"))
        return text
    }

    static func read(from file: borrowing DataFile) throws(StoreError) -> Reading {
        let text = try file.read(textLength + 1, at: 0)
        if text.isEmpty { return .nothing }
        let words = String(decoding: text, as: UTF8.self).split(separator: " ")
        guard text.count == textLength, words.count == 7, let head = Int64(words[1]),
            let salts = UInt64(words[3], radix: 16), let pages = Int(words[4])
        else { return .unreadable }
        let log = pages == 0 ? nil : Log(salts: salts, pages: pages)
        let confirmed = Confirmed(head: head, log: log)
        return confirmed.text == text ? .this(confirmed) : .unreadable
    }

    private static let textLength = Confirmed(head: 0).text.count

    private static func sum(of text: [UInt8]) -> UInt64 {
        var sum = Checksum(seed: Schema.confirmedSeed)
        unsafe sum.add(text: text.span.bytes)
        return UInt64(UInt32(truncatingIfNeeded: sum.value))
    }
}

extension [UInt8] {
    /// With zeros in front.
    fileprivate mutating func append(_ number: UInt64, digits: Int, base: UInt64) {
        var rest = number
        let start = count
        append(contentsOf: repeatElement(0, count: digits))
        for place in (start..<count).reversed() {
            let digit = UInt8(rest % base)
            self[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            rest /= base
        }
    }
}
