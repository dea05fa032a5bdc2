//! What comes back from a node.

use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::NEVER;

/// A connection on which an answer comes.
pub(crate) struct Line {
    pub(crate) socket: TcpStream,
    pub(crate) seen: String,
}

impl Line {
    /// Reads on until `text` was seen.
    pub(crate) async fn until(&mut self, text: &str) {
        let mut some = [0; 4096];
        while !self.seen.contains(text) {
            let read = timeout(NEVER, self.socket.read(&mut some)).await;
            let count = read.unwrap_or_else(|_| panic!("{text:?} never came: {:?}", self.seen));
            let count = count.expect("the connection lives");
            assert!(count > 0, "the answer ended before {text:?}: {:?}", self.seen);
            self.seen.push_str(&String::from_utf8_lossy(&some[..count]));
        }
    }

    /// Reads to the end, whether it is clean or not.
    pub(crate) async fn whole(&mut self) -> Reply {
        let mut rest = Vec::new();
        let reading = timeout(NEVER, self.socket.read_to_end(&mut rest));
        let _count = reading.await.expect("the node closes the connection");
        self.seen.push_str(&String::from_utf8_lossy(&rest));
        Reply::parse(&self.seen)
    }
}

/// An answer of the node.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// As it was sent, chunks and all.
    pub(crate) body: String,
}

impl Reply {
    fn parse(text: &str) -> Self {
        let (head, body) =
            text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status line");
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").expect("a header line");
            (name.to_ascii_lowercase(), value.to_owned())
        };
        let headers = lines.map(header).collect();
        Self { status: status.parse().expect("a number"), headers, body: body.to_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}
