/// Which chatserv this is, the server and its client alike.
package enum Version {
    package static let number = "0.1.0"
}
