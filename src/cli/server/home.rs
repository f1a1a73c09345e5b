//! The name of a data directory, by which hosts that share a database tell theirs from those of others.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context as _;

const FILE: &str = "home.id";
/// A new random name at each reading, see <https://man7.org/linux/man-pages/man4/random.4.html>.
const NAMES: &str = "/proc/sys/kernel/random/uuid";

/// The name of this one, given to it now if it has none.
pub fn name(data: &Path) -> anyhow::Result<String> {
    let path = data.join(FILE);
    let read = || fs::read_to_string(&path).map(|name| name.trim().to_owned());
    let name = match read() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => give(data).and_then(|()| read()),
        read => read,
    };
    name.with_context(|| format!("cannot read the name of the data directory, {}", path.display()))
}

/// `serve` and `worker` may both begin at once: whoever is first names it.
fn give(data: &Path) -> io::Result<()> {
    let beside = data.join(format!("{FILE}.{}", std::process::id()));
    fs::write(&beside, fs::read_to_string(NAMES)?)?;
    let given = fs::hard_link(&beside, data.join(FILE));
    fs::remove_file(&beside)?;
    match given {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
