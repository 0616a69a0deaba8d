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

    /// What a wrong password leads to.
    struct Refusal: Hashable {
        let outcome: Outcome
        /// What is known now. To be kept.
        let known: Refusals
        /// What was dropped to make room. To be kept as well: that nothing is known any more.
        let forgotten: [Refusals]
    }

    private struct Key: Hashable, Comparable {
        let name: Username
        let address: String

        static func < (left: Key, right: Key) -> Bool {
            (left.name, left.address) < (right.name, right.address)
        }
    }

    private struct Record {
        var failures: [Instant] = []
        var blockedUntil: Instant?

        /// After this it has nothing more to say.
        func end(_ blockLength: Duration) -> Instant {
            blockedUntil ?? (failures.last ?? Instant(nanoseconds: 0)) + blockLength
        }
    }

    private let blockLength: Duration
    /// For so many names and addresses.
    private let room: Int
    private var records: [Key: Record] = [:]
    /// Names that each address has asked for since then.
    private var probes: [String: Int] = [:]
    private var probesSince: Instant

    init(
        blockLength: Duration, room: Int = Limits.lockouts, _ kept: [Refusals], at now: Moment
    ) {
        self.blockLength = blockLength
        self.room = room
        probesSince = now.instant
        for refusals in kept {
            guard let name = Username(older: refusals.name) else { continue }
            records[Key(name: name, address: refusals.address)] = Record(
                failures: refusals.failures.map { Self.instant($0, at: now, atMost: .zero) },
                blockedUntil: refusals.blockedUntil.map {
                    Self.instant($0, at: now, atMost: blockLength)
                })
        }
    }

    /// What is left of a block, if there is one.
    func block(of name: Username, from caller: Caller, at now: Instant) -> Duration? {
        guard let until = records[Key(name: name, address: caller.address)]?.blockedUntil,
            until > now
        else { return nil }
        return until - now
    }

    /// One wrong password, where there is no block.
    mutating func refuse(_ name: Username, from caller: Caller, at now: Moment) -> Refusal {
        let key = Key(name: name, address: caller.address)
        var record = records.removeValue(forKey: key) ?? Record()
        record.blockedUntil = nil
        record.failures.removeAll { now.instant - $0 > blockLength }
        record.failures.append(now.instant)

        var outcome = Outcome.mayTryAgain
        if record.failures.count >= Limits.passwordTries {
            record.failures = []
            record.blockedUntil = now.instant + blockLength
            outcome = .lockedOut(blockLength)
        }
        // A tenth at once, so that the search for the stalest is rare.
        let forgotten =
            records.count < room ? [] : forgetStalest(downTo: room - room / 10, at: now.instant)
        records[key] = record
        return Refusal(
            outcome: outcome, known: Self.refusals(key, record, at: now), forgotten: forgotten)
    }

    /// The right password clears the count. What is returned is to be kept.
    mutating func accept(_ name: Username, from caller: Caller) -> Refusals? {
        let key = Key(name: name, address: caller.address)
        return records.removeValue(forKey: key).map { _ in Self.nothing(key) }
    }

    /// Whether the address asks for more names than a person would. Those on this machine may.
    mutating func asksTooMuch(_ caller: Caller, at now: Instant) -> Bool {
        guard !caller.isLocal else { return false }
        // Who has so many addresses is not held up by this, and others should not be.
        if now - probesSince >= .seconds(60) || probes.count >= room {
            probes = [:]
            probesSince = now
        }
        probes[caller.address, default: 0] += 1
        return probes[caller.address, default: 0] > Limits.nameProbesPerMinute
    }

    /// Drops what is over, and more if there is no room for it. What is returned is to be kept.
    mutating func forgetStalest(at now: Instant) -> [Refusals] {
        forgetStalest(downTo: room, at: now)
    }

    /// Drops what is over, and if that leaves more than so many, what ends first.
    private mutating func forgetStalest(downTo most: Int, at now: Instant) -> [Refusals] {
        let ends = records.map { ($0.value.end(blockLength), $0.key) }.sorted { $0 < $1 }
        let over = ends.prefix { $0.0 < now }.count
        return ends.prefix(max(over, ends.count - most)).map { _, key in
            records[key] = nil
            return Self.nothing(key)
        }
    }

    private static func nothing(_ key: Key) -> Refusals {
        Refusals(name: key.name.text, address: key.address, failures: [], blockedUntil: nil)
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
            name: key.name.text, address: key.address, failures: record.failures.map(wall),
            blockedUntil: record.blockedUntil.map(wall))
    }
}
