// What stands in the account file in place of a password, in every handwriting it has had.
package import Protocol

/// What a password is compared with. Prints as dots wherever it goes.
package enum Secret: Hashable, Sendable {
    /// Argon2id of the password: what registration writes.
    case hashed(Argon2idString)
    /// Argon2id of the lower-case hex of the password's SHA-1: what is made of an older secret
    /// by somebody who does not know the password.
    case hashedSHA1(Argon2idString)
    /// As the first chatserv wrote it.
    case sha1(SHA1Digest)
    /// The password itself.
    case word(Password)

    /// Whether who steals the file has the passwords, or soon will.
    package var isOlder: Bool {
        switch self {
        case .hashed, .hashedSHA1: false
        case .sha1, .word: true
        }
    }

    /// What stands before the hash in `hashedSHA1`.
    package static let sha1Mark = "$sha1"
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// 20 bytes, in the file as 40 hexadecimal digits.
package struct SHA1Digest: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        precondition(bytes.count == 20, "SHA-1 has 20 bytes, not \(bytes.count)")
        self.bytes = bytes
    }

    /// Nil unless it is 40 digits, in either case.
    package init?(hex: Span<UInt8>) {
        guard hex.count == 40 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20)
        for at in stride(from: 0, to: 40, by: 2) {
            guard let high = hex[at].hexDigitValue, let low = hex[at + 1].hexDigitValue
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    /// In lower case.
    package var hex: [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xf)]] }
    }
}

extension UInt8 {
    fileprivate var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
