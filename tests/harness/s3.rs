//! An S3 server, and a way to it that can be closed or go wrong. The server is moto's, from the Python packages for
//! developers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

pub const BUCKET: &str = "contents";

/// The server wants a name, and checks no signature.
const ANYBODY: &str = "AWS4-HMAC-SHA256 Credential=tests/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/// A server of this test's own.
pub struct S3 {
    process: Child,
    server: SocketAddr,
    place: String,
    way: Way,
    /// Where its certificate is, if it speaks HTTPS.
    certificate: Option<tempfile::TempDir>,
}

/// What becomes of those who come this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Open,
    /// Nobody is let in.
    Closed,
    /// Everything is answered with this status.
    Status(u16),
    /// Nothing is ever answered.
    Silent,
}

struct Way {
    address: SocketAddr,
    mode: Arc<Mutex<Mode>>,
    passing: Arc<Mutex<Vec<TcpStream>>>,
}

impl S3 {
    pub fn start() -> Self {
        Self::with(&[], None)
    }

    /// Behind HTTPS, with a certificate that no well-known authority has signed.
    pub fn behind_https() -> Self {
        Self::with(&[], Some(tempfile::tempdir().unwrap()))
    }

    /// That knows nobody, and refuses everything.
    pub fn that_refuses() -> Self {
        // Behind the one request that makes the bucket.
        Self::with(&[("INITIAL_NO_AUTH_ACTION_COUNT", "1")], None)
    }

    fn with(variables: &[(&str, &str)], certificate: Option<tempfile::TempDir>) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/s3.py");
        let mut process = Command::new(python())
            .arg(script)
            .args(certificate.iter().map(|home| home.path().join("s3")))
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let server = line.trim().parse().unwrap_or_else(|_| panic!("no S3 server: {line:?}"));
        let place = format!("s3://{BUCKET}/of/tests");
        Self { process, server, place, way: Way::to(server), certificate }
    }

    /// As an operator names it.
    pub fn place(&self) -> String {
        self.place.clone()
    }

    /// What says how to get there.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("AWS_ACCESS_KEY_ID", "tests".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "tests".to_owned()),
        ];
        if let Some(home) = &self.certificate {
            let file = home.path().join("s3.crt").display().to_string();
            variables
                .push(("AWS_ENDPOINT", format!("https://localhost:{}", self.way.address.port())));
            variables.push(("AWS_CA_BUNDLE", file));
        } else {
            variables.push(("AWS_ENDPOINT", format!("http://{}", self.way.address)));
            variables.push(("AWS_ALLOW_HTTP", "true".to_owned()));
        }
        variables
    }

    pub fn become_(&self, mode: Mode) {
        *self.way.mode.lock().unwrap() = mode;
        for one in self.way.passing.lock().unwrap().drain(..) {
            let _ = one.shutdown(Shutdown::Both);
        }
    }

    /// Replaces what lies under a name, behind the back of everybody.
    pub fn replace(&self, name: &str, bytes: &[u8]) {
        ureq::put(self.address(name)).header("authorization", ANYBODY).send(bytes).unwrap();
    }

    pub fn remove(&self, name: &str) {
        ureq::delete(self.address(name)).header("authorization", ANYBODY).call().unwrap();
    }

    pub fn has(&self, name: &str) -> bool {
        ureq::head(self.address(name)).header("authorization", ANYBODY).call().is_ok()
    }

    fn address(&self, name: &str) -> String {
        format!("http://{}/{BUCKET}/of/tests/{name}", self.server)
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.become_(Mode::Closed);
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Way {
    fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (mode, passing) = (Arc::new(Mutex::new(Mode::Open)), Arc::default());
        let way = Self { address, mode, passing };
        let (mode, passing) = (Arc::clone(&way.mode), Arc::clone(&way.passing));
        std::thread::spawn(move || {
            for here in listener.incoming().map_while(Result::ok) {
                let mode = *mode.lock().unwrap();
                passing.lock().unwrap().push(here.try_clone().unwrap());
                match mode {
                    Mode::Open => pass(here, server, &passing),
                    Mode::Closed => drop(here.shutdown(Shutdown::Both)),
                    Mode::Status(status) => drop(std::thread::spawn(move || refuse(here, status))),
                    Mode::Silent => {}
                }
            }
        });
        way
    }
}

fn pass(here: TcpStream, server: SocketAddr, passing: &Mutex<Vec<TcpStream>>) {
    let Ok(far) = TcpStream::connect(server) else { return };
    for (from, to) in [(&here, &far), (&far, &here)] {
        let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        passing.lock().unwrap().push(from.try_clone().unwrap());
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
}

/// Answers once, when all that was said so far has been heard.
fn refuse(mut here: TcpStream, status: u16) {
    let mut heard = [0; 8 * 1024];
    let _ = here.read(&mut heard);
    let _ = write!(here, "HTTP/1.1 {status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let _ = here.shutdown(Shutdown::Write);
    let _ = std::io::copy(&mut here, &mut std::io::sink());
}

/// The interpreter with the packages for developers.
fn python() -> PathBuf {
    match std::env::var_os("PROCTOR_DEV_PYTHON") {
        Some(python) => python.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv-dev/bin/python"),
    }
}
