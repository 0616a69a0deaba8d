// What a machine can see of how we write. Each rule is a few lines, and each has samples that it
// must refuse and samples that it must let pass: a rule that never bites is worth nothing.

import Testing

enum Rule: String, CaseIterable, CustomTestStringConvertible {
    case arrows = "imports follow the arrows between the rings"
    case pureCores = "a core asks for no time, no chance and prints nothing"
    case noLeftovers = "nothing is left for later"
    case width = "no line is wider than 100 columns"
    case length = "no file has more than 400 lines"
    case opening = "a file begins by saying why it exists"
    case proofs = "what the compiler is told to believe stands beside its proof"
    case noPublic = "nothing is public"
    case noDrawers = "nothing is called a drawer"
    case noShadows = "no type has a name that the language or a module has"

    var testDescription: String { rawValue }

    func findings(in file: SourceFile) -> [Finding] {
        switch self {
        case .arrows: arrows(in: file)
        case .pureCores: pureCores(in: file)
        case .noLeftovers: leftovers(in: file)
        case .width: wideLines(in: file)
        case .length: length(of: file)
        case .opening: opening(of: file)
        case .proofs: unproven(in: file)
        case .noPublic:
            words(
                ["public", "open class", "open func", "open var"], in: file, where: file.isSource)
        case .noDrawers: drawers(in: file)
        case .noShadows: shadows(in: file)
        }
    }

    /// A finding for each line of code that has one of the words.
    func words(_ words: [String], in file: SourceFile, where applies: Bool) -> [Finding] {
        guard applies else { return [] }
        return file.code.indices.flatMap { index in
            words.filter { file.code[index].hasCode($0) }
                .map { Finding(path: file.path, line: index + 1, what: "`\($0)`: \(rawValue)") }
        }
    }
}
