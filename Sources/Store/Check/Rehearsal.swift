// A server's first steps on data, without a server: whether it would find everything.
import Protocol

/// Opens data as a server does, and reads all mail that waits.
package enum Rehearsal {
    /// Compares with what the log says. The data is changed as a server would change it: for
    /// copies.
    package static func run(
        folder: String, _ report: inout DataReport, progress: (Progress) -> Void
    ) {
        do throws(StoreError) {
            let store = try SQLiteStore(folder: folder)
            defer { store.close() }
            let recovered = try store.recover()
            if recovered != report.replayed {
                report.find("opened as by a server", "not what the log says")
            }
            let readers = recovered.accounts.filter { !$0.hasEnded }
            let spans = recovered.spans
            for (place, reader) in readers.enumerated() {
                progress(Progress("reading mailboxes", Int64(place), of: Int64(readers.count)))
                try read(reader, spans[reader.number] ?? [], store, &report)
            }
        } catch {
            report.find("opened as by a server", error.text)
        }
    }

    private static func read(
        _ reader: Recovered.Account, _ rooms: [RoomSpan], _ store: SQLiteStore,
        _ report: inout DataReport
    ) throws(StoreError) {
        var after = reader.cursor
        var own = 0
        while true {
            let page = try store.mail(
                MailQuery(
                    reader: reader.number, after: after, through: MessageNumber(.max),
                    rooms: rooms,
                    apart: reader.apart),
                bytes: Limits.mailPageBytes)
            own += page.letters.count { $0.room == nil && $0.letter.isOwn }
            for what in page.damage { report.find("mail of \(reader.name.text)", what) }
            guard !page.isLast, let last = page.end else { break }
            after = last
        }
        if own != reader.waiting {
            report.find(
                "mail of \(reader.name.text)",
                "\(own) letters can be read, but \(reader.waiting) wait")
        }
    }
}

extension Letter {
    fileprivate var isOwn: Bool { if case .everyone = to { false } else { true } }
}

extension MailPage {
    fileprivate var end: MessageNumber? {
        [letters.last?.number, news.last?.number, lost.last?.number].compactMap(\.self).max()
    }
}
