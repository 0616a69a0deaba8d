// What a search finds: the one rule for the index and for the reference.
package import Protocol

extension SearchQuery {
    /// Whether the letter is one of the reader's own conversations.
    func reaches(_ letter: Letter, _ number: MessageNumber) -> Bool {
        guard number <= head else { return false }
        switch letter.to {
        case .one, .several:
            return letter.from == reader || letter.isFor(reader)
        case .everyone:
            return letter.from == reader || number > opened && letter.isFor(reader)
        case .rooms(let said, let and, _):
            return said.contains(where: rooms.contains) || letter.isFor(reader)
                || letter.from == reader && !and.isEmpty
        }
    }
}

/// Words as a search takes them: whole, in any case.
enum SearchWords {
    /// Each once.
    static func of(_ text: String) -> Set<[UInt8]> {
        let words = text.unicodeScalars.split { !isPart($0) }
        return Set(words.map { Array(String($0).lowercased().utf8) })
    }

    /// Letters, digits and what is written over and under them, as the tokenizer of the index has
    /// it.
    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber, .nonspacingMark, .spacingMark,
            .enclosingMark, .privateUse:
            true
        default:
            false
        }
    }
}

extension MemoryStore {
    /// What the index should find.
    package func find(_ query: SearchQuery) -> Found {
        let words = SearchWords.of(query.words)
        let numbers = numbers(after: .zero, through: query.head).reversed().lazy.filter { number in
            guard case .letter(let letter) = entry(number), query.reaches(letter, number) else {
                return false
            }
            let text = String(decoding: letter.text.bytes, as: UTF8.self)
            return words.isSubset(of: SearchWords.of(text))
        }
        return Found(
            numbers: words.isEmpty ? [] : Array(numbers.prefix(query.count)), isBehind: false)
    }
}
