//! Notices what changes below the tests root, whoever changes it: Proctor, a person with an editor, or git.
//!
//! inotify itself and no library for all systems: those watch `.git` and virtual environments too, and follow paths by
//! name. Here every directory is opened beneath the root first, and only those are watched that lists show.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify, InotifyEvent, WatchDescriptor};

use super::beneath::{Hint, Root};
use super::snapshot::{is_left_out, stays_live};
use super::tree::is_hidden;
use super::{Catalog, CatalogError, TestPath};
use crate::domain::TestsChange;

/// Directories that are watched; each costs the kernel about 1 KiB.
const MOST_WATCHED: usize = 20_000;
/// Directories within directories.
const DEEPEST: usize = 64;
/// What follows within this time is told together: an editor or git changes many things at once.
const GATHER: Duration = Duration::from_millis(50);
/// It is told after this time, even if more keeps coming.
const GATHER_AT_MOST: Duration = Duration::from_millis(300);
/// How often to look again at what cannot be watched.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Watches one tests root.
pub struct Watch {
    root: Root,
    inotify: Inotify,
    paths: HashMap<WatchDescriptor, TestPath>,
    watched: BTreeMap<TestPath, WatchDescriptor>,
    most: usize,
    scope: Scope,
    extent: Extent,
}

/// What is of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// What lists show, when it has been written.
    Lists,
    /// What snapshots contain, at every change.
    Snapshot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    All,
    /// Some directories are beyond a limit, or the root is not there.
    Part,
}

/// Why the wait for changes ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Noticed {
    Changes(BTreeSet<TestsChange>),
    /// Whoever waited wants no more.
    Closed,
}

impl Catalog {
    /// Starts to watch.
    ///
    /// # Errors
    /// When the kernel gives no place for it.
    pub fn watch(&self) -> io::Result<Watch> {
        self.watch_scope(Scope::Lists)
    }

    pub(super) fn watch_scope(&self, scope: Scope) -> io::Result<Watch> {
        Watch::start(self.root.clone(), MOST_WATCHED, scope)
    }
}

impl Watch {
    fn start(root: Root, most: usize, scope: Scope) -> io::Result<Self> {
        let flags = InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK;
        let mut watch = Self {
            root,
            inotify: Inotify::init(flags)?,
            paths: HashMap::new(),
            watched: BTreeMap::new(),
            most,
            scope,
            extent: Extent::All,
        };
        watch.add(&TestPath::root());
        Ok(watch)
    }

    /// Waits until something has changed and it is quiet again for a moment, or the other end of `closing` is closed.
    ///
    /// # Errors
    /// When the kernel does not answer.
    pub fn next(&mut self, closing: BorrowedFd<'_>) -> io::Result<Noticed> {
        let mut changes = BTreeSet::new();
        let mut until: Option<Instant> = None;
        loop {
            let patience = match until {
                None if self.extent == Extent::Part => Some(LOOK_AGAIN),
                None => None,
                Some(end) => Some(GATHER.min(end.saturating_duration_since(Instant::now()))),
            };
            match self.wait(closing, patience)? {
                Woken::Closed => return Ok(Noticed::Closed),
                Woken::Time if changes.is_empty() => self.look_again(&mut changes)?,
                Woken::Time => return Ok(Noticed::Changes(TestsChange::few(changes))),
                Woken::Events => self.read(&mut changes)?,
            }
            if !changes.is_empty() {
                until.get_or_insert_with(|| Instant::now() + GATHER_AT_MOST);
            }
        }
    }

    /// What has changed since it was asked last, without waiting; `None` when not everything is watched.
    ///
    /// # Errors
    /// When the kernel does not answer.
    pub(super) fn pending(&mut self) -> io::Result<Option<BTreeSet<TestsChange>>> {
        let mut changes = BTreeSet::new();
        self.read(&mut changes)?;
        if !self.watched.contains_key(&TestPath::root()) {
            self.start_again(&mut changes)?;
        }
        Ok((self.extent == Extent::All).then_some(changes))
    }

    fn wait(&self, closing: BorrowedFd<'_>, patience: Option<Duration>) -> io::Result<Woken> {
        let mut fds = [
            PollFd::new(self.inotify.as_fd(), PollFlags::POLLIN),
            PollFd::new(closing, PollFlags::POLLIN),
        ];
        let timeout = match patience {
            None => PollTimeout::NONE,
            Some(time) => PollTimeout::try_from(time).unwrap_or(PollTimeout::MAX),
        };
        match poll(&mut fds, timeout) {
            Ok(0) => Ok(Woken::Time),
            Ok(_) if fds[1].any().unwrap_or(true) => Ok(Woken::Closed),
            Ok(_) | Err(Errno::EINTR) => Ok(Woken::Events),
            Err(errno) => Err(errno.into()),
        }
    }

