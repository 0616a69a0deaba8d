// What may reach a terminal. Written down again here, from the page of the protocol, so that the
// product's own list is not asked about itself.

extension [UInt8] {
    /// Why a terminal may not be given this line, which is without its end. Nil when it may.
    var harm: String? {
        guard let text = String(validating: self, as: UTF8.self) else { return "no UTF-8" }
        for scalar in text.unicodeScalars where isHarmful(scalar) {
            return "U+" + String(scalar.value, radix: 16)
        }
        return nil
    }
}

func holdHarmless(_ line: [UInt8], _ what: String) throws(Broken) {
    if let harm = line.harm { throw Broken("\(what) holds \(harm)") }
}

func holdHarmless(_ line: String, _ what: String) throws(Broken) {
    try holdHarmless(Array(line.utf8), what)
}

private func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    // C0, DEL, C1; lines and paragraphs of their own.
    case .control, .lineSeparator, .paragraphSeparator: true
    // Directions, widths, annotations, tags.
    case .format: !joiners.contains(scalar.value) && !isNotation(scalar)
    default: false
    }
}

/// Emoji and scripts need them.
private let joiners: ClosedRange<UInt32> = 0x200c...0x200d

/// Signs of Arabic, Syriac, Kaithi and hieroglyphs, of shorthand and of music, which Unicode counts
/// among the formats since they shape what is written around them.
private func isNotation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x600...0x605, 0x6dd, 0x70f, 0x890...0x891, 0x8e2, 0x1_10bd, 0x1_10cd: true
    case 0x1_3430...0x1_343f, 0x1_bca0...0x1_bca3, 0x1_d173...0x1_d17a: true
    default: false
    }
}
