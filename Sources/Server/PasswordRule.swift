// Which passwords are good enough, which depends on who can try them.
package import Protocol

/// On loopback every password will do. Where other machines can connect, no guess of the first
/// minutes may be right.
package struct PasswordRule: Hashable, Sendable {
    package let isExposed: Bool

    package init(isExposed: Bool) {
        self.isExposed = isExposed
    }

    /// Of what `user_pass.txt` is shipped with. Everybody can read them there.
    package static let samples: [(name: String, password: String)] = [
        ("alice", "wonderland"), ("bob", "builder"), ("carol", "singing"),
    ]

    /// As a new password.
    package func mayBeChosen(_ password: Password) -> Bool {
        guard isExposed else { return true }
        return password.bytes.count >= Self.bytesMin && !isSample(password)
            && !CommonPasswords.contain(password)
    }

    /// To sign in with, when it is right: an account may be older than the rule for new passwords.
    package func mayBeUsed(_ password: Password) -> Bool {
        !isExposed || !isSample(password)
    }

    private func isSample(_ password: Password) -> Bool {
        Self.samples.contains { $0.password.utf8.elementsEqual(password.bytes) }
    }

    /// The least that ASVS 6.2.1 allows.
    package static let bytesMin = 8
}
