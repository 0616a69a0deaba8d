package import Protocol
import Sockets
package import Store

/// What the loop wants of the search index.
package enum SearchOrder: Hashable, Sendable {
    case find(SearchQuery, for: SessionID)
    /// The log has come so far; the index can follow.
    case follow(MessageNumber)
}

/// What came of it.
package enum SearchReport: Sendable {
    case found(Found, for: SessionID)
    /// With a session, when one waits for it.
    case failed(StoreError, for: SessionID?)
}

/// The thread that owns the search index. It fills it a slice at a time, behind everybody else, and
/// looks into it when somebody asks: nothing here is in the way of a message.
final class SearchThread {
    private let orders: SwapBox<SearchOrder>
    /// For the loop.
    let reports: SwapBox<SearchReport>
    private let thread: ThreadHandle
    private var told = MessageNumber.zero

    init(folder: String) throws(SystemError) {
        let orders = try SwapBox<SearchOrder>()
        let reports = try SwapBox<SearchReport>()
        self.orders = orders
        self.reports = reports
        thread = try startThread(named: "search") {
            letOthersGoFirst()
            var desk = SearchDesk(folder: folder, reports: reports)
            desk.work(orders)
        }
    }

    /// Takes all of them and leaves an empty array.
    func put(_ batch: inout [SearchOrder], head: MessageNumber) {
        if head > told {
            told = head
            batch.append(.follow(head))
        }
        if !batch.isEmpty { orders.put(&batch) }
    }

    /// Returns when the index is closed. What it lacks it learns the next time.
    func finish() {
        orders.close()
        thread.join()
    }
}

/// What the thread does.
private struct SearchDesk {
    let folder: String
    let reports: SwapBox<SearchReport>
    private var index: SearchIndex?
    private var head = MessageNumber.zero
    /// Said once, until it works again.
    private var hasFailed = false

    init(folder: String, reports: SwapBox<SearchReport>) {
        self.folder = folder
        self.reports = reports
    }

    mutating func work(_ orders: SwapBox<SearchOrder>) {
        var batch: [SearchOrder] = []
        var hasMore = false
        while true {
            if hasMore, !orders.isClosed {
                orders.take(into: &batch)
            } else if !orders.takeWaiting(into: &batch) {
                return
            }
            for order in batch { obey(order) }
            hasMore = fill()
        }
    }

    private mutating func obey(_ order: SearchOrder) {
        switch order {
        case .follow(let number):
            head = max(head, number)
        case .find(let query, let session):
            do throws(StoreError) {
                try catchUp(with: query.head)
                reports.put(.found(try opened().find(query), for: session))
            } catch {
                index = nil
                reports.put(.failed(error, for: session))
            }
        }
    }

    /// For a moment, so that whoever looks for what was just said finds it.
    private mutating func catchUp(with number: MessageNumber) throws(StoreError) {
        head = max(head, number)
        let end = MonotonicClock.nanoseconds + Self.patience
        while try opened().fill(through: head), MonotonicClock.nanoseconds < end {}
    }

    private static let patience: Int64 = 200_000_000

    /// Whether there is more to do.
    private mutating func fill() -> Bool {
        do throws(StoreError) {
            let hasMore = try opened().fill(through: head)
            hasFailed = false
            return hasMore
        } catch {
            index = nil
            if !hasFailed { reports.put(.failed(error, for: nil)) }
            hasFailed = true
            return false
        }
    }

    private mutating func opened() throws(StoreError) -> SearchIndex {
        if let index { return index }
        let index = try SearchIndex(folder: folder)
        self.index = index
        return index
    }
}
