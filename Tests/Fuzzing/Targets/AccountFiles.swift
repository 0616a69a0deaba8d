// An account file, written by people and by the server, and ended anywhere by a power cut.
import Delivery
import Protocol

func tryAccounts(_ text: [UInt8]) throws(Broken) {
    let accounts: Accounts
    do throws(AccountsFault) {
        accounts = try Accounts(text)
    } catch {
        return try holdHarmless("\(error)", "a fault")
    }
    try tryPrinting(accounts)
    try tryTail(of: accounts, text)
    try tryEditing(accounts, text)
    try tryCuts(of: text, accounts)
    try tryRegistration(into: text, accounts)
}

/// What was read is written, and read again.
private func tryPrinting(_ accounts: Accounts) throws(Broken) {
    for line in accounts.lines {
        let read = try? AccountLine.read(line.text.span)
        try hold(read == line, "an account is written so that it is another")
    }
    let again = try read(accounts.lines.flatMap { $0.text + [UInt8(ascii: "\n")] }, "a new file")
    try hold(again.lines == accounts.lines, "a new file holds other accounts")
    try hold(again.tornTail == nil, "a new file is torn")
    let names = Set(accounts.lines.map { Array($0.name.folded.utf8) })
    try hold(names.count == accounts.lines.count, "two names differ in case alone")
}

private func tryTail(of accounts: Accounts, _ text: [UInt8]) throws(Broken) {
    guard let tail = accounts.tornTail else { return }
    try hold(tail.offset + tail.count == text.count, "a torn tail that is not the end")
    try hold((1...256).contains(tail.count), "a torn tail of \(tail.count) bytes")
    let sound = try read(Array(text[..<tail.offset]), "the file without its torn tail")
    try hold(sound.lines == accounts.lines && sound.tornTail == nil, "the tail held an account")
}

private func tryEditing(_ accounts: Accounts, _ text: [UInt8]) throws(Broken) {
    let sound = text[..<(accounts.tornTail?.offset ?? text.count)]
    try hold(edited(text) { _ in .keep } == Array(sound), "nothing was edited, and it is not so")

    let emptied = try read(edited(text) { _ in .remove }, "the file without its accounts")
    try hold(emptied.lines.isEmpty, "an account that was removed is there")

    let secret = Secret.hashed(hash)
    let changed = try read(edited(text) { _ in .replace(secret) }, "the file with other secrets")
    try hold(
        changed.lines == accounts.lines.map { AccountLine(name: $0.name, secret: secret) },
        "a secret that was replaced is there")
}

/// A beginning of the file never makes anybody sign in with less than the whole of a hash. (Of a
/// password in plain writing that somebody is just typing no beginning can be told.)
private func tryCuts(of text: [UInt8], _ accounts: Accounts) throws(Broken) {
    var dice = Dice(text)
    let soundBytes = accounts.tornTail?.offset ?? text.count
    for _ in 0..<4 {
        let end = dice.below(soundBytes + 1)
        guard let part = try? Accounts(Array(text[..<end])) else { continue }
        for (place, line) in part.lines.enumerated() {
            if place < accounts.lines.count, accounts.lines[place] == line { continue }
            guard case .word = line.secret, place == part.lines.count - 1 else {
                throw Broken("cut at \(end), \(line.name.text) has another secret")
            }
        }
    }
}

/// What a power cut leaves of a registration is nothing, or all of it; with zeros where a page did
/// not make it to the disk, too. The server starts again.
private func tryRegistration(into text: [UInt8], _ accounts: Accounts) throws(Broken) {
    guard let name = Username("zoe"),
        !accounts.lines.contains(where: { $0.name.folded == name.folded })
    else { return }
    let line = AccountLine(name: name, secret: .hashed(hash))
    let before = Array(text[..<(accounts.tornTail?.offset ?? text.count)])
    let after = Accounts.adding(line, to: before)
    let registered = try read(after, "a registration")
    try hold(registered.lines == accounts.lines + [line], "a registration adds something else")

    var dice = Dice(text)
    for _ in 0..<8 {
        let written = before.count + dice.below(after.count - before.count + 1)
        var torn = Array(after[..<written])
        if dice.below(2) == 0 {
            let zeros = dice.below(after.count - written + 1)
            torn += [UInt8](repeating: 0, count: zeros)
            if dice.below(2) == 0 { torn += after[(written + zeros)...] }
        }
        let left = try read(torn, "a file torn at \(written)")
        try hold(
            left.lines == accounts.lines || left.lines == registered.lines,
            "torn at \(written) the file holds another account")
    }
}

private func read(_ text: [UInt8], _ what: String) throws(Broken) -> Accounts {
    do throws(AccountsFault) {
        return try Accounts(text)
    } catch {
        throw Broken("\(what) cannot be read: \(error)")
    }
}

private func edited(
    _ text: [UInt8], _ edit: (AccountLine) -> Accounts.Edit
) throws(Broken) -> [UInt8] {
    do throws(AccountsFault) {
        return try Accounts.edited(text, by: edit)
    } catch {
        throw Broken("what was read cannot be edited: \(error)")
    }
}

private let hash = Argon2idString(
    "$argon2id$v=19$m=19456,t=2,p=1$iHFWK/t4tuik5H+e+ORmlg"
        + "$9SYN/6ZbjvLAOtBo4NWDMJ0Yr7B0RKylpa4tws1UP0o")!  // complete
