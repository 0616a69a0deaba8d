package import Protocol

// How letters go in: who gets them, and what their sender is told when they are on disk.

extension PostOffice {
    /// Decides who gets it. The answer waits until it is on disk.
    package mutating func post(
        _ session: SessionID, _ draft: Draft, at now: Moment
    ) -> [Effect] {
        guard let member = members[session] else { return [] }
        let addressed: Addressed
        switch draft.to {
        case .everyone:
            if broadcastsTooMuch(member, at: now.instant) {
                return [.tell(session, .answer(.tooManyBroadcasts))]
            }
            addressed = everyone(except: member.account)
        case .named(let recipients): addressed = address(recipients, from: member.account)
        }
        guard let readers = addressed.readers else {
            return [.tell(session, .answer(addressed.answer))]
        }

        let letter = Letter(from: member.account, to: readers, at: now.wall, text: draft.text)
        handIn(letter)
        members[session]?.answer = addressed.answer
        return [.keep(.letter(letter), for: session)]
    }

    /// Who gets a letter, and what its sender is told when they do.
    private struct Addressed {
        var readers: Readers?
        var answer: Reply
    }

    private mutating func address(
        _ recipients: [Recipient], from sender: AccountNumber
    ) -> Addressed {
        var seen: Set<Recipient> = []
        var named: [RoomNumber] = []
        var readers: [AccountNumber] = []
        var missing: [String] = []
        var full: [Username] = []
        for recipient in recipients where seen.insert(recipient).inserted {
            switch recipient {
            case .room(let name):
                guard let room = rooms.open(name) else {
                    return Addressed(readers: nil, answer: .noSuchRoom(name.text))
                }
                guard room.contains(sender) else {
                    return Addressed(readers: nil, answer: .denied(.send))
                }
                named.append(room.number)
            case .user(let name):
                guard let account = account(named: name) else {
                    missing.append(recipient.echo)
                    continue
                }
                if isFull(account.number, for: sender) {
                    full.append(name)
                } else {
                    readers.append(account.number)
                }
            case .nobody:
                missing.append(recipient.echo)
            }
        }

        var leftOut: Set<AccountNumber> = []
        for room in named { leftOut.formUnion(fullOnes(in: room, but: sender)) }
        let crowded = crowded(readers, named, by: sender)
        leftOut.formUnion(crowded)
        readers.removeAll(where: crowded.contains)
        full += Set(leftOut.map { self[$0].name }).subtracting(full).sorted()
        let answer: Reply =
            !full.isEmpty ? .full(full) : !missing.isEmpty ? .nobody(missing) : .sent
        return Addressed(
            readers: Readers(readers, rooms: named, except: leftOut.sorted()), answer: answer)
    }

    /// Those who would get a letter in several conversations and have no room for all of them.
    private func crowded(
        _ readers: [AccountNumber], _ named: [RoomNumber], by sender: AccountNumber
    ) -> [AccountNumber] {
        guard named.count + (readers.isEmpty ? 0 : 1) > 1 else { return [] }
        // Of the largest nobody is counted who is nowhere else, and least of all the whole lobby.
        let largest = named.max { rooms[$0].isSmaller(than: rooms[$1]) }
        var copies = Dictionary(uniqueKeysWithValues: readers.map { ($0, 1) })
        for room in named where room != largest {
            for member in rooms[room].members where member.account != sender {
                copies[member.account, default: 0] += 1
            }
        }
        for account in copies.keys
        where account != sender && largest.map({ rooms[$0].contains(account) }) == true {
            copies[account, default: 0] += 1
        }
        return copies.filter { $0.value > 1 && room(for: $0.key, enough: $0.value) < $0.value }.map(
            \.key)
    }

    private mutating func everyone(except sender: AccountNumber) -> Addressed {
        let full = fullOnes(but: sender)
        return Addressed(
            readers: .everyone(except: full),
            answer: full.isEmpty ? .sent : .full(full.map { self[$0].name }.sorted()))
    }

    /// Whether somebody writes to everybody more often than a person would. Those on this machine
    /// may.
    private mutating func broadcastsTooMuch(_ member: Member, at now: Instant) -> Bool {
        guard !member.caller.isLocal else { return false }
        let number = member.account
        if self[number].broadcastsSince.map({ now - $0 >= .seconds(60) }) ?? true {
            self[number].broadcastsSince = now
            self[number].broadcasts = 0
        }
        self[number].broadcasts += 1
        return self[number].broadcasts > Limits.broadcastsPerMinute
    }

