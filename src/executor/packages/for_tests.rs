//! The interpreter that executes tests: the one that was asked for, with the packages that they ask for.

use std::io;
use std::path::{Path, PathBuf};

use tokio::sync::watch;

use super::asked::asked;
use super::install::{Installer, NotInstalled, Watch};
use super::kept::Held;
use crate::actions::Claimed;
use crate::domain::verdict::Stopped;
use crate::executor::files::Files;
use crate::executor::launch::Interpreter;
use crate::executor::supervisor::Job;
use crate::executor::workspace::Workspace;
use crate::executor::{Settings, Shared};
use crate::live::Hint;
use crate::logs::LogWriter;

/// An interpreter, with its packages as long as this lives.
#[derive(Debug)]
pub struct Equipped {
    pub interpreter: Interpreter,
    _packages: Option<Held>,
}

/// For a run; what is installed for it is printed into its log.
pub async fn for_run(
    shared: &Shared,
    claimed: &Claimed,
    (files, workspace): (&Files, &Workspace),
    log: &mut LogWriter,
    stop: &mut watch::Receiver<Option<Stopped>>,
) -> Result<Equipped, NotInstalled> {
    let settings = &shared.settings;
    let options = &claimed.details.options;
    let interpreter = named(settings, options.interpreter.as_deref())?;
    let snapshot = files.snapshot(&workspace.layer);
    let root = snapshot.as_ref().map_or(&settings.interpreter.tests, |snapshot| &snapshot.tree);
    let Some(asked) = what_is_asked(settings, root.clone(), &claimed.run.targets).await? else {
        return Ok(Equipped { interpreter, _packages: None });
    };
    let installer = Installer {
        settings,
        supervisor: &shared.supervisor,
        interpreter: &interpreter,
        asked: &asked,
        snapshot,
        scratch: &workspace.scratch,
        limits: settings.limits.with(&options.limits, &settings.maximum),
    };
    let mut run = WatchedByRun { shared, claimed, home: &workspace.home, log, stop };
    equip(&installer, &mut run).await
}

/// For a collection of the test cases of a file, which may take until `until`.
pub async fn for_collection(
    shared: &Shared,
    path: &str,
    scratch: &Path,
    until: i64,
) -> Result<Equipped, NotInstalled> {
    let settings = &shared.settings;
    let interpreter = settings.interpreter.clone();
    let root = interpreter.tests.clone();
    let Some(asked) = what_is_asked(settings, root, &[path.to_owned()]).await? else {
        return Ok(Equipped { interpreter, _packages: None });
    };
    let installer = Installer {
        settings,
        supervisor: &shared.supervisor,
        interpreter: &interpreter,
        asked: &asked,
        snapshot: None,
        scratch,
        limits: settings.limits,
    };
    equip(&installer, &mut Unwatched { until }).await
}

async fn equip(
    installer: &Installer<'_>,
    watch: &mut impl Watch,
) -> Result<Equipped, NotInstalled> {
    let (interpreter, held) = installer.provide(watch).await?;
    Ok(Equipped { interpreter, _packages: Some(held) })
}

fn named(settings: &Settings, name: Option<&str>) -> Result<Interpreter, NotInstalled> {
    let interpreter = settings.interpreter.clone();
    let Some(name) = name else { return Ok(interpreter) };
    let python = settings.interpreters.get(name).cloned().ok_or_else(|| {
        let known: Vec<_> = settings.interpreters.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        NotInstalled::Failed(format!(
            "its worker has no interpreter {name:?}; its configuration names {known}"
        ))
    })?;
    Ok(Interpreter { python, ..interpreter })
}

async fn what_is_asked(
    settings: &Settings,
    root: PathBuf,
    targets: &[String],
) -> Result<Option<super::asked::Asked>, NotInstalled> {
    if !settings.packages.enabled {
        return Ok(None);
    }
    let targets = targets.to_owned();
    let asked = tokio::task::spawn_blocking(move || asked(&root, &targets)).await;
    Ok(asked.map_err(io::Error::other).flatten()?)
}

struct WatchedByRun<'a> {
    shared: &'a Shared,
    claimed: &'a Claimed,
    /// Where its log is.
    home: &'a Path,
    log: &'a mut LogWriter,
    stop: &'a mut watch::Receiver<Option<Stopped>>,
}

impl Watch for WatchedByRun<'_> {
    fn started(&mut self, job: Job) {
        self.shared.started(self.claimed.lease, job);
    }

    fn until(&self) -> i64 {
        self.shared.until(self.claimed.lease)
    }

    fn printed(&mut self, bytes: &[u8]) {
        let now = self.shared.context.clock.now();
        // A log that cannot be kept ends the run when its tests print.
        if let Ok(appended) = self.log.append(bytes, now) {
            let (lease, size) = (self.claimed.lease, appended.size);
            let place = || self.home.join("log");
            self.shared.far_logs.grown(lease, self.claimed.run.attempt, place, (size, now));
            let run = lease.run;
            self.shared.context.live.send(Hint::Log { run, size, complete: false });
        }
    }

    async fn stopped(&mut self) -> Stopped {
        let why = self.stop.wait_for(Option::is_some).await.ok().and_then(|why| why.clone());
        match why {
            Some(why) => why,
            None => std::future::pending().await,
        }
    }
}

struct Unwatched {
    until: i64,
}

impl Watch for Unwatched {
    fn started(&mut self, _: Job) {}

    fn until(&self) -> i64 {
        self.until
    }

    fn printed(&mut self, _: &[u8]) {}

    async fn stopped(&mut self) -> Stopped {
        std::future::pending().await
    }
}
