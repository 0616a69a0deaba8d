// The whole server, and whatever bytes make happen to it.

func tryServer(_ bytes: [UInt8]) throws(Broken) {
    let script = Script(bytes)
    var server = try FuzzedServer(script.conditions, .nowhere)
    for step in script.steps { try server.take(step) }
    for life in server.lives.joined() { try Hearing.hold(life) }

    let whole = server.lives
    let cut: Cut = bytes.count.isMultiple(of: 2) ? .everywhere : .somewhere
    var other = try FuzzedServer(script.conditions, cut)
    for step in script.steps { try other.take(step) }
    if script.isRacy {
        for life in other.lives.joined() { try Hearing.hold(life) }
    } else {
        try hold(
            other.lives == whole, "cut \(cut) it says \(text(other.lives)), not \(text(whole))")
    }

    try server.calm()
    try MailCounts(server.switchboard).holdTrue(server.disk.log)
    try RoomFacts(server.switchboard).holdTrue(server.disk.log)
}

/// What all clients together hear of it.
package func whatIsHeard(in script: [UInt8]) throws(Broken) -> String {
    let script = Script(script)
    var server = try FuzzedServer(script.conditions, .nowhere)
    for step in script.steps { try server.take(step) }
    return text(server.lives)
}

private func text(_ lives: [[FuzzedServer.Life]]) -> String {
    lives.joined().map { String(decoding: $0.heard, as: UTF8.self) }.joined(separator: "\n…\n")
}
