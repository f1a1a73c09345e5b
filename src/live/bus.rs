//! Datagrams between the processes that share a data directory: each binds one socket in `DATA/hints` and sends to the
//! sockets of the others. There is no server that could be missing.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::net::UnixDatagram;
use tokio::sync::broadcast;

use super::{Hears, Hint};

/// The end of the names of those who want no hints that are only to be shown.
const WORK: &str = "-work";
/// Longer than any hint.
const LONGEST: usize = 256;

static SOCKETS: AtomicU32 = AtomicU32::new(0);

#[derive(Debug)]
pub(super) struct Bus {
    socket: UnixDatagram,
    /// Apart from the one that hears: tokio's is ready to send only after its reactor has said so.
    sender: std::os::unix::net::UnixDatagram,
    directory: File,
    name: String,
}

impl Bus {
    pub(super) fn bind(data: &Path, hears: Hears) -> io::Result<Self> {
        let path = data.join("hints");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&path)?;
        let directory = File::open(&path)?;
        let number = SOCKETS.fetch_add(1, Ordering::Relaxed);
        let ending = if hears == Hears::Work { WORK } else { "" };
        let name = format!("{}-{number}{ending}", std::process::id());
        let address = address(&directory, &name);
        // A leftover of a dead process that had the same number.
        let _ = fs::remove_file(&address);
        let socket = UnixDatagram::bind(address)?;
        let sender = std::os::unix::net::UnixDatagram::unbound()?;
        sender.set_nonblocking(true)?;
        Ok(Self { socket, sender, directory, name })
    }

    pub(super) fn send(&self, hint: Hint) {
        let text = hint.encode();
        let Ok(neighbours) = fs::read_dir(fd_path(&self.directory)) else { return };
        for entry in neighbours.flatten() {
            let name = entry.file_name();
            let is_for_nobody = |name: &str| hint.is_to_show() && name.ends_with(WORK);
            if name.to_str().is_some_and(|name| name == self.name || is_for_nobody(name)) {
                continue;
            }
            let path = fd_path(&self.directory).join(&name);
            if let Err(error) = self.sender.send_to(text.as_bytes(), &path)
                && error.kind() == io::ErrorKind::ConnectionRefused
            {
                // Its process is gone.
                let _ = fs::remove_file(&path);
            }
        }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = fs::remove_file(address(&self.directory, &self.name));
    }
}

/// Hands what the neighbours say to this process's subscribers, until the process ends.
pub(super) async fn deliver(bus: Arc<Bus>, hub: broadcast::Sender<Hint>) {
    let mut buffer = [0; LONGEST];
    loop {
        match bus.socket.recv(&mut buffer).await {
            Ok(length) => {
                let hint = std::str::from_utf8(&buffer[..length]).ok().and_then(Hint::decode);
                if let Some(hint) = hint {
                    let _ = hub.send(hint);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "hints from other processes stop here");
                return;
            }
        }
    }
}

/// Through the open directory, because the address of a socket has at most 108 bytes.
fn address(directory: &File, name: &str) -> PathBuf {
    fd_path(directory).join(name)
}

fn fd_path(directory: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", directory.as_raw_fd()))
}

#[cfg(test)]
mod tests {
    use super::super::Live;
    use super::*;

    #[tokio::test]
    async fn a_hint_reaches_the_neighbours_and_a_dead_one_is_cleared_away()
    -> Result<(), Box<dyn std::error::Error>> {
        let data = tempfile::tempdir()?;
        let join = || Live::join(data.path(), Hears::Everything);
        let (one, other) = (join()?, join()?);
        drop(std::os::unix::net::UnixDatagram::bind(data.path().join("hints/dead"))?);
        let mut heard = other.subscribe();
        one.send(Hint::Queue);
        assert_eq!(heard.recv().await?, Hint::Queue);
        assert!(!data.path().join("hints/dead").exists());
        Ok(())
    }

    #[tokio::test]
    async fn whoever_works_is_not_told_what_is_only_to_be_shown()
    -> Result<(), Box<dyn std::error::Error>> {
        let data = tempfile::tempdir()?;
        let server = Live::join(data.path(), Hears::Everything)?;
        let worker = Live::join(data.path(), Hears::Work)?;
        let (mut shown, mut work) = (server.subscribe(), worker.subscribe());
        server.send(Hint::Events);
        worker.send(Hint::Events);
        server.send(Hint::Queue);
        assert_eq!(work.recv().await?, Hint::Queue);
        // Its own, the one of the worker, and its own again.
        let mut heard = [shown.recv().await?, shown.recv().await?, shown.recv().await?];
        heard.sort_by_key(|hint| *hint == Hint::Queue);
        assert_eq!(heard, [Hint::Events, Hint::Events, Hint::Queue]);
        Ok(())
    }
}
