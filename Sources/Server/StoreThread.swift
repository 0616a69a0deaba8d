import Protocol
import Sockets
import Store

/// The thread that owns the store: the only one that writes, commits or reads it.
///
/// It takes all that has come in, makes it durable as one group, and posts what came of it back in
/// one batch. While it commits, the next group gathers: that is all the grouping there is.
final class StoreThread {
    private let orders: SwapBox<StoreOrder>
    /// What came of the orders. For the loop.
    let reports: SwapBox<StoreReport>
    /// What was in the data when it was opened.
    let recovered: Recovered
    private let thread: ThreadHandle

    private enum Opening: Sendable {
        case open(Recovered)
        case failed(StoreError)
    }

    /// Returns when the data is open and understood.
    init(folder: String, findsSenders: Bool) throws(StartError) {
        let opening: SwapBox<Opening>
        do throws(SystemError) {
            orders = try SwapBox()
            reports = try SwapBox()
            opening = try SwapBox()
            thread = try Self.start(folder, findsSenders, orders, reports, opening)
        } catch {
            throw .system(error)
        }
        var outcome: [Opening] = []
        _ = opening.takeWaiting(into: &outcome)
        switch outcome.first {
        case .open(let recovered): self.recovered = recovered
        case .failed(let error):
            thread.join()
            throw .store(error)
        case nil: preconditionFailure("the store's thread ended without a word")
        }
    }

    private static func start(
        _ folder: String, _ findsSenders: Bool, _ orders: SwapBox<StoreOrder>,
        _ reports: SwapBox<StoreReport>, _ opening: SwapBox<Opening>
    ) throws(SystemError) -> ThreadHandle {
        try startThread(named: "store") {
            run(
                folder, findsSenders: findsSenders, orders: orders, reports: reports,
                opening: opening)
        }
    }

    func put(_ batch: inout [StoreOrder]) {
        orders.put(&batch)
    }

    /// Returns when everything that was put is durable and the data is closed.
    func finish() {
        orders.close()
        thread.join()
    }

    private static func run(
        _ folder: String, findsSenders: Bool, orders: SwapBox<StoreOrder>,
        reports: SwapBox<StoreReport>, opening: SwapBox<Opening>
    ) {
        var writer: StoreWriter<SQLiteStore>
        do throws(StoreError) {
            writer = StoreWriter(try SQLiteStore(folder: folder))
            opening.put(.open(try writer.recover(findsSenders: findsSenders)))
        } catch {
            opening.put(.failed(error))
            return
        }

        var batch: [StoreOrder] = []
        var hasRest = true
        while true {
            if hasRest {
                orders.take(into: &batch)
            } else if !orders.takeWaiting(into: &batch) {
                break
            }
            do throws(StoreError) {
                if !batch.isEmpty {
                    var outcome = try writer.turn(batch)
                    reports.put(&outcome)
                }
                hasRest = try writer.rest()
            } catch {
                // The loop ends the process: what was not reported was not promised.
                reports.put(.trouble(error))
                return
            }
        }
        writer.close()
    }
}
