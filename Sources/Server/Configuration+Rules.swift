package import Delivery

// What of it the post office has to know.

extension PostOffice.Rules {
    package init(_ configuration: Configuration) {
        self.init(
            registrationIsOpen: configuration.registrationOpen,
            hidesNames: configuration.hidesNames, queueLimit: configuration.queueLimit,
            senderLimit: configuration.senderLimit, roomLimit: configuration.roomLimit,
            blockLength: configuration.block)
    }
}
