// A world in a few words: its seed, and what was taken out of it because the bug shows without. A
// seed that failed is kept like this, as short as it gets, and made again in every test run.

package struct Script: Hashable, Sendable {
    /// What a world can do without.
    package enum Part: String, Sendable, CaseIterable {
        case people, connections, lines, faults, crashes
    }

    /// Which one: the second line of the first connection of person 0 is `0.0.1`. A crash is named
    /// by the server's life and the step in it.
    package struct Place: Hashable, Comparable, Sendable {
        let numbers: [Int]

        init(_ numbers: [Int]) {
            self.numbers = numbers
        }

        package static func < (one: Place, other: Place) -> Bool {
            one.numbers.lexicographicallyPrecedes(other.numbers)
        }
    }

    package var seed: UInt64
    /// Lines until the faults stop.
    package var operations: Int
    /// Those that stay; nil is all of them.
    package var troubles: [Trouble]?
    /// Of a part that is not mentioned everything stays.
    private var kept: [Part: Set<Place>] = [:]
    /// A bug to be planted, without which all is well.
    package var sabotage: Sabotage?

    package init(seed: UInt64, operations: Int, sabotage: Sabotage? = nil) {
        self.seed = seed
        self.operations = operations
        self.sabotage = sabotage
    }

    func has(_ part: Part, _ place: Place) -> Bool {
        kept[part]?.contains(place) ?? true
    }

    func has(_ trouble: Trouble) -> Bool {
        troubles?.contains(trouble) ?? true
    }

    /// The step at which that life ends, if the script says so. Nil when it says nothing.
    func crash(in life: Int) -> Int?? {
        kept[.crashes].map { places in places.first { $0.numbers.first == life }?.numbers.last }
    }

    func keeping(_ places: [Place], of part: Part) -> Script {
        var script = self
        script.kept[part] = Set(places)
        return script
    }
}

// MARK: - As text

extension Script {
    package var text: String {
        var lines = ["seed \(seed)", "operations \(operations)"]
        if let sabotage { lines.append("sabotage \(sabotage.rawValue)") }
        if let troubles {
            lines.append((["troubles"] + troubles.map(\.rawValue)).joined(separator: " "))
        }
        for part in Part.allCases {
            guard let places = kept[part] else { continue }
            let words = places.sorted().map(\.text)
            lines.append(([part.rawValue] + words).joined(separator: " "))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Lines that begin with `#` are remarks. Nil when there is anything that is not understood.
    package init?(_ text: String) {
        self.init(seed: 0, operations: 0)
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ").map(String.init)
            guard let word = words.first, read(word, Array(words.dropFirst())) else { return nil }
        }
        guard operations > 0 else { return nil }
    }

    private mutating func read(_ word: String, _ values: [String]) -> Bool {
        let value = values.count == 1 ? values[0] : nil
        switch word {
        case "seed":
            guard let value = value.flatMap({ UInt64($0) }) else { return false }
            seed = value
        case "operations":
            guard let value = value.flatMap({ Int($0) }) else { return false }
            operations = value
        case "sabotage":
            guard let value = value.flatMap(Sabotage.init(rawValue:)) else { return false }
            sabotage = value
        case "troubles":
            troubles = values.compactMap(Trouble.init(rawValue:))
            return troubles?.count == values.count
        default:
            guard let part = Part(rawValue: word) else { return false }
            let places = values.compactMap(Place.init(text:))
            kept[part] = Set(places)
            return places.count == values.count
        }
        return true
    }
}

extension Script.Place {
    fileprivate var text: String { numbers.map(String.init).joined(separator: ".") }

    fileprivate init?(text: String) {
        let words = text.split(separator: ".", omittingEmptySubsequences: false)
        numbers = words.compactMap { Int($0) }
        guard numbers.count == words.count else { return nil }
    }
}
