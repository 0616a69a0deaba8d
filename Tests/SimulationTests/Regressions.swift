// Seeds that found something, in the server or in the simulation itself. Each stays, with what it
// found: as long as the simulation is not changed it is the very same world.

import Testing

struct Regression: CustomTestStringConvertible {
    let seed: UInt64
    let operations: Int
    let found: String

    var testDescription: String { "\(found) (seed \(seed))" }
}

let regressions = [
    Regression(
        seed: 1_630, operations: 250,
        found: "a line that has come in and is not read counts as said, in the reference")
]
