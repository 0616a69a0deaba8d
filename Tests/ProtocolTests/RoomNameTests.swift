import Protocol
import Testing

@Suite struct RoomNameTests {
    @Test(arguments: [
        "#a", "#lobby", "#Tea-time_2.0", "#1", "#" + String(repeating: "x", count: 49),
        "#" + String(repeating: "x", count: 50),
    ])
    func `a room has a hash and 1 to 50 letters`(_ text: String) {
        #expect(RoomName(text)?.text == text)
        #expect(Username(older: text) == nil)
    }

    @Test(arguments: [
        "", "#", "lobby", "##lobby", "lobby#", " #lobby", "#lobby ", "#tea time", "#té", "#a\u{0}",
        "#a\n", "#a,b", "#a:b", "#(a)", "#" + String(repeating: "x", count: 51),
    ])
    func `what is no room`(_ text: String) {
        #expect(RoomName(text) == nil)
    }
}
