import Protocol

/// Where somebody connects from, as far as the door is concerned.
package struct Caller: Hashable, Sendable {
    /// An IPv4 address, or the first half of an IPv6 one, which is what one household has.
    package let address: String
    package let isLocal: Bool
    /// Whether a password may be asked for: the way is encrypted, does not leave the machine, or
    /// was allowed by the operator.
    package let mayUsePassword: Bool

    package init(address: String, isLocal: Bool, mayUsePassword: Bool) {
        self.address = address
        self.isLocal = isLocal
        self.mayUsePassword = mayUsePassword
    }
}

/// Attempts and lock-outs, by name and address, whatever connection they come from.
///
/// Blocks run on the clock that nobody can set. Only across a restart the wall time is used, and
/// then what is left is never more than a whole block.
struct Doorman: Sendable {
    enum Outcome: Hashable {
        case mayTryAgain
        case lockedOut(Duration)
    }

    private struct Key: Hashable {
        let name: String
        let address: String
    }

    private struct Record {
        var failures: [Instant] = []
        var blockedUntil: Instant?

        /// When it has nothing more to say.
        func end(_ blockLength: Duration) -> Instant {
            blockedUntil ?? (failures.last ?? Instant(nanoseconds: 0)) + blockLength
        }
    }

    private let blockLength: Duration
    private var records: [Key: Record] = [:]
    private var probes: [String: Probes] = [:]

    private struct Probes {
        var since: Instant
        var count: Int
    }

    init(blockLength: Duration, _ kept: [Refusals], at now: Moment) {
        self.blockLength = blockLength
        for refusals in kept {
            let record = Record(
                failures: refusals.failures.map { Self.instant($0, at: now, atMost: .zero) },
                blockedUntil: refusals.blockedUntil.map {
                    Self.instant($0, at: now, atMost: blockLength)
                })
            records[Key(name: refusals.name, address: refusals.address)] = record
        }
    }

    /// What is left of a block, if there is one.
    func block(of name: Username, from caller: Caller, at now: Instant) -> Duration? {
        guard let until = records[Key(name: name.text, address: caller.address)]?.blockedUntil,
            until > now
        else { return nil }
        return until - now
    }

    /// One wrong password. The second value is to be kept.
    mutating func refuse(
        _ name: Username, from caller: Caller, at now: Moment
    ) -> (Outcome, Refusals) {
        let key = Key(name: name.text, address: caller.address)
        var record = records[key] ?? Record()
        record.blockedUntil = nil
        record.failures.removeAll { now.instant - $0 > blockLength }
        record.failures.append(now.instant)

        var outcome = Outcome.mayTryAgain
        if record.failures.count >= Limits.passwordTries {
            record.failures = []
            record.blockedUntil = now.instant + blockLength
            outcome = .lockedOut(blockLength)
        }
        makeRoom(at: now.instant)
        records[key] = record
        return (outcome, Self.refusals(key, record, at: now))
    }

    /// The right password clears the count. What is returned is to be kept.
    mutating func accept(_ name: Username, from caller: Caller) -> Refusals? {
        let key = Key(name: name.text, address: caller.address)
        guard records.removeValue(forKey: key) != nil else { return nil }
        return Refusals(
            name: key.name, address: key.address, failures: [], blockedUntil: nil)
    }

    /// Whether the address asks for more names than a person would. Those on this machine may.
    mutating func asksTooMuch(_ caller: Caller, at now: Instant) -> Bool {
        guard !caller.isLocal else { return false }
        if probes.count >= Limits.lockouts {
            probes = probes.filter { now - $0.value.since < .seconds(60) }
        }
        var asked = probes[caller.address] ?? Probes(since: now, count: 0)
        if now - asked.since >= .seconds(60) { asked = Probes(since: now, count: 0) }
        asked.count += 1
        probes[caller.address] = asked
        return asked.count > Limits.nameProbesPerMinute
    }

    /// Drops what is over, and if that is not enough, what ends first.
    private mutating func makeRoom(at now: Instant) {
        guard records.count >= Limits.lockouts else { return }
        records = records.filter { $0.value.end(blockLength) > now }
        guard records.count >= Limits.lockouts else { return }
        let ends = records.map { ($0.key, $0.value.end(blockLength)) }.sorted {
            ($0.1, $0.0.name, $0.0.address) < ($1.1, $1.0.name, $1.0.address)
        }
        for (key, _) in ends.prefix(Limits.lockouts / 10) { records[key] = nil }
    }

    private static func instant(
        _ seconds: Int64, at now: Moment, atMost limit: Duration
    ) -> Instant {
        let ahead = max(-86_400 * 366, min(seconds - now.wall.seconds, 86_400 * 366))
        return now.instant + min(.seconds(ahead), limit)
    }

    private static func refusals(_ key: Key, _ record: Record, at now: Moment) -> Refusals {
        func wall(_ instant: Instant) -> Int64 {
            now.wall.seconds + (instant - now.instant).secondsRoundedUp
        }
        return Refusals(
            name: key.name, address: key.address, failures: record.failures.map(wall),
            blockedUntil: record.blockedUntil.map(wall))
    }
}
