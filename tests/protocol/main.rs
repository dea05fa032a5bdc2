//! Pure: no sockets, no clock, no tokio.