    fn read(&mut self, changes: &mut BTreeSet<TestsChange>) -> io::Result<()> {
        loop {
            match self.inotify.read_events() {
                Ok(events) => {
                    for event in events {
                        self.take(&event, changes)?;
                    }
                }
                Err(Errno::EAGAIN | Errno::EINTR) => return Ok(()),
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    fn take(
        &mut self,
        event: &InotifyEvent,
        changes: &mut BTreeSet<TestsChange>,
    ) -> io::Result<()> {
        if event.mask.contains(AddWatchFlags::IN_Q_OVERFLOW) {
            return self.start_again(changes);
        }
        let Some(directory) = self.paths.get(&event.wd).cloned() else { return Ok(()) };
        if event.mask.contains(AddWatchFlags::IN_IGNORED) {
            self.paths.remove(&event.wd);
            if self.watched.get(&directory) == Some(&event.wd) {
                self.watched.remove(&directory);
            }
            if directory.is_root() {
                // The root is gone; another one may come in its place.
                self.extent = Extent::Part;
                changes.insert(TestsChange::everything());
            }
            return Ok(());
        }
        let Some(name) = event.name.as_ref().and_then(|name| name.to_str()) else {
            if directory.is_root() && event.mask.contains(AddWatchFlags::IN_MOVE_SELF) {
                return self.start_again(changes);
            }
            return Ok(());
        };
        if self.scope.leaves_out(name) {
            return Ok(());
        }
        changes.insert(TestsChange::In(directory.to_string()));
        if event.mask.contains(AddWatchFlags::IN_ISDIR) {
            let path = directory.join(name);
            self.forget(&path);
            let there =
                AddWatchFlags::IN_CREATE | AddWatchFlags::IN_MOVED_TO | AddWatchFlags::IN_ATTRIB;
            if event.mask.intersects(there) {
                self.add(&path);
            }
            // What was done in it before it was watched, or what another one of this name contained.
            changes.insert(TestsChange::Below(path.to_string()));
        }
        Ok(())
    }

    /// Tells of what cannot be watched that it may have changed, and of a root that was missing that it is there.
    fn look_again(&mut self, changes: &mut BTreeSet<TestsChange>) -> io::Result<()> {
        if !self.watched.contains_key(&TestPath::root()) {
            self.start_again(changes)?;
        }
        if self.watched.contains_key(&TestPath::root()) {
            changes.insert(TestsChange::everything());
        } else {
            changes.clear();
        }
        Ok(())
    }

    /// After events were lost, or the root was exchanged: anything may have changed.
    fn start_again(&mut self, changes: &mut BTreeSet<TestsChange>) -> io::Result<()> {
        *self = Self::start(self.root.clone(), self.most, self.scope)?;
        changes.clear();
        changes.insert(TestsChange::everything());
        Ok(())
    }

    /// Watches the directory at `path` and those in it.
    fn add(&mut self, path: &TestPath) {
        let mut waiting = vec![(path.clone(), path.parts().count())];
        while let Some((path, depth)) = waiting.pop() {
            if self.watched.len() >= self.most || depth > DEEPEST {
                if self.extent == Extent::All {
                    let limit = self.most;
                    tracing::warn!(
                        limit,
                        "too many directories to watch: changes of tests may be noticed late"
                    );
                }
                self.extent = Extent::Part;
                return;
            }
            let names = match self.add_one(&path) {
                Ok(names) => names,
                Err(CatalogError::NotFound { .. } | CatalogError::NotReadable { .. })
                    if !path.is_root() =>
                {
                    continue;
                }
                Err(error) => {
                    if self.extent == Extent::All {
                        tracing::warn!(%error, %path, "changes of tests may be noticed late");
                    }
                    self.extent = Extent::Part;
                    return;
                }
            };
            if !path.is_root() && names.iter().any(|(name, _)| name == "pyvenv.cfg") {
                self.forget(&path);
                continue;
            }
            let directories = names
                .into_iter()
                .filter(|(name, hint)| *hint == Hint::Directory && !self.scope.leaves_out(name));
            waiting.extend(directories.map(|(name, _)| (path.join(&name), depth + 1)));
        }
    }

    /// Watches first and reads then, so that nothing comes in between unseen.
    fn add_one(&mut self, path: &TestPath) -> Result<Vec<(String, Hint)>, CatalogError> {
        let folder = self.root.folder(path)?;
        let place = PathBuf::from(format!("/proc/self/fd/{}", folder.as_fd().as_raw_fd()));
        let watch = self
            .inotify
            .add_watch(&place, self.scope.mask())
            .map_err(|errno| CatalogError::io(path.as_str())(errno.into()))?;
        self.paths.insert(watch, path.clone());
        self.watched.insert(path.clone(), watch);
        self.root.names(path)
    }

    /// Watches no more what was at `path` and below.
    fn forget(&mut self, path: &TestPath) {
        let gone: Vec<_> = self
            .watched
            .iter()
            .filter(|(watched, _)| watched.is_in(path))
            .map(|(path, watch)| (path.clone(), *watch))
            .collect();
        for (path, watch) in gone {
            self.watched.remove(&path);
            self.paths.remove(&watch);
            // The kernel has forgotten what was deleted.
            let _ = self.inotify.rm_watch(watch);
        }
    }
}

impl Scope {
    fn leaves_out(self, name: &str) -> bool {
        match self {
            Self::Lists => is_hidden(name),
            Self::Snapshot => is_left_out(name) || stays_live(name),
        }
    }

    fn mask(self) -> AddWatchFlags {
        let all = AddWatchFlags::IN_CREATE
            | AddWatchFlags::IN_CLOSE_WRITE
            | AddWatchFlags::IN_DELETE
            | AddWatchFlags::IN_MOVED_FROM
            | AddWatchFlags::IN_MOVED_TO
            | AddWatchFlags::IN_MOVE_SELF
            | AddWatchFlags::IN_ONLYDIR;
        match self {
            Self::Lists => all,
            // Also what is written and stays open, and what becomes executable or readable.
            Self::Snapshot => all | AddWatchFlags::IN_MODIFY | AddWatchFlags::IN_ATTRIB,
        }
    }
}

enum Woken {
    Events,
    Time,
    Closed,
}
