//! Where client programs report that a step is about to begin, and what then happens to the nodes.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::fleet::Node;
use crate::process::Trouble;
use crate::store::Store;

/// What happens between two steps.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Between {
    /// Nothing.
    Nothing,
    /// The node that served the last step is killed; the other one, started anew if it was dead, serves the next.
    KillOne,
}

struct Fleet {
    nodes: Vec<Node>,
    between: Between,
    next_victim: usize,
    kills: usize,
    store: Option<Store>,
}

impl Fleet {
    fn step(&mut self) -> Result<(), Trouble> {
        if self.between == Between::KillOne {
            for node in &mut self.nodes {
                node.start()?;
            }
            let victim = self.next_victim % self.nodes.len();
            self.nodes[victim].kill();
            self.next_victim += 1;
            self.kills += 1;
        }
        Ok(())
    }

    fn store(&mut self, what: &str) -> Result<(), Trouble> {
        match (self.store.as_mut(), what) {
            (Some(store), "kill") => {
                store.kill();
                Ok(())
            }
            (Some(store), "run") => store.run(),
            (store, _) => Err(format!("`{what}`, with a store: {}", store.is_some())),
        }
    }

    fn restart(&mut self) -> Result<(), Trouble> {
        for node in &mut self.nodes {
            node.kill();
            self.kills += 1;
            node.start()?;
        }
        Ok(())
    }
}

/// The listener, for as long as a stage runs.
pub(crate) struct Control {
    port: u16,
    fleet: Arc<Mutex<Fleet>>,
}

impl Control {
    /// Starts the `nodes` and listens.
    pub(crate) fn start(nodes: Vec<Node>, between: Between) -> Result<Self, Trouble> {
        Self::start_with(nodes, between, None)
    }

    /// The same for nodes that share a `store`, which then is the client program's to kill.
    pub(crate) fn start_with(
        mut nodes: Vec<Node>,
        between: Between,
        store: Option<Store>,
    ) -> Result<Self, Trouble> {
        for node in &mut nodes {
            node.start()?;
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        let fleet = Arc::new(Mutex::new(Fleet { nodes, between, next_victim: 0, kills: 0, store }));
        let shared = Arc::clone(&fleet);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client that hung up before its answer has no use for it.
                let _sent = answer(stream, &shared);
            }
        });
        Ok(Self { port, fleet })
    }

    /// What client programs find in `CONFORMANCE_CONTROL`.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How often a node was killed so far.
    pub(crate) fn kills(&self) -> usize {
        self.fleet.lock().map_or(0, |fleet| fleet.kills)
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        // The listener thread lives until the end of the run; its nodes must not.
        if let Ok(mut fleet) = self.fleet.lock() {
            fleet.nodes.clear();
        }
    }
}

fn answer(mut stream: TcpStream, fleet: &Mutex<Fleet>) -> std::io::Result<()> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream.try_clone()?);
    reader.read_line(&mut line)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let outcome = match (line.split(' ').nth(1), fleet.lock()) {
        (Some("/restart"), Ok(mut fleet)) => fleet.restart(),
        (Some(path), Ok(mut fleet)) if path.starts_with("/step/") => fleet.step(),
        (Some(path), Ok(mut fleet)) if path.starts_with("/store/") => fleet.store(&path[7..]),
        (path, _) => Err(format!("no such request: {path:?}")),
    };
    let (status, body) = match outcome {
        Ok(()) => ("200 OK", "done".to_owned()),
        Err(trouble) => ("500 Internal Server Error", trouble),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}
