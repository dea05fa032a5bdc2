//! Watches the heads of requests go by, byte for byte, for what the HTTP library decides silently.
//!
//! Source: RFC 9112 §6.3 (a message with both `Content-Length` and `Transfer-Encoding` may be an attempt at smuggling).
//! The library resolves that in favour of `Transfer-Encoding` before anybody can see it. It also cannot say whether a
//! connection is idle or in the middle of a head, which have different time limits.

const LENGTH: &[u8] = b"content-length:";
const ENCODING: &[u8] = b"transfer-encoding:";
/// The longest name that matters.
const LINE_START_BYTES: usize = ENCODING.len();

/// Where in the stream of requests a connection is.
#[derive(Debug)]
pub(super) struct HeadWatch {
    place: Place,
    line: [u8; LINE_START_BYTES],
    line_bytes: usize,
    length: Option<u64>,
    is_in_length: bool,
    is_encoded: bool,
    is_ambiguous: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    /// Before the first byte of a head.
    Between,
    /// Inside a head.
    Head,
    /// Inside a body of known length.
    Body { left: u64 },
    /// Inside a body that ends where only the HTTP library knows.
    Unknown,
}

impl HeadWatch {
    pub(super) fn new() -> Self {
        Self {
            place: Place::Between,
            line: [0; LINE_START_BYTES],
            line_bytes: 0,
            length: None,
            is_in_length: false,
            is_encoded: false,
            is_ambiguous: false,
        }
    }

    /// Whether part of a head was received, but not all of it.
    pub(super) fn is_inside_head(&self) -> bool {
        self.place == Place::Head
    }

    /// Whether any head so far named both a length and a transfer encoding, or two different lengths.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.is_ambiguous
    }

    /// No exchange is in progress: what comes next is a head, wherever the last body ended.
    pub(super) fn exchange_ended(&mut self) {
        if self.place == Place::Unknown {
            self.place = Place::Between;
        }
    }

    /// Takes note of what was received.
    pub(super) fn receive(&mut self, mut bytes: &[u8]) {
        while let Some((&byte, rest)) = bytes.split_first() {
            match self.place {
                Place::Unknown => return,
                Place::Body { left } => {
                    let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                    bytes = &bytes[here..];
                    let left = left - here as u64;
                    self.place = if left == 0 { Place::Between } else { Place::Body { left } };
                }
                // An empty line before a request, which RFC 9112 §2.2 allows, is a head that ends at once.
                Place::Between => {
                    self.place = Place::Head;
                    (self.line_bytes, self.length, self.is_encoded) = (0, None, false);
                }
                Place::Head => {
                    self.receive_in_head(byte);
                    bytes = rest;
                }
            }
        }
    }

    fn receive_in_head(&mut self, byte: u8) {
        match byte {
            b'\n' if self.line_bytes == 0 => self.head_ended(),
            b'\n' => (self.line_bytes, self.is_in_length) = (0, false),
            b'\r' => {}
            _ if self.is_in_length => self.receive_in_length(byte),
            _ if self.line_bytes < LINE_START_BYTES => {
                self.line[self.line_bytes] = byte.to_ascii_lowercase();
                self.line_bytes += 1;
                self.name_grew();
            }
            _ => {}
        }
    }

    fn name_grew(&mut self) {
        let line = &self.line[..self.line_bytes];
        if line == LENGTH {
            self.is_in_length = true;
            // Equal lengths may be repeated; digits that follow those of a first length make a number nobody meant.
            self.is_ambiguous |= self.length.is_some();
            self.length = Some(0);
        } else if line == ENCODING {
            self.is_encoded = true;
        }
        self.is_ambiguous |= self.is_encoded && self.length.is_some();
    }

    fn receive_in_length(&mut self, byte: u8) {
        if byte.is_ascii_digit() {
            let length = self.length.unwrap_or(0).saturating_mul(10);
            self.length = Some(length.saturating_add(u64::from(byte - b'0')));
        }
    }

    fn head_ended(&mut self) {
        self.place = match self.length {
            _ if self.is_encoded => Place::Unknown,
            Some(left) => Place::Body { left },
            None => Place::Between,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(pieces: &[&str]) -> HeadWatch {
        let mut watch = HeadWatch::new();
        for piece in pieces {
            watch.receive(piece.as_bytes());
        }
        watch
    }

    #[test]
    fn both_framings_are_noticed_wherever_the_stream_is_cut() {
        let both =
            "POST / HTTP/1.1\r\ncontent-LENGTH: 5\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n";
        let other = "POST / HTTP/1.1\r\nTransfer-encoding:chunked\r\nContent-Length:5\r\n\r\n";
        let twice = "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n";
        for text in [both, other, twice] {
            for cut in 0..text.len() {
                let (before, behind) = text.split_at(cut);
                assert!(after(&[before, behind]).is_ambiguous(), "{text:?} cut at {cut}");
            }
        }
    }

    #[test]
    fn one_framing_is_not_ambiguous_even_when_a_value_or_the_body_names_the_other() {
        for text in [
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nA: transfer-encoding: x\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nContent-Length: 5\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 30\r\n\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\n\r\n",
            "POST /transfer-encoding: HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
        ] {
            assert!(!after(&[text]).is_ambiguous(), "{text:?}");
        }
    }

    #[test]
    fn the_next_head_is_found_behind_a_body_of_known_length() {
        let watch = after(&["POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", "cGET / HT"]);
        assert!(watch.is_inside_head());
        assert!(!after(&["POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab"]).is_inside_head());
        assert!(!after(&["GET / HTTP/1.1\n\n\r\n"]).is_inside_head());
    }

    #[test]
    fn behind_a_chunked_body_the_next_head_begins_when_the_exchange_has_ended() {
        let mut watch = after(&["POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]);
        assert!(!watch.is_inside_head());
        watch.exchange_ended();
        watch.receive(b"G");
        assert!(watch.is_inside_head());
    }
}
