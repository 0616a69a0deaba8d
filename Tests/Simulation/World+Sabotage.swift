// Where planted bugs take hold that are more than a word in the right place.

import Protocol
import Store

extension World {
    /// What leaves the server, and what should.
    func leaving(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard bytes.count > 20 else { return bytes }
        switch sabotage {
        case .outboxDropsBytes where chance.oneIn(10): return bytes.dropLast()
        case .bellsRing where chance.oneIn(10): return [0x07] + bytes
        default: return bytes
        }
    }

    func tampered(_ isBusy: Bool) -> Bool {
        switch sabotage {
        case .roomIsNotNoticed: false
        case .loopNeverSleeps: isBusy || server.unwritten > 0
        default: isBusy
        }
    }

    func tampered(_ reports: [StoreReport]) -> [StoreReport] {
        guard sabotage == .reportsGoAstray else { return reports }
        // Who waits for the next group.
        for case .keep(.letter, let session?) in server.orders {
            return reports.map { report in
                guard case .kept(.letter(let letter), let number, _?) = report else {
                    return report
                }
                return .kept(.letter(letter), number, for: session)
            }
        }
        return reports
    }

    /// Until the store's word is heard, in microseconds.
    var patience: Int {
        sabotage == .reportsComeLate && chance.oneIn(50) ? 10_000_000 : chance.number(1...400)
    }

    func tampered(_ order: StoreOrder) -> StoreOrder {
        guard case .keep(let entry, let id) = order else { return order }
        switch (sabotage, entry) {
        case (.cursorGoesTooFar, .read(let account, let through, let own)):
            let further = max(through, MessageNumber(model.keptHead))
            return .keep(.read(account, through: further, own: own), for: id)
        case (.talkReadsEverything, .readApart(let account, _, let through, let own)):
            return .keep(.read(account, through: through, own: own), for: id)
        case (.roomNumbersComeBack, .roomOpened(let opening)):
            let ended = model.town.houses.values.filter { !$0.isOpen }.map(\.number).min()
            let again = RoomOpening(
                room: ended ?? opening.room, name: opening.name, maker: opening.maker,
                lifetime: opening.lifetime, limit: opening.limit, at: opening.at)
            return .keep(.roomOpened(again), for: id)
        default:
            return order
        }
    }

    func reportBeforeCommit() {
        var number = model.keptHead
        for case .keep(let entry, let session) in server.group {
            number += 1
            server.reports.append(.kept(entry, MessageNumber(number), for: session))
        }
        wakeServer()
    }
}
