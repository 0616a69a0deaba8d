// An open descriptor that the compiler watches over.

/// An open descriptor with exactly one owner, which closes it.
package struct FileDescriptor: ~Copyable, Sendable {
    /// For calls that borrow it. Nobody else may close it.
    package let number: Int32

    package init(owning number: Int32) {
        precondition(number >= 0, "\(number) is no descriptor")
        self.number = number
    }

    package consuming func close() {
        closeDescriptor(number)
        discard self
    }

    deinit {
        assertionFailure("descriptor \(number) was dropped without close()")
        closeDescriptor(number)
    }
}
