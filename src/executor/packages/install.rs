//! Installs what is asked for, by a program of its own that runs where the tests would.

use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};
use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep_until, timeout};

use super::Packages;
use super::asked::Asked;
use super::kept::{Held, Kept, Making, Place};
use crate::domain::Limits;
use crate::domain::verdict::Stopped;
use crate::executor::launch::{self, Interpreter};
use crate::executor::pipes::{self, DRAIN};
use crate::executor::supervisor::{Cause, Job, Snapshot, Supervisor};
use crate::executor::{PYTHON_OF_ENVIRONMENT, Settings};

/// Of what is printed, to say why it failed.
const TAIL: usize = 8 * 1024;
/// What it says of packages that come as source only.
const NEEDS_BUILDING: [&str; 3] =
    ["--no-build", "no usable wheels", "Building source distributions is disabled"];

/// What is to be installed, and for whom.
pub struct Installer<'a> {
    pub settings: &'a Settings,
    pub supervisor: &'a Supervisor,
    pub interpreter: &'a Interpreter,
    pub asked: &'a Asked,
    /// The files of the tests, as the run sees them.
    pub snapshot: Option<Snapshot>,
    pub scratch: &'a Path,
    pub limits: Limits,
}

/// Who follows it.
pub trait Watch {
    fn started(&mut self, job: Job);
    /// How long its processes may live, in milliseconds of the lease clock.
    fn until(&self) -> i64;
    fn printed(&mut self, bytes: &[u8]);
    /// Answers when it is not wanted any more.
    async fn stopped(&mut self) -> Stopped;
}

/// Why there is no environment.
#[derive(Debug)]
pub enum NotInstalled {
    Stopped(Stopped),
    /// In words, to be read by whoever asked.
    Failed(String),
}

impl From<io::Error> for NotInstalled {
    fn from(error: io::Error) -> Self {
        Self::Failed(format!("packages cannot be installed: {error}"))
    }
}

