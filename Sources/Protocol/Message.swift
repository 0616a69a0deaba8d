/// A message as its reader sees it.
package struct Message: Hashable, Sendable {
    package let number: MessageNumber
    package let at: WallTime
    package let from: Username
    /// Nil when it was sent to persons.
    package let room: RoomName?
    package let text: MessageText

    package init(
        number: MessageNumber, at: WallTime, from: Username, room: RoomName? = nil,
        text: MessageText
    ) {
        self.number = number
        self.at = at
        self.from = from
        self.room = room
        self.text = text
    }
}
