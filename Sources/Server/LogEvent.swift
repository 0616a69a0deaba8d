import Delivery
import Protocol

// Events as text: `at=… event=… key=value …`, or the same as JSON. One event, one line, whatever
// is in its fields.

/// One line of the log.
struct LogEvent: Sendable {
    let name: StaticString
    let fields: [(key: StaticString, value: String)]
    let at: WallTime

    init(_ name: StaticString, _ fields: [(StaticString, String)], at: WallTime) {
        self.name = name
        self.fields = fields.map { (key: $0.0, value: $0.1) }
        self.at = at
    }

    func append(to bytes: inout [UInt8], as format: LogFormat) {
        let all =
            [("at", at.iso8601), ("event", "\(name)")] + fields.map { ("\($0.key)", $0.value) }
        switch format {
        case .text:
            let parts = all.map { key, value in
                "\(key)=\(Self.needsQuotes(value) ? value.jsonQuoted : value)"
            }
            bytes.append(contentsOf: parts.joined(separator: " ").utf8)
        case .json:
            let parts = all.map { key, value in "\(key.jsonQuoted):\(value.jsonQuoted)" }
            bytes.append(contentsOf: "{\(parts.joined(separator: ","))}".utf8)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func needsQuotes(_ value: String) -> Bool {
        value.isEmpty
            || !value.utf8.allSatisfy {
                (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
            }
    }
}

extension Note {
    /// What happened, as a line of the log.
    func event(at: WallTime) -> LogEvent {
        switch self {
        case .signedIn(let session, let user, let caller):
            LogEvent(
                "signed-in",
                [("session", session.text), ("user", user.text), ("from", caller.address)], at: at)
        case .signedOut(let session, let user):
            LogEvent("signed-out", [("session", session.text), ("user", user.text)], at: at)
        case .registered(let session, let user, let caller):
            LogEvent(
                "registered",
                [("session", session.text), ("user", user.text), ("from", caller.address)], at: at)
        case .refusedLogin(let session, let caller):
            LogEvent(
                "refused-login", [("session", session.text), ("from", caller.address)], at: at)
        case .lockedOut(let session, let caller, let length):
            LogEvent(
                "locked-out",
                [
                    ("session", session.text), ("from", caller.address),
                    ("seconds", "\(length.secondsRoundedUp)"),
                ], at: at)
        case .overrun(let session, let caller):
            LogEvent("busy", [("session", session.text), ("from", caller.address)], at: at)
        case .kept(let session, let number, let from, let readers, let bytes):
            LogEvent(
                "kept",
                [
                    ("session", session.text), ("message", "\(number.value)"), ("user", from.text),
                    ("readers", "\(readers)"), ("bytes", "\(bytes)"),
                ], at: at)
        case .notKept(let session, let from, let readers, let bytes):
            LogEvent(
                "not-kept",
                [
                    ("session", session.text), ("user", from.text), ("readers", "\(readers)"),
                    ("bytes", "\(bytes)"),
                ], at: at)
        case .changedPassword(let session, let user):
            LogEvent(
                "password-changed", [("session", session.text), ("user", user.text)], at: at)
        case .read(let session, let user, let through):
            LogEvent(
                "read",
                [
                    ("session", session.text), ("user", user.text),
                    ("through", "\(through.value)"),
                ], at: at)
        case .unreadable(let session, let user):
            LogEvent("unreadable", [("session", session.text), ("user", user.text)], at: at)
        case .reread(let added, let removed, let changed):
            LogEvent(
                "accounts-read",
                [("added", "\(added)"), ("removed", "\(removed)"), ("changed", "\(changed)")],
                at: at)
        }
    }
}

extension SessionID {
    fileprivate var text: String { "\(slot).\(generation)" }
}

extension SessionID? {
    fileprivate var text: String { self?.text ?? "-" }
}

extension String {
    /// Between quotes, with everything escaped that could end them or the line.
    fileprivate var jsonQuoted: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20 || MessageText.isHarmful(scalar):
                let digits = String(scalar.value & 0xffff, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
