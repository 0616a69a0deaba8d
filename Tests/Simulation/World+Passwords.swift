// Somebody who is signed in wants another password.

import Delivery
import Protocol

extension World {
    func check(
        _ reply: String, old: [UInt8], new: [UInt8], again: [UInt8], _ client: Int
    ) throws(Violation) {
        let name = clients[client].talk.name ?? ""
        let mayBeTaken = new == again && !new.isEmpty && new != [0]
        switch reply {
        case "changed":
            guard mayBeTaken, file.hasHeld(name, new), file.hasHeld(name, old) else {
                throw Violation(
                    .door, "\(name) changes a password that is none, or not in the file")
            }
            tally.count(.passwordIsChanged)
            if let person = clients[client].person { people[person].password = new }
        case "error:args:passwd":
            guard !mayBeTaken else { throw Violation(.door, "\(reply) to \(name)") }
        case "error:denied:passwd":
            guard mayBeTaken else { throw Violation(.door, "\(reply) to \(name)") }
            tally.count(.passwordIsNotChanged)
        default:
            break
        }
    }
}
