//! What a killed server was telling a webhook is told by the next one.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

use crate::harness::{LONG, Proctor, Settings};

/// What came, and the connection on which it waits for an answer.
type Letter = (Value, TcpStream);

#[test]
fn what_a_killed_server_was_telling_is_told_again_and_what_was_understood_is_not() {
    let (address, letters) = receive();
    let toml = format!(
        "[[webhooks]]\nname = \"chat\"\nurl = \"http://{address}/\"\nallow_private = true\ntimeout_s = 1\n"
    );
    let mut proctor = Proctor::with(Settings { toml, ..Settings::default() });
    proctor.tests.write("test_trivial.py", "def test_one(): pass\n");
    let run = proctor.api().submit(7, "test_trivial.py");
    let (told, unanswered) = letters.recv_timeout(LONG).unwrap();
    proctor.kill_serve();
    drop(unanswered);
    proctor.serve();
    let (again, mut waiting) = letters.recv_timeout(LONG).unwrap();
    assert_eq!(again["delivery"], told["delivery"]);
    assert_eq!(again["run"]["id"], run);
    waiting.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").unwrap();
    drop(waiting);
    let next = proctor.api().submit(7, "test_trivial.py");
    let (letter, _unanswered) = letters.recv_timeout(LONG).unwrap();
    assert_eq!(letter["run"]["id"], next);
}

/// Somebody who takes letters and leaves the answer to the test.
fn receive() -> (SocketAddr, Receiver<Letter>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, letters) = channel();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let Some(letter) = read(socket.unwrap()) else { continue };
            if sender.send(letter).is_err() {
                return;
            }
        }
    });
    (address, letters)
}

/// `None` when the connection ends before it is whole.
fn read(mut socket: TcpStream) -> Option<Letter> {
    let mut text = String::new();
    loop {
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
            if length.parse() == Ok(body.len()) {
                return Some((serde_json::from_str(body).ok()?, socket));
            }
        }
        let mut bytes = [0; 4096];
        let read = socket.read(&mut bytes).ok().filter(|read| *read > 0)?;
        text.push_str(std::str::from_utf8(&bytes[..read]).ok()?);
    }
}
