//! Another program that serves, and says in its log when it is ready.

use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener};

/// Waits for a line with these words, and reads on after it, so that the program can write on.
///
/// # Panics
///
/// When the program ends before.
pub async fn wait_for_words(words: &'static str, log: impl Read + Send + 'static) {
    let (sender, ready) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut sender = Some(sender);
        for line in BufReader::new(log).lines() {
            let Ok(line) = line else { return };
            eprintln!("server: {line}");
            if line.contains(words)
                && let Some(sender) = sender.take()
            {
                let _ = sender.send(());
            }
        }
    });
    ready
        .await
        .expect("the server has ended; see its words above");
}

/// A port of loopback on which nobody listens.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
