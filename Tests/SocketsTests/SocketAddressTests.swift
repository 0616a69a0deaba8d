import Sockets
import Testing

struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1:6789", "127.0.0.1:6789"),
        ("0.0.0.0:0", "0.0.0.0:0"),
        ("255.255.255.255:65535", "255.255.255.255:65535"),
        ("[::1]:80", "[::1]:80"),
        ("[::]:80", "[::]:80"),
        ("[2001:DB8:0:0:0:0:0:1]:80", "[2001:db8::1]:80"),
        ("[::ffff:10.1.2.3]:80", "[::ffff:10.1.2.3]:80"),
    ])
    func `an address in digits is read and written`(text: String, written: String) throws {
        let address = try #require(SocketAddress(text))

        #expect(address.description == written)
        #expect(SocketAddress(written) == address)
        #expect(try SocketAddress.resolve(text) == [address])
    }

    @Test(arguments: [
        "", ":", "127.0.0.1", "127.0.0.1:", ":80", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:+1", "127.0.0.1: 1", "127.0.0.1:1x", "127.0.0.1:٣", "::1:80", "::1", "[::1]",
        "[::1]80", "[::1:80", "::1]:80", "[]:80", "[[::1]]:80", "a:b:80", "127.0.0.1\0:80",
    ])
    func `what is no place is refused`(text: String) {
        #expect(SocketAddress(text) == nil)
        #expect(throws: AddressFault.malformed(text)) { try SocketAddress.resolve(text) }
    }

    @Test(arguments: ["localhost:80", "1.2.3:80", "1.2.3.256:80", "[fe80::1%lo]:80", "[g::]:80"])
    func `a name is no address in digits`(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test func `the name of this machine is found`() throws {
        let addresses = try SocketAddress.resolve("localhost:6789")

        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { $0.isLoopback && $0.port == 6_789 })
        #expect(Set(addresses).count == addresses.count)
    }

    @Test func `a name that nobody has is refused with the reason`() {
        let error = #expect(throws: AddressFault.self) {
            try SocketAddress.resolve("a..b:80")
        }
        guard case .unknownHost("a..b", let reason) = error else {
            Issue.record(error ?? .malformed("nothing was thrown"))
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.0.9", true), ("128.0.0.1", false), ("0.0.0.0", false),
        ("10.0.0.1", false), ("::1", true), ("::", false), ("::2", false),
        ("::ffff:127.0.0.1", true), ("::ffff:10.0.0.1", false), ("::7f00:1", false),
        ("fe80::1", false),
    ])
    func `only this machine is loopback`(host: String, isLoopback: Bool) {
        #expect(SocketAddress(host: host, port: 1)?.isLoopback == isLoopback)
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:fff2:fff3:4:5:6", "2001:db8:1:fff2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"), ("::1", "::/64"),
    ])
    func `callers are counted by household`(host: String, household: String) {
        #expect(SocketAddress(host: host, port: 1)?.household == household)
    }
}
