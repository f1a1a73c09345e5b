//! A way to a database of PostgreSQL that can be closed, forget who passes, or lead to another server.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A way to the database that can be closed.
pub struct Door {
    /// Of the database behind it.
    pub address: String,
    home: tempfile::TempDir,
    there: Arc<Mutex<PathBuf>>,
    passing: Arc<Mutex<Vec<Passing>>>,
}

/// One direction of a connection.
#[derive(Clone)]
struct Passing {
    from: Arc<UnixStream>,
    is_forgotten: Arc<AtomicBool>,
}

const SOCKET: &str = ".s.PGSQL.5432";

impl Door {
    pub fn before(database: &str) -> Self {
        let (front, there) = database.split_once("?host=").unwrap();
        let home = tempfile::tempdir().unwrap();
        let address = format!("{front}?host={}", home.path().display());
        let there = Arc::new(Mutex::new(PathBuf::from(there).join(SOCKET)));
        let door = Self { address, home, there, passing: Arc::default() };
        door.open();
        door
    }

    pub fn open(&self) {
        let listener = UnixListener::bind(self.home.path().join(SOCKET)).unwrap();
        let (there, passing) = (Arc::clone(&self.there), Arc::clone(&self.passing));
        std::thread::spawn(move || {
            for here in listener.incoming().map_while(Result::ok) {
                let Ok(far) = UnixStream::connect(&*there.lock().unwrap()) else { continue };
                let is_forgotten = Arc::new(AtomicBool::new(false));
                let mut open = passing.lock().unwrap();
                for (from, to) in [(&here, &far), (&far, &here)] {
                    let is_forgotten = Arc::clone(&is_forgotten);
                    let passing =
                        Passing { from: Arc::new(from.try_clone().unwrap()), is_forgotten };
                    let to = to.try_clone().unwrap();
                    open.push(passing.clone());
                    std::thread::spawn(move || passing.pass_to(to));
                }
            }
        });
    }

    /// What passes now gets nowhere any more, and neither side is told: as behind a firewall that has forgotten it. Who comes
    /// anew is let in.
    pub fn forget(&self) {
        for one in self.passing.lock().unwrap().drain(..) {
            one.is_forgotten.store(true, Ordering::SeqCst);
        }
    }

    /// From now on it leads to the server with this socket; what passes is cut.
    pub fn lead_to(&self, socket: PathBuf) {
        *self.there.lock().unwrap() = socket;
        self.cut();
    }

    /// Cuts what passes, and lets nobody in.
    pub fn close(&self) {
        std::fs::remove_file(self.home.path().join(SOCKET)).unwrap();
        self.cut();
    }

    fn cut(&self) {
        for one in self.passing.lock().unwrap().drain(..) {
            let _ = one.from.shutdown(Shutdown::Both);
        }
    }
}

impl Passing {
    fn pass_to(self, mut to: UnixStream) {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(count @ 1..) = (&*self.from).read(&mut bytes) {
            if !self.is_forgotten() && to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        if !self.is_forgotten() {
            let _ = to.shutdown(Shutdown::Both);
        }
    }

    fn is_forgotten(&self) -> bool {
        self.is_forgotten.load(Ordering::SeqCst)
    }
}
