//! A way to a database of PostgreSQL that can be closed, or lead to another server.

use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// A way to the database that can be closed.
pub struct Door {
    /// Of the database behind it.
    pub address: String,
    home: tempfile::TempDir,
    there: Arc<Mutex<PathBuf>>,
    passing: Arc<Mutex<Vec<UnixStream>>>,
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
                let mut open = passing.lock().unwrap();
                for (from, to) in [(&here, &far), (&far, &here)] {
                    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    open.push(from.try_clone().unwrap());
                    std::thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                        let _ = to.shutdown(std::net::Shutdown::Both);
                    });
                }
            }
        });
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
            let _ = one.shutdown(std::net::Shutdown::Both);
        }
    }
}
