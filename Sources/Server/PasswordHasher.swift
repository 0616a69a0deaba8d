// Argon2id by libsodium, and the comparison with whatever an account file holds.
import CSodium
package import Delivery
package import Protocol

/// Takes some 22 ms and 19 MiB for each hash, so: never on the loop.
package struct PasswordHasher: Sendable {
    /// OWASP's least for Argon2id with one lane: 19 MiB, two passes. libsodium counts in bytes.
    private static let memory = 19_922_944
    private static let passes: UInt64 = 2

    package init() {
        // 1 says that somebody was here before.
        precondition(sodium_init() >= 0, "libsodium finds no randomness")
    }

    /// What is written for a password. Nil when there is no memory for it.
    package func hash(_ password: Password) -> Secret? {
        argon2id(password.bytes).map(Secret.hashed)
    }

    /// Whether it is the password. Without a secret it never is, and finding that out takes as long
    /// as with the kind of secret that is written today.
    package func verify(_ password: Password, _ secret: Secret?) -> Bool {
        switch secret {
        case .hashed(let hash): matches(password.bytes, hash)
        case .hashedSHA1(let hash): matches(SHA1.digest(of: password.bytes).hex, hash)
        case .sha1(let digest): isEqual(SHA1.digest(of: password.bytes).bytes, digest.bytes)
        case .word(let word): isEqual(password.bytes, word.bytes)
        case nil: matches(password.bytes, Self.nobody) && false
        }
    }

    /// A better secret for the same password, without knowing the password. Nil when there is none,
    /// or no memory for it.
    package func upgraded(_ secret: Secret) -> Secret? {
        switch secret {
        case .hashed, .hashedSHA1: nil
        case .sha1(let digest): argon2id(digest.hex).map(Secret.hashedSHA1)
        case .word(let word): hash(word)
        }
    }

    /// Whether a login, when the password is known, should lead to a better secret.
    package func needsRehash(_ secret: Secret) -> Bool {
        switch secret {
        case .hashed(let hash):
            // A text that ends with a NUL, for the time of the call.
            unsafe crypto_pwhash_str_needs_rehash(hash.text, Self.passes, Self.memory) != 0
        case .hashedSHA1, .sha1, .word: true
        }
    }

    /// Nobody's password.
    private static let nobody = Argon2idString(
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZWJvZHkncyBzYWx0IQ"
            + "$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")!  // complete, as the tests see

    private func argon2id(_ bytes: [UInt8]) -> Argon2idString? {
        var text = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        // The text has the length that libsodium asks for; the bytes are passed with theirs.
        let failed = unsafe crypto_pwhash_str_alg(
            &text, bytes.map(CChar.init(bitPattern:)), UInt64(bytes.count), Self.passes,
            Self.memory, crypto_pwhash_ALG_ARGON2ID13)
        guard failed == 0 else { return nil }
        let written = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        guard let hash = Argon2idString(written.span) else {
            preconditionFailure("libsodium writes another form of Argon2id")
        }
        return hash
    }

    private func matches(_ bytes: [UInt8], _ hash: Argon2idString) -> Bool {
        // A text that ends with a NUL, and bytes that are passed with their length.
        unsafe crypto_pwhash_str_verify(
            hash.text, bytes.map(CChar.init(bitPattern:)), UInt64(bytes.count)) == 0
    }

    /// Takes the same time wherever the two differ, in length too.
    private func isEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        let (one, other) = (fingerprint(one), fingerprint(other))
        // Both have 32 bytes.
        return unsafe sodium_memcmp(one, other, one.count) == 0
    }

    private func fingerprint(_ bytes: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: Int(crypto_generichash_BYTES))
        // Each buffer is passed with its own length, and no key with none.
        let failed = unsafe crypto_generichash(
            &result, result.count, bytes, UInt64(bytes.count), nil, 0)
        precondition(failed == 0, "BLAKE2b cannot fail on lengths that it allows")
        return result
    }
}
