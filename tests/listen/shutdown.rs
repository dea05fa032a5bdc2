//! What the server still does after it was told to stop.

use super::*;

#[tokio::test]
async fn an_answer_in_progress_is_finished_and_an_idle_connection_closed() {
    let (asked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let server = Running::new(patient(), waiting(Arc::clone(&asked), Arc::clone(&go_on))).await;
    let mut idle = server.connect().await;
    let mut busy = server.connect().await;
    busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    asked.notified().await;
    server.stop.send(()).expect("it runs");
    assert_eq!(idle.rest().await, "");
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody else is let in");
    go_on.notify_one();
    let answer = busy.rest().await;
    assert!(answer.ends_with("done"), "{answer:?}");
    server.stopped.await.expect("no panic").expect("it stops cleanly");
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_cut() {
    let (asked, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let limits = Limits { drain_deadline: SOON, ..patient() };
    let server = Running::new(limits, waiting(Arc::clone(&asked), go_on)).await;
    let mut busy = server.connect().await;
    busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    asked.notified().await;
    server.stop.send(()).expect("it runs");
    let stopped = tokio::time::timeout(NEVER, server.stopped).await.expect("it stops");
    stopped.expect("no panic").expect("it stops cleanly");
    assert_eq!(busy.rest().await, "");
}
