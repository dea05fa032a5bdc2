//! What it costs to stand in front of an MCP server: CPU time of the processes in between, per request and per event of a
//! stream, against the same server reached directly and through nginx, which asks about each request (`auth_request`).
//!
//! Real processes on loopback, one connection, one request after the other; `BENCH_REQUESTS` and `BENCH_EVENTS` say how
//! many. CPU time is what the kernel says, in hundredths of a second: few requests say nothing.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const SECRET: &str = "0hwkX8aCNnWPkZlcdz6Zt1TkNYMyr2aPSB4VYPFd5rw";
/// SHA-256 of the above.
const SECRET_HASH: &str = "NZP1XII50ot1xAVQpWQ_VzzG7wL9eyAXT0PgsGEqNes";
const MESSAGE: &str = r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"text":"how much does it cost?"}}}"#;
const ANSWER: &str = r#"{"jsonrpc":"2.0","id":7,"result":{"content":[{"type":"text","text":"how much does it cost?"}]}}"#;
/// Ticks of the kernel's clock in a second, on every Linux there is.
const TICKS: f64 = 100.0;

fn main() {
    // `cargo test` builds and starts every bench; it wants to know whether it runs, not what it says.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let number = |name: &str, default| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (requests, events) = (number("BENCH_REQUESTS", 20_000), number("BENCH_EVENTS", 20_000));
    let folder = std::env::temp_dir().join(format!("sealbearer-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the temporary folder can be written");
    let upstream = upstream(events);
    let (node, node_port) = node(&folder, upstream);
    let token = token(node_port);
    let (nginx, nginx_port) = nginx(&folder, upstream, node_port);
    println!("{requests} requests and {events} events; µs of CPU time each\n");
    println!("{:<28}{:>8}{:>8}{:>8}{:>10}", "", "node", "nginx", "both", "elapsed");
    for (name, port) in
        [("direct", upstream), ("gateway", node_port), ("nginx auth_request", nginx_port)]
    {
        let ask = || (0..requests).fold(None, |socket, _| Some(ask(socket, port, &token)));
        row(&format!("request, {name}"), requests, [&node.0, &nginx.0], || drop(ask()));
        row(&format!("event, {name}"), events, [&node.0, &nginx.0], || {
            listen(port, &token, events);
        });
    }
    drop((node, nginx));
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

/// Does `work` and prints what each of `count` cost.
fn row(name: &str, count: usize, processes: [&Child; 2], work: impl FnOnce()) {
    let before = processes.map(cpu_seconds);
    let started = Instant::now();
    work();
    let elapsed = started.elapsed().as_secs_f64();
    let after = processes.map(cpu_seconds);
    let count = f64::from(u32::try_from(count).expect("it fits"));
    let [node, nginx] = [0, 1].map(|at| (after[at] - before[at]) / count * 1e6);
    let (both, elapsed) = (node + nginx, elapsed / count * 1e6);
    println!("{name:<28}{node:>8.1}{nginx:>8.1}{both:>8.1}{elapsed:>10.1}");
}

/// What a process has used of the CPU, for itself and in the kernel. Source: proc(5), `utime` and `stime`.
fn cpu_seconds(process: &Child) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.id())).expect("it runs");
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<u32>().map_or(0.0, f64::from);
    (ticks(11) + ticks(12)) / TICKS
}

/// An MCP server without OAuth: an answer to POST, so many events to GET.
fn upstream(events: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            thread::spawn(move || serve(socket, events));
        }
    });
    port
}

fn serve(socket: TcpStream, events: usize) -> Option<()> {
    socket.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(socket.try_clone().ok()?);
    let mut writer = socket;
    loop {
        let (first, length, _) = head(&mut reader)?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        if first.starts_with("POST") {
            let length = ANSWER.len();
            write!(writer, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{ANSWER}").ok()?;
            continue;
        }
        write!(writer, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n").ok()?;
        let event = format!("data: {ANSWER}\n\n");
        for _ in 0..events {
            write!(writer, "{:x}\r\n{event}\r\n", event.len()).ok()?;
            // Slow enough for each to be passed on by itself.
            thread::sleep(Duration::from_micros(50));
        }
        write!(writer, "0\r\n\r\n").ok()?;
    }
}

/// The first line of a message, the length of its body, and whether its body comes in chunks.
fn head(reader: &mut BufReader<TcpStream>) -> Option<(String, usize, bool)> {
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|length| *length > 0)?;
    let (mut length, mut chunked) = (0, false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            return Some((first, length, chunked));
        }
        match line.split_once(": ") {
            Some(("content-length", value)) => length = value.parse().ok()?,
            Some(("transfer-encoding", value)) => chunked = value == "chunked",
            Some(_) | None => {}
        }
    }
}

/// Asks once, on the connection of the last time.
fn ask(reader: Option<BufReader<TcpStream>>, port: u16, token: &str) -> BufReader<TcpStream> {
    let mut reader = reader.unwrap_or_else(|| connect(port));
    let headers = "accept: application/json, text/event-stream\r\ncontent-type: application/json\r\nmcp-protocol-version: 2025-11-25";
    let length = MESSAGE.len();
    let request = format!(
        "POST /mcp HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {token}\r\n{headers}\r\ncontent-length: {length}\r\n\r\n{MESSAGE}"
    );
    reader.get_mut().write_all(request.as_bytes()).expect("it is sent");
    let body = answer(&mut reader);
    assert_eq!(body, ANSWER);
    reader
}

