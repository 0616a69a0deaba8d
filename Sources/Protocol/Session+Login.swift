// The transitions of a session until the welcome.

extension Session {
    mutating func greet(_ line: Line) -> [Effect] {
        guard case .text(let bytes) = line else {
            return becomeGuest(.greeting, [.say(.username)])
        }
        guard !bytes.allSatisfy(\.isBlank) else { return [] }

        if let request = OneLineRequest(bytes) {
            return begin(request)
        }
        guard let name = Username(older: String(decoding: bytes, as: UTF8.self)) else {
            return becomeGuest(.offering(nil), [.say(.register)])
        }
        return becomeGuest(.inquiring(name, .steps), [.inquire(name)])
    }

    private mutating func begin(_ request: OneLineRequest) -> [Effect] {
        switch request {
        case .login(let name?, let intent):
            return becomeGuest(.inquiring(name, intent), [.inquire(name)])
        case .login(nil, _):
            return becomeGuest(.offering(nil), [.say(.register)])
        case .new(let name?, let password?):
            return becomeGuest(
                .enrolling(name, .new), [.register(name, password, thenEnter: true)])
        case .new:
            return becomeGuest(.greeting, [.say(.username)])
        }
    }

    mutating func consider(_ name: Username, _ intent: Intent, _ standing: Standing) -> [Effect] {
        switch (standing, intent) {
        case (.known, .login(let password)):
            return becomeGuest(.verifying(name), [.prove(name, password)])
        case (.known, .steps), (.known, .new):
            return becomeGuest(.proving(name), [.say(.password)])
        case (.unknown(let mayRegister), _):
            return becomeGuest(.offering(mayRegister ? name : nil), [.say(.register)])
        case (.present, _):
            return becomeGuest(.greeting, [.say(.connected)])
        case (.blocked(let seconds), _):
            return leave([.say(.blocked(seconds: seconds)), .hangUp])
        case (.busy, _):
            return becomeGuest(.greeting, [.say(.busy)])
        case (.insecure, _):
            return becomeGuest(.greeting, [.say(.insecure)])
        }
    }

    mutating func decide(_ name: Username?, _ line: Line) -> [Effect] {
        guard let name, line == .text([UInt8(ascii: "y")]) else {
            return becomeGuest(.greeting, [.say(.username)])
        }
        return becomeGuest(.choosing(name, first: nil), [.say(.password)])
    }

    /// Both lines are taken before anything is answered.
    mutating func choose(_ name: Username, _ first: Password?, _ line: Line) -> [Effect] {
        // A line that cannot be a password still is one of the two: it equals nothing.
        let password = Self.password(line)
        guard let first else {
            return becomeGuest(.choosing(name, first: password ?? .impossible), [])
        }
        guard first == password else {
            return becomeGuest(.choosing(name, first: nil), [.say(.password)])
        }
        return becomeGuest(.enrolling(name, .steps), [.register(name, first, thenEnter: false)])
    }

    mutating func conclude(
        _ name: Username, _ intent: Intent, _ outcome: Enrolment
    ) -> [Effect] {
        switch (outcome, intent) {
        case (.registered, .new):
            // Straight on to the welcome, without a password.
            return becomeGuest(.verifying(name), [.say(.registered)])
        case (.registered, _):
            return becomeGuest(.greeting, [.say(.registered)])
        case (.exists, .new):
            return becomeGuest(.greeting, [.say(.exists)])
        case (.badPassword, .steps), (.badPassword, .login):
            return becomeGuest(.choosing(name, first: nil), [.say(.password)])
        case (.exists, _), (.impossible, _), (.badPassword, .new):
            return becomeGuest(.greeting, [.say(.username)])
        case (.busy, _):
            return becomeGuest(.greeting, [.say(.busy)])
        case (.unable, _):
            return becomeGuest(.greeting, [.say(.registerStorage)])
        }
    }

    mutating func prove(_ name: Username, _ line: Line) -> [Effect] {
        // Return pressed once too often is no guess.
        if line == .text([]) { return [] }
        return becomeGuest(.verifying(name), [.prove(name, Self.password(line))])
    }

    mutating func conclude(_ name: Username, _ verdict: Verdict) -> [Effect] {
        switch verdict {
        case .wrong:
            return becomeGuest(.proving(name), [.say(.password)])
        case .busy:
            return becomeGuest(.greeting, [.say(.busy)])
        case .welcome:
            return become(.reading, [.say(.welcome), .collect])
        case .present:
            return becomeGuest(.greeting, [.say(.connected)])
        case .lockedOut(let seconds):
            return leave([.say(.blockLength(seconds: seconds)), .hangUp])
        case .blocked(let seconds):
            return leave([.say(.blocked(seconds: seconds)), .hangUp])
        case .unknown:
            return becomeGuest(.greeting, [.say(.username)])
        }
    }

    static func password(_ line: Line) -> Password? {
        guard case .text(let bytes) = line else { return nil }
        return Password(bytes)
    }
}

extension Password {
    /// A first line that no second one equals: a lone continuation byte is no UTF-8.
    fileprivate static let impossible = Password([0x80])!  // neither empty, nor long, nor a NUL
}

/// `login <name> <password>` and `new <name> <password>`.
private enum OneLineRequest {
    case login(Username?, Session.Intent)
    case new(Username?, Password?)

    /// Nil when the line is a name, or nothing at all.
    init?(_ line: [UInt8]) {
        let start = line.drop { $0.isBlank }
        let word = start.prefix { !$0.isBlank }
        guard word.count < start.count else { return nil }
        let rest = start.dropFirst(word.count).drop { $0.isBlank }
        let name = rest.prefix { !$0.isBlank }
        // Behind one separator all belongs to the password.
        let secret = Array(rest.dropFirst(name.count + 1))
        let text = String(decoding: name, as: UTF8.self)

        // Bytes are compared, never characters.
        if word.elementsEqual("login".utf8) {
            // Without a password it is a name and no guess.
            self = .login(Username(older: text), secret.isEmpty ? .steps : .login(Password(secret)))
        } else if word.elementsEqual("new".utf8) {
            self = .new(Username(older: text), Password(secret))
        } else {
            return nil
        }
    }
}
