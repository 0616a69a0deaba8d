// One line of the account file, both ways. Three handwritings are read:
//
//     alice $argon2id$v=19$m=19456,t=2,p=1$…$…    what is written today ($sha1$argon2id$… as well)
//     bob builder                                 the password itself
//     carol,5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8
package import Protocol

/// An account: who, and how it is proven.
package struct AccountLine: Hashable, Sendable {
    package let name: Username
    package let secret: Secret

    package init(name: Username, secret: Secret) {
        self.name = name
        self.secret = secret
    }

    /// As it stands in the file, without its line end.
    package var text: [UInt8] {
        var text = Array(name.text.utf8)
        switch secret {
        case .hashed(let hash):
            text.append(UInt8(ascii: " "))
            text.append(contentsOf: hash.text.utf8)
        case .hashedSHA1(let hash):
            text.append(UInt8(ascii: " "))
            text.append(contentsOf: Secret.sha1Mark.utf8)
            text.append(contentsOf: hash.text.utf8)
        case .sha1(let digest):
            text.append(UInt8(ascii: ","))
            text.append(contentsOf: digest.hex)
        case .word(let password):
            text.append(UInt8(ascii: " "))
            text.append(contentsOf: password.bytes)
        }
        return text
    }

    /// Reads a line without its line end; nil when it holds nothing, or a remark.
    package static func read(_ line: Span<UInt8>) throws(AccountsFault.Reason) -> AccountLine? {
        var start = 0
        var end = line.count
        while start < end, line[start].isBlank { start += 1 }
        // A CR too, however many: a password that ended with one could never be written down.
        while start < end, line[end - 1].isBlank || line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        guard start < end, line[start] != UInt8(ascii: "#") else { return nil }

        var separator = start
        while separator < end, !line[separator].isBlank, line[separator] != UInt8(ascii: ",") {
            separator += 1
        }
        guard separator < end else { throw .noSecret }
        let name = try username(line.extracting(start..<separator))

        if line[separator] == UInt8(ascii: ",") {
            guard let digest = SHA1Digest(hex: line.extracting((separator + 1)..<end)) else {
                throw .incompleteSHA1
            }
            return AccountLine(name: name, secret: .sha1(digest))
        }
        while line[separator].isBlank { separator += 1 }
        let secret = line.extracting(separator..<end)
        return AccountLine(
            name: name,
            secret: secret[0] == UInt8(ascii: "$") ? try hash(secret) : try word(secret))
    }

    private static func username(_ text: Span<UInt8>) throws(AccountsFault.Reason) -> Username {
        guard let text = try? UTF8Span(validating: text) else { throw .notUTF8 }
        let name = String(copying: text)
        // Most names are as they can be registered today, and that is the quicker question.
        guard let name = Username(name) ?? Username(older: name) else { throw .impossibleName }
        return name
    }

    private static func hash(_ text: Span<UInt8>) throws(AccountsFault.Reason) -> Secret {
        if let hash = Argon2idString(text) { return .hashed(hash) }
        let mark = Array(Secret.sha1Mark.utf8)
        guard text.count > mark.count,
            mark.indices.allSatisfy({ text[$0] == mark[$0] }),
            let hash = Argon2idString(text.extracting(droppingFirst: mark.count))
        else { throw .incompleteHash }
        return .hashedSHA1(hash)
    }

    private static func word(_ text: Span<UInt8>) throws(AccountsFault.Reason) -> Secret {
        var word: [UInt8] = []
        word.reserveCapacity(text.count)
        for at in text.indices {
            if text[at].isBlank { throw .blankInWord }
            word.append(text[at])
        }
        guard (try? UTF8Span(validating: text)) != nil else { throw .notUTF8 }
        guard let password = Password(word) else {
            throw word.contains(0) ? .zeroByte : .longWord
        }
        return .word(password)
    }
}