/// The body of an answer that must be a good one.
fn answer(reader: &mut BufReader<TcpStream>) -> String {
    let (first, length, chunked) = head(reader).expect("an answer");
    assert!(first.contains(" 200 "), "{first}");
    if !chunked {
        let mut body = vec![0; length];
        reader.read_exact(&mut body).expect("the body");
        return String::from_utf8(body).expect("text");
    }
    let mut body = String::new();
    while let Some(chunk) = chunk(reader) {
        body.push_str(&chunk);
    }
    body
}

fn chunk(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut size = String::new();
    reader.read_line(&mut size).expect("the size of a chunk");
    let size = usize::from_str_radix(size.trim_end(), 16).expect("a size");
    let mut bytes = vec![0; size + 2];
    reader.read_exact(&mut bytes).expect("a chunk");
    bytes.truncate(size);
    (size > 0).then(|| String::from_utf8(bytes).expect("text"))
}

/// Reads a stream to its end.
fn listen(port: u16, token: &str, events: usize) {
    let mut reader = connect(port);
    let request = format!(
        "GET /mcp HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {token}\r\naccept: text/event-stream\r\nmcp-protocol-version: 2025-11-25\r\n\r\n"
    );
    reader.get_mut().write_all(request.as_bytes()).expect("it is sent");
    assert_eq!(answer(&mut reader).matches("data: ").count(), events);
}

fn connect(port: u16) -> BufReader<TcpStream> {
    let socket = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    socket.set_nodelay(true).expect("a socket of TCP");
    BufReader::new(socket)
}

/// A process that ends with the bench.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.0.kill();
        let _status = self.0.wait();
    }
}

fn start(command: &mut Command, port: u16) -> Running {
    let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let running = Running(started.expect("it can be started"));
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        thread::sleep(Duration::from_millis(20));
    }
    running
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
    listener.local_addr().expect("it is bound").port()
}

/// The server under test in front of `upstream`.
fn node(folder: &Path, upstream: u16) -> (Running, u16) {
    let port = free_port();
    let file = folder.join("sealbearer.toml");
    let text = format!(
        "public_url = \"http://127.0.0.1:{port}\"\nlisten = \"127.0.0.1:{port}\"\n\
         [[resources]]\npath = \"/mcp\"\nupstream = \"http://127.0.0.1:{upstream}/mcp\"\n\
         [[clients]]\nid = \"bench\"\nsecret_hash = \"{SECRET_HASH}\"\ngrant_types = [\"client_credentials\"]\n"
    );
    fs::write(&file, text).expect("the folder is ours");
    let mut command = Command::new(env!("CARGO_BIN_EXE_sealbearer"));
    command.arg("serve").arg("--config").arg(&file);
    command.env("SEALBEARER_SECRET", "V5i/Z4B9AmlZ4eBe98mxpK6f+xzXENteAh/Gcb9WlUw=");
    (start(command.env("SEALBEARER_LOG", "warn"), port), port)
}

/// An access token for `/mcp`, as a machine gets one.
fn token(port: u16) -> String {
    let form = format!(
        "grant_type=client_credentials&client_id=bench&client_secret={SECRET}&resource=http%3A%2F%2F127.0.0.1%3A{port}%2Fmcp"
    );
    let mut reader = connect(port);
    let length = form.len();
    let request = format!(
        "POST /oauth/token HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}"
    );
    reader.get_mut().write_all(request.as_bytes()).expect("it is sent");
    let answer = answer(&mut reader);
    let token = answer.split("\"access_token\":\"").nth(1).and_then(|rest| rest.split('"').next());
    token.expect("a token").to_owned()
}

/// nginx in front of `upstream`, asking `/oauth/test` of the node about each request.
fn nginx(folder: &Path, upstream: u16, node: u16) -> (Running, u16) {
    let port = free_port();
    let shown = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {shown}/tmp-{kind};"))
        .join(" ");
    let text = format!(
        "daemon off; master_process off; pid {shown}/nginx.pid; error_log stderr crit;
events {{ worker_connections 64; }}
http {{
  access_log off; {temporary} keepalive_requests 1000000;
  upstream mcp {{ server 127.0.0.1:{upstream}; keepalive 4; keepalive_requests 1000000; }}
  upstream node {{ server 127.0.0.1:{node}; keepalive 4; keepalive_requests 1000000; }}
  proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_buffering off;
  server {{
    listen 127.0.0.1:{port};
    location /mcp {{ auth_request /asked; proxy_set_header Authorization \"\"; proxy_pass http://mcp; }}
    location = /asked {{
      internal; proxy_pass http://node/oauth/test; proxy_method GET;
      proxy_pass_request_body off; proxy_set_header Content-Length \"\"; proxy_set_header Host 127.0.0.1:{node};
    }}
  }}
}}
"
    );
    let configuration = folder.join("nginx.conf");
    fs::write(&configuration, text).expect("the folder is ours");
    let program = PathBuf::from("/usr/sbin/nginx");
    let program = if program.exists() { program } else { PathBuf::from("nginx") };
    let mut command = Command::new(program);
    command.arg("-p").arg(folder).arg("-e").arg("stderr").arg("-c").arg(&configuration);
    (start(&mut command, port), port)
}
