// Who is here: what `who` and `last` may say, and must.

import Protocol

extension World {
    /// `names` is the answer to a line that came in then.
    func check(
        _ names: [String], to order: Order, from client: Int, asked: Instant
    ) throws(Violation) {
        let areSorted = zip(names, names.dropFirst()).allSatisfy {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        let exist = names.allSatisfy {
            !server.secrets(of: $0).isEmpty || server.goneAt[$0].map { $0 >= asked } ?? false
        }
        guard areSorted, exist, names.contains(clients[client].talk.name ?? "") else {
            throw Violation(.answer, "\"\(names)\" to \(order)")
        }
        if let missing = present.first(where: {
            isCertainlyHere($0, since: asked) && !names.contains(clients[$0].talk.name ?? "")
        }) {
            throw Violation(.answer, "\(names) to \(order) lacks client \(missing)")
        }
        guard order == .who else { return }
        if let name = names.first(where: { !mayHaveBeenHere($0, since: asked) }) {
            throw Violation(.answer, "\(names) to \(order), and \(name) has gone")
        }
    }

    /// Was let in before, and nothing has come in or happened since that could end it.
    func isCertainlyHere(_ client: Int, since instant: Instant) -> Bool {
        let somebody = clients[client]
        let kernel = links[client][.server]
        guard let welcome = somebody.welcomedAt, welcome < instant,
            somebody.talk.stage == .chatting, somebody.talk.isSettled, !somebody.isBlocked,
            somebody.fence == nil, server.leavingAt == nil,
            let account = somebody.account, model[account]?.hasEnded == false,
            !kernel.endHasArrived, !kernel.isReset, !kernel.isClosed
        else { return false }
        let latest = somebody.lines(kernel).taken?.arrivedAt ?? welcome
        return now - latest < .seconds(conditions.idleSeconds)
    }

    /// Somebody of that name was connected at some time since then.
    func mayHaveBeenHere(_ name: String, since instant: Instant) -> Bool {
        clients.contains { $0.name == name && ($0.leftAt.map { $0 >= instant } ?? true) }
    }
}
