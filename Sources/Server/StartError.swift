import Sockets
import Store

/// Why the server does not start, in one line for the person who started it.
enum StartError: Error, CustomStringConvertible {
    case system(SystemError)
    case store(StoreError)
    case cannotListen(String, SystemError)
    case noSuchHost(AddressFault)
    case exposed(String)
    case accounts(AccountBookTrouble)

    var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .store(.damaged(let text)):
            "the data is damaged: \(text); chatserv check names all that is, chatserv restore "
                + "makes it again from a backup"
        case .store(.unable(let text)), .store(.fatal(let text)): text
        case .cannotListen(let place, let error) where error.isAddressInUse:
            "\(place) is in use by another program; choose another port, as in: chatserv 4120"
        case .cannotListen(let place, let error): "cannot listen at \(place): \(error.text)"
        case .noSuchHost(let fault): "\(fault)"
        case .exposed(let place):
            "\(place) can be reached from other machines, and passwords would cross the network "
                + "in the open; set CHATSERV_ALLOW_PLAINTEXT=1 to allow that"
        case .accounts(let trouble): "\(trouble)"
        }
    }
}
