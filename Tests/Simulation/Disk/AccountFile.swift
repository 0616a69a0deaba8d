// `user_pass.txt`: a real one, read and added to by the server's own code, edited by hand, and cut
// short by power cuts. What has to be in it is known here as well.

import Delivery
import Protocol
import Server

struct AccountFile: Sendable {
    private let path: String
    /// As the server has it.
    private var book: AccountBook
    private(set) var lines: [AccountLine] = []
    /// All that ever were in it.
    private var added: [AccountLine] = []
    private var passwords: [Secret: [UInt8]] = [:]
    private var edits = 0
    /// Nobody can make sense of it.
    private(set) var isSpoilt = false

    init(path: String) {
        self.path = path
        book = AccountBook(path: path)
    }

    // MARK: What the server does

    /// The server begins: it knows nothing of the file.
    mutating func reopen() -> Result<AccountBook.Reading, AccountBookTrouble> {
        book = AccountBook(path: path)
        return read()
    }

    mutating func read() -> Result<AccountBook.Reading, AccountBookTrouble> {
        Result { () throws(AccountBookTrouble) in try book.read() }
    }

    mutating func enroll(
        _ name: Username, _ password: Password
    ) throws(AccountBookTrouble) -> Secret {
        let account = line(name, password.bytes)
        try book.enroll(account)
        add(account)
        return account.secret
    }

    /// The new secret; nil when the line has another one by now, or is gone.
    mutating func change(_ name: Username, _ secret: Secret, to password: Password) -> Secret? {
        guard let place = lines.firstIndex(where: { $0.name == name && $0.secret == secret })
        else { return nil }
        lines[place] = line(name, password.bytes)
        added.append(lines[place])
        save()
        return lines[place].secret
    }

    private mutating func line(_ name: Username, _ password: [UInt8]) -> AccountLine {
        let secret = Secret(simulated: password)
        passwords[secret] = password
        return AccountLine(name: name, secret: secret)
    }

    private mutating func add(_ account: AccountLine) {
        lines.append(account)
        added.append(account)
    }

    // MARK: What happens to it

    /// Somebody writes a name into it, unless it is there in whatever case.
    mutating func write(_ name: Username, _ password: [UInt8]) {
        guard !lines.contains(where: { $0.name.folded == name.folded }) else { return }
        add(line(name, password))
        save()
    }

    /// Somebody takes a name out of it.
    mutating func remove(_ name: String) {
        lines.removeAll { $0.name.text == name }
        save()
    }

    /// An editor that is not done yet.
    mutating func spoil() {
        isSpoilt = true
        put(Array("half a line\n".utf8) + Self.text(of: lines))
    }

    mutating func repair() {
        isSpoilt = false
        save()
    }

    private mutating func save() {
        put(Self.text(of: lines))
    }

    /// In place or by renaming, as editors do. The file's time is one that it never had: for the
    /// kernel's clock, which moves every 4 ms, a whole world may be one moment.
    private mutating func put(_ text: [UInt8]) {
        edits += 1
        let place = edits.isMultiple(of: 2) ? path : path + "~"
        DataOnDisk.replace(text, at: place)
        DataOnDisk.setTime(of: place, to: edits)
        if place != path { DataOnDisk.move(place, to: path) }
    }

    /// What is left of a registration when the power fails before it is on disk: some beginning of
    /// its line, and it counts when the line end alone is missing.
    mutating func append(_ name: Username, _ password: Password, _ chance: inout Chance) {
        guard !isSpoilt, !lines.contains(where: { $0.name.folded == name.folded }) else { return }
        let account = line(name, password.bytes)
        let text = account.text + [UInt8(ascii: "\n")]
        let count = chance.number(0...text.count)
        DataOnDisk.replace(DataOnDisk.read(path) + text.prefix(count), at: path)
        if count >= text.count - 1 { add(account) }
    }

    private static func text(of lines: [AccountLine]) -> [UInt8] {
        lines.flatMap { $0.text + [UInt8(ascii: "\n")] }
    }

    // MARK: What is in it

    func hasHeld(_ name: String, _ password: [UInt8]) -> Bool {
        added.contains { $0.name.text == name && $0.secret == Secret(simulated: password) }
    }

    func password(of name: String) -> [UInt8]? {
        lines.first { $0.name.text == name }.flatMap { passwords[$0.secret] }
    }

    func holds(_ name: String) -> Bool {
        lines.contains { $0.name.text == name }
    }
}

extension Secret {
    /// In place of Argon2id, which takes 20 ms for good reason: as long, and as different for every
    /// password, but made in no time.
    init(simulated password: [UInt8]) {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in password { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef".utf8)
        var hash: [UInt8] = []
        for _ in 0..<42 {
            state = (state ^ state >> 29) &* 0xbf58_476d_1ce4_e5b9
            hash.append(letters[Int(state >> 59)])
        }
        let text =
            "$argon2id$v=19$m=8,t=1,p=1$c2ltdWxhdGlvbg$\(String(decoding: hash, as: UTF8.self))"
        // 32 bytes leave two bits of the last letter unused. Written as `Argon2idString` wants it.
        self = .hashed(Argon2idString(text + "A")!)
    }
}
