/// Headers that the client sets itself, or that would change how HTTP reads a request. Neither a
/// call nor an operation of the document may set them. The build script includes this list too.
const CLIENT_HEADERS: [&str; 10] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "te",
    "transfer-encoding",
    "user-agent",
];
