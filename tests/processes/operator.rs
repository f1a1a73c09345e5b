//! What the operator can ask of the processes, and nobody else.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use crate::harness::{Proctor, wait_until};

/// The status and the body of an answer on the socket of a process.
fn ask(socket: &Path, request: &str) -> (u16, Vec<u8>) {
    let mut stream = UnixStream::connect(socket).unwrap();
    write!(stream, "{request} HTTP/1.1\r\nhost: proctor\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), answer[end + 4..].to_vec())
}

fn sockets(proctor: &Proctor) -> Vec<PathBuf> {
    let workers = fs::read_dir(proctor.data().join("workers")).into_iter().flatten().flatten();
    let directories = workers.map(|entry| entry.path()).chain([proctor.data()]);
    directories.map(|path| path.join("operator.sock")).filter(|path| path.exists()).collect()
}

#[test]
fn the_operator_sees_what_serve_and_a_worker_hold_in_memory() {
    let proctor = Proctor::start();
    proctor.tests.write("test_a.py", "def test_a(): pass\n");
    wait_until("both can be asked", || sockets(&proctor).len() == 2);
    for socket in sockets(&proctor) {
        let mode = fs::metadata(&socket).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "nobody else can open {}", socket.display());
        let (status, words) = ask(&socket, "GET /heap");
        assert_eq!(status, 409, "{}", String::from_utf8_lossy(&words));
        assert_eq!(ask(&socket, "POST /heap/start").0, 200);
        proctor.api().wait_until_finished(proctor.api().submit(1, "test_a.py"));
        let (status, profile) = ask(&socket, "GET /heap");
        assert_eq!((status, &profile[..2]), (200, &[0x1f, 0x8b][..]), "packed as pprof reads it");
        assert_eq!(ask(&socket, "POST /heap/stop").0, 200);
        assert_eq!(ask(&socket, "GET /heap").0, 409);
        assert_eq!(ask(&socket, "GET /api/v1/runs").0, 404, "nothing else is answered here");
    }
}
