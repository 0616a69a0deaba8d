import Protocol

/// Compares the rows of `refusals` with what the log says.
///
/// A row was written when a segment was closed that has news of it, with the state of that moment.
/// So it has the last news of the closed segments, or some later one.
struct RefusalsCheck {
    /// Nil: forgotten.
    private var possible: [RefusalKey: [Refusals?]] = [:]

    mutating func advance(to entry: Entry, isClosed: Bool) {
        guard case .refusals(let news) = entry else { return }
        let state = news.isEmpty ? nil : news
        if isClosed {
            possible[RefusalKey(news)] = [state]
        } else {
            possible[RefusalKey(news), default: [nil]].append(state)
        }
    }

    mutating func finish(_ database: Database, _ report: inout DataReport) {
        do throws(StoreError) {
            let rows = try database.prepare("SELECT * FROM refusals")
            while try rows.step() {
                guard rows.isIntact(seed: Schema.refusalsSeed), let row = rows.refusals else {
                    report.find("refusals, \(rows.text(0))", "not what was written")
                    continue
                }
                if possible.removeValue(forKey: RefusalKey(row))?.contains(row) != true {
                    report.find("refusals, \(row.name) from \(row.address)", "not as in the log")
                }
            }
            for (key, states) in possible where !states.contains(nil) {
                let name = String(decoding: key.name, as: UTF8.self)
                let address = String(decoding: key.address, as: UTF8.self)
                report.find("refusals, \(name) from \(address)", "missing")
            }
        } catch {
            report.find("refusals", error.text)
        }
    }
}
