//! The command line as a client: the real program against a server that plays by script.

mod archive;
mod doctor;
mod leak;
mod run;
mod runs;
mod server;
mod soak;
mod tests_root;
mod whole;

use std::io::Read;
use std::process::{Child, Command, Stdio};

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: i32,
    stdout: Vec<u8>,
    stderr: String,
}

impl Ended {
    fn stdout(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }
}

/// `proctor` with an environment that says nothing but the server.
fn proctor(server: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proctor"));
    command.env_clear().env("PROCTOR_SERVER", server).env("USER", "ann").args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn end_of(mut command: Command) -> Ended {
    wait(command.spawn().unwrap())
}

fn wait(mut child: Child) -> Ended {
    let mut stdout = child.stdout.take();
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stdout.as_mut().map(|stdout| stdout.read_to_end(&mut bytes).unwrap());
        bytes
    });
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    let status = child.wait().unwrap();
    Ended { code: status.code().unwrap_or(-1), stdout: reader.join().unwrap(), stderr }
}