    // MARK: On its way to disk

    private mutating func handIn(_ letter: Letter) {
        forEachReader(of: letter) { $0.letterHandedIn(from: letter.from) }
        switch letter.to {
        case .one, .several:
            handedIn += 1
        case .everyone:
            handedIn += 1
            broadcasts.arriving += 1
        case .rooms(let named, _, let except):
            // Somebody may be in all of them, and be named beside.
            handedIn += named.count + 1
            rooms.letters += named.count
            for room in named { rooms[room].letterHandedIn(notFor: [letter.from] + except) }
        }
        forEachPassed(by: letter) { $0.passingHandedIn() }
    }

    /// It is on disk.
    mutating func kept(
        _ letter: Letter, _ number: MessageNumber, for session: SessionID?
    ) -> [Effect] {
        forEachReader(of: letter) { $0.letterKept(from: letter.from, number) }
        forEachPassed(by: letter) { $0.passingDecided() }
        switch letter.to {
        case .one, .several:
            break
        case .everyone(let except):
            broadcasts.arriving -= 1
            broadcasts.append(number)
            self[letter.from].lastBroadcast = number
            for account in [letter.from] + except { self[account].mailbox.leftOut(of: number) }
        case .rooms(let named, _, let except):
            for room in named {
                rooms[room].letterDecided(notFor: [letter.from] + except)
                rooms[room].letters.append(number)
                for account in [letter.from] + except where rooms[room].contains(account) {
                    self[account].mailbox.leftOut(of: number)
                }
            }
        }

        var effects = [
            Effect.note(
                .kept(
                    session, number, from: self[letter.from].name, readers: readerCount(letter),
                    bytes: letter.text.bytes.count))
        ]
        if let session, let answer = takeAnswer(session) {
            effects.append(.tell(session, .answer(answer)))
        }
        return effects + announce(letter)
    }

    /// The store could not take it.
    mutating func refused(_ letter: Letter, for session: SessionID?) -> [Effect] {
        forEachReader(of: letter) { $0.letterRefused(from: letter.from) }
        forEachPassed(by: letter) { $0.passingDecided() }
        var word = CommandWord.send
        switch letter.to {
        case .one, .several:
            break
        case .everyone:
            broadcasts.arriving -= 1
            word = .broadcast
        case .rooms(let named, _, let except):
            rooms.letters -= named.count
            for room in named { rooms[room].letterDecided(notFor: [letter.from] + except) }
        }
        let note = Effect.note(
            .notKept(
                session, from: self[letter.from].name, readers: readerCount(letter),
                bytes: letter.text.bytes.count))
        guard let session, takeAnswer(session) != nil else { return [note] }
        return [note, .tell(session, .answer(.storage(word)))]
    }

    /// Nil when the sender has gone.
    mutating func takeAnswer(_ session: SessionID) -> Reply? {
        guard let member = members[session], isPresent(session, member) else { return nil }
        members[session]?.answer = nil
        return member.answer
    }

    // MARK: By reader

    private mutating func forEachReader(of letter: Letter, _ change: (inout Mailbox) -> Void) {
        for number in letter.persons { change(&self[number].mailbox) }
    }

    /// Whom a letter to everybody passes by while it is on its way.
    private mutating func forEachPassed(
        by letter: Letter, _ change: (inout Mailbox) -> Void
    ) {
        guard case .everyone(let except) = letter.to else { return }
        for number in [letter.from] + except { change(&self[number].mailbox) }
    }

    private func readerCount(_ letter: Letter) -> Int {
        switch letter.to {
        case .one: 1
        case .several(let numbers): numbers.count
        case .everyone(let except): max(0, numbers.count - 1 - except.count)
        case .rooms(let named, let persons, let except):
            named.reduce(persons.count) {
                $0 + ($1 == .lobby ? numbers.count : rooms[$1].members.count) - 1
            } - except.count
        }
    }
}

extension Readers {
    /// Nil when there is nobody.
    fileprivate init?(
        _ persons: [AccountNumber], rooms: [RoomNumber], except: [AccountNumber]
    ) {
        guard rooms.isEmpty else {
            self = .rooms(rooms, and: persons, except: except)
            return
        }
        switch persons.count {
        case 0: return nil
        case 1: self = .one(persons[0])
        default: self = .several(persons)
        }
    }
}

extension Recipient {
    /// As much of it as may be repeated.
    var echo: String {
        String(text.unicodeScalars.prefix(Limits.echoedCharacters))
    }
}