impl Installer<'_> {
    /// An interpreter with these packages, there as long as the second is held.
    pub async fn provide(
        &self,
        watch: &mut impl Watch,
    ) -> Result<(Interpreter, Held), NotInstalled> {
        let packages = &self.settings.packages;
        let Some(uv) = &packages.uv else {
            return Err(NotInstalled::Failed(format!(
                "{} asks for packages, and there is no uv to install them; install it beside the server's interpreter \
                 (pip install uv), or set packages.enabled = false",
                self.files()
            )));
        };
        let kept = Kept::of(&self.settings.data, packages.keep);
        let (finding, name) = (kept.clone(), self.name());
        let found = tokio::task::spawn_blocking(move || finding.find(&name));
        let place = tokio::select! {
            found = found => found.map_err(io::Error::other).flatten()?,
            why = watch.stopped() => return Err(NotInstalled::Stopped(why)),
        };
        let held = match place {
            Place::Made(held) => held,
            Place::ToMake(making) => {
                let words = format!("Installing the packages of {}\n", self.files());
                watch.printed(words.as_bytes());
                self.make(packages, uv, (&making, &kept.cache()), watch).await?;
                let made = tokio::task::spawn_blocking(move || kept.made(making)).await;
                made.map_err(io::Error::other).flatten()?
            }
        };
        let python = python_in(&held.directory);
        Ok((Interpreter { python, ..self.interpreter.clone() }, held))
    }

    /// The same for all who ask for the same of the same interpreter.
    fn name(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.interpreter.python.as_os_str().as_encoded_bytes());
        hash.update(&self.asked.fingerprint);
        if self.asked.local {
            let tree = self.snapshot.as_ref().map(|snapshot| snapshot.tree.as_os_str());
            hash.update(tree.unwrap_or_default().as_encoded_bytes());
        }
        format!("{:x}", hash.finalize())
    }

    fn files(&self) -> String {
        let names: Vec<_> =
            self.asked.files.iter().map(|file| file.display().to_string()).collect();
        names.join(", ")
    }

    async fn make(
        &self,
        packages: &Packages,
        uv: &Path,
        (making, cache): (&Making, &Path),
        watch: &mut impl Watch,
    ) -> Result<(), NotInstalled> {
        let time_is_up = Instant::now() + packages.timeout;
        let own = [making.directory.clone(), cache.to_owned()];
        let python = python_in(&making.directory).display().to_string();
        let base = self.interpreter.python.display().to_string();
        let venv = making.directory.join("venv").display().to_string();
        let words = ["venv", "--no-project", "--python", &base, &venv];
        let mut printed = self.step(uv, &words, (&own, cache), time_is_up, watch).await?;
        if printed.is_ok() {
            self.check_python(&making.directory)?;
            let files: Vec<_> = self.files_there();
            let files = files.iter().flat_map(|file| ["-r", file.as_str()]);
            let install = ["pip", "install", "--python", &python, "pytest"];
            let install: Vec<&str> = install.into_iter().chain(files).collect();
            let wheels: Vec<&str> = install.iter().copied().chain(["--no-build"]).collect();
            printed = self.step(uv, &wheels, (&own, cache), time_is_up, watch).await?;
            let needs_building = |text: &String| NEEDS_BUILDING.iter().any(|it| text.contains(it));
            if packages.build && printed.as_ref().is_err_and(needs_building) {
                watch.printed(b"Some have to be built from source\n");
                // Building executes code of packages, which must not reach what others install.
                let private = making.directory.join("cache");
                printed = self.step(uv, &install, (&own, &private), time_is_up, watch).await?;
                let _ = std::fs::remove_dir_all(private);
            }
        }
        printed.map_err(|text| {
            let why = why(&text);
            NotInstalled::Failed(format!(
                "the packages of {} cannot be installed: {why}",
                self.files()
            ))
        })
    }

    fn files_there(&self) -> Vec<String> {
        let tests = &self.interpreter.tests;
        self.asked.files.iter().map(|file| tests.join(file).display().to_string()).collect()
    }

    /// Whether the version of the interpreter is what the tests want.
    fn check_python(&self, directory: &Path) -> Result<(), NotInstalled> {
        let text = std::fs::read_to_string(directory.join("venv/pyvenv.cfg"))?;
        let version = text.lines().find_map(|line| line.strip_prefix("version_info = "));
        let Some(version) = version.and_then(|it| Version::from_str(it.trim()).ok()) else {
            return Ok(());
        };
        for (file, wanted) in &self.asked.pythons {
            let file = file.display();
            let wish = VersionSpecifiers::from_str(wanted).map_err(|error| {
                NotInstalled::Failed(format!(
                    "{file}: requires-python {wanted:?} cannot be understood: {error}"
                ))
            })?;
            if !wish.contains(&version) {
                return Err(NotInstalled::Failed(format!(
                    "{file} wants Python {wanted}, and the interpreter of the run is {version}; choose another one \
                     (options.interpreter)"
                )));
            }
        }
        Ok(())
    }

    /// One call of the program; the end of what it printed when it did not succeed.
    async fn step(
        &self,
        uv: &Path,
        words: &[&str],
        (own, cache): (&[PathBuf], &Path),
        time_is_up: Instant,
        watch: &mut impl Watch,
    ) -> Result<Result<(), String>, NotInstalled> {
        let mut launch =
            launch::installation(self.settings, self.interpreter, self.limits, self.scratch, own);
        launch.snapshot.clone_from(&self.snapshot);
        launch.arguments = [uv.display().to_string()]
            .into_iter()
            .chain(words.iter().map(|word| (*word).to_owned()))
            .collect();
        launch.environment.push(format!("UV_CACHE_DIR={}", cache.display()));
        let (mut started, mut output) =
            pipes::start_program(self.supervisor, &launch, watch.until())?;
        watch.started(started.job.clone());
        let mut tail = String::new();
        let mut buffer = vec![0; 16 * 1024];
        let mut take = |bytes: &[u8], watch: &mut dyn FnMut(&[u8])| {
            watch(bytes);
            tail.push_str(&String::from_utf8_lossy(bytes));
            let from = tail.ceil_char_boundary(tail.len().saturating_sub(TAIL));
            tail.drain(..from);
        };
        let end = loop {
            tokio::select! {
                read = output.read(&mut buffer) => take(&buffer[..read], &mut |it| watch.printed(it)),
                end = &mut started.ended => break end,
                why = watch.stopped() => {
                    started.job.kill();
                    // Its tree is gone before anything else happens.
                    let _ = (&mut started.ended).await;
                    return Err(NotInstalled::Stopped(why));
                }
                () = sleep_until(time_is_up) => {
                    started.job.kill();
                    let _ = (&mut started.ended).await;
                    return Err(self.took_too_long());
                }
            }
        };
        output.hurry();
        while !output.has_ended()
            && let Ok(read) = timeout(DRAIN, output.read(&mut buffer)).await
        {
            take(&buffer[..read], &mut |it| watch.printed(it));
        }
        if let Ok(Err(error)) = started.begun.await {
            return Err(error.into());
        }
        Ok(match end.map(|end| end.cause) {
            Ok(Cause::Exit(0)) => Ok(()),
            Ok(Cause::Exit(_)) => Err(tail),
            Ok(Cause::Overdue) => return Err(NotInstalled::Stopped(Stopped::LeaseLost)),
            Ok(Cause::Killed) => Err("it was killed".into()),
            Err(_) => return Err(NotInstalled::Stopped(Stopped::SupervisorGone)),
        })
    }

    fn took_too_long(&self) -> NotInstalled {
        NotInstalled::Failed(format!(
            "installing the packages of {} took longer than packages.timeout_s = {} and was ended",
            self.files(),
            self.settings.packages.timeout.as_secs()
        ))
    }
}

fn python_in(directory: &Path) -> PathBuf {
    directory.join(PYTHON_OF_ENVIRONMENT)
}

/// The reason in what was printed: its last cause or error.
fn why(printed: &str) -> String {
    let lines = || printed.lines().map(str::trim).filter(|line| !line.is_empty());
    let said = |word: &str| lines().rev().find_map(|line| line.strip_prefix(word)).map(str::trim);
    let words = said("cause:").or_else(|| said("error:")).or_else(|| lines().next_back());
    words.unwrap_or("it said nothing").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_cause_is_what_is_told() {
        let text =
            "Resolved\nerror: No solution found\n  cause: Because x was not found\n\nhint: look\n";
        assert_eq!(why(text), "Because x was not found");
        assert_eq!(why("error: no such file\n"), "no such file");
        assert_eq!(why("Segmentation fault\n"), "Segmentation fault");
        assert_eq!(why(""), "it said nothing");
    }
}
