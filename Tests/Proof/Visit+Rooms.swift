// What people do in rooms, and with their passwords, each step written down as it is confirmed.

extension Visit {
    /// Whether it is there now.
    @discardableResult
    func make(_ room: String) throws -> Bool {
        var isMade = false
        history.making(room)
        try ask("create \(room) forever") { reply in
            guard reply.hasPrefix("created:\(room):"),
                let number = reply.split(separator: ":").last.flatMap({ Int($0) })
            else { return ["error:limit:create", "error:storage:create"].contains(reply) }
            history.made(room, number: number, by: reader)
            isMade = true
            return true
        }
        return isMade
    }

    func close(_ room: String) throws {
        history.closing(room)
        try ask("close \(room)") { reply in
            guard reply == "closed:\(room)" else { return reply == "error:storage:close" }
            history.closed(room)
            return true
        }
    }

    func enter(_ room: String) throws {
        history.entering(room, reader)
        try ask("join \(room)") { reply in
            guard reply.hasPrefix("joined:\(room):") else { return reply == "error:storage:join" }
            history.entered(room, reader)
            return true
        }
    }

    func leave(_ room: String) throws {
        history.leaving(room, reader)
        try ask("leave \(room)") { reply in
            guard reply == "left:\(room)" else { return reply == "error:storage:leave" }
            history.left(room, reader)
            return true
        }
    }

    func changePassword(from old: String, to new: String) throws {
        history.choose(new, for: reader)
        try say("passwd")
        guard try hearReply() == "password" else { throw Leaving.cutOff }
        try say(old)
        try say(new)
        try ask(new) { reply in
            switch reply {
            case "changed": history.confirmChoice(for: reader)
            case "error:busy": history.refuseChoice(for: reader)
            default: return false
            }
            return true
        }
    }

    /// What the reply means is noted before the mail behind it is read.
    private func ask(_ line: String, _ isExpected: (String) -> Bool) throws {
        try say(line)
        let reply = try hearReply()
        if !isExpected(reply) { history.odd("\(reader) says \(line) and reads \(reply)") }
        try hearMail(after: reply)
    }
}
