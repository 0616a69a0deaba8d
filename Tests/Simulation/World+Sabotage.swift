// Where planted bugs take hold that are more than a word in the right place.

import Protocol
import Store

extension World {
    /// What leaves the server, and what should.
    func leaving(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard sabotage == .outboxDropsBytes, bytes.count > 20, chance.oneIn(10) else {
            return bytes
        }
        return bytes.dropLast()
    }

    func tampered(_ order: StoreOrder) -> StoreOrder {
        guard sabotage == .cursorGoesTooFar,
            case .keep(.read(let account, let through, let own), let id) = order
        else { return order }
        let further = max(through, MessageNumber(model.keptHead))
        return .keep(.read(account, through: further, own: own), for: id)
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
