import Protocol

/// What the post office promises about mail, with lists and without a single cursor.
struct MailModel {
    struct Person {
        let name: String
        /// All it ever got, in order. Some of it is read; some of that is on disk as read.
        var mail: [String] = []
        var read = 0
        var readOnDisk = 0
        /// The session that reads its mail, or was the last to do so.
        var owner: SessionID?
        /// So much of the mail has its session been shown.
        var shown = 0
        /// So much of it is shown before `DONE`, while it is read out.
        var end: Int?
        /// Whether the next line can prove anything.
        var isProvable = false

        var waiting: Int { mail.count - read }
    }

    /// A letter that is not on disk.
    struct Post {
        let line: String
        let readers: [Int]
        let sender: SessionID
        let answer: Reply
        let word: CommandWord
    }

    let limit: Int
    /// Also those that have left: a name that comes back is another person.
    private(set) var people: [Person]
    private(set) var places: [String: Int]
    private(set) var posts: [Post] = []

    init(_ names: [String], limit: Int) {
        self.limit = limit
        people = names.map { Person(name: $0) }
        places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    }

    subscript(place: Int) -> Person {
        get { people[place] }
        set { people[place] = newValue }
    }

    var names: [String] { places.keys.sorted() }

    // MARK: Coming and going

    mutating func came(_ name: String) {
        places[name] = people.count
        people.append(Person(name: name))
    }

    mutating func ended(_ name: String) {
        places[name] = nil
    }

    mutating func signedIn(_ place: Int, _ session: SessionID) {
        people[place].owner = session
        people[place].shown = people[place].read
        people[place].end = nil
        people[place].isProvable = false
    }

    // MARK: Letters

    /// What its sender is answered, and whether that waits for the disk.
    mutating func post(
        _ line: String, to names: [String]?, from place: Int, _ session: SessionID
    ) -> (answer: Reply, waits: Bool) {
        var readers: [Int] = []
        var missing: [String] = []
        var full: [String] = []
        for name in names ?? self.names.filter({ places[$0] != place }) {
            if let reader = places[name] {
                let coming = posts.count { $0.readers.contains(reader) }
                if readers.contains(reader) || full.contains(name) { continue }
                if people[reader].waiting + coming >= limit {
                    full.append(name)
                } else {
                    readers.append(reader)
                }
            } else if !missing.contains(name) {
                missing.append(name)
            }
        }
        let answer: Reply =
            if !full.isEmpty { .full(full.map(username)) } else if !missing.isEmpty {
                .nobody(missing)
            } else { .sent }
        // To everybody it is written down though there be nobody.
        guard names == nil || !readers.isEmpty else { return (answer, false) }
        posts.append(
            Post(
                line: line, readers: readers, sender: session, answer: answer,
                word: names == nil ? .broadcast : .send))
        return (answer, true)
    }

    /// What was on its way is on disk.
    mutating func committed() -> [Post] {
        for post in posts {
            for reader in post.readers { people[reader].mail.append(post.line) }
        }
        for place in people.indices { people[place].readOnDisk = people[place].read }
        defer { posts = [] }
        return posts
    }

    /// The letters that were on their way are nowhere.
    mutating func refused() -> [Post] {
        defer { posts = [] }
        return posts
    }

    mutating func crashed() {
        posts = []
        for place in people.indices {
            people[place].read = people[place].readOnDisk
            people[place].owner = nil
        }
    }

    // MARK: Reading

    mutating func began(_ place: Int) {
        if people[place].end == nil { people[place].end = people[place].mail.count }
    }

    /// The next so many lines.
    mutating func page(_ place: Int, _ count: Int) -> [String] {
        let person = people[place]
        let next = min(person.shown + count, person.end ?? person.shown)
        people[place].shown = next
        return Array(person.mail[person.shown..<next])
    }

    mutating func done(_ place: Int, inputWaiting: Bool) {
        people[place].end = nil
        people[place].isProvable = !inputWaiting
    }

    /// Whether it was a proof.
    mutating func line(_ place: Int, acknowledged: Bool) -> Bool {
        defer { people[place].isProvable = false }
        guard people[place].isProvable, acknowledged else { return false }
        people[place].read = people[place].shown
        return true
    }

    mutating func closed(_ place: Int, _ session: SessionID) {
        // Who has signed in since then will be shown it all again.
        if people[place].owner == session { people[place].read = people[place].shown }
    }
}
