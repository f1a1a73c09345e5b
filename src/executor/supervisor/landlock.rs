//! Keeping a run away from files without namespaces: the kernel refuses what no rule allows, to this process and all
//! that come from it, and lets them neither look into other processes nor signal them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, RulesetError, Scope,
};

use super::sandbox::Sandbox;

/// The newest that is made use of; older kernels do what they can of it.
const NEWEST: ABI = ABI::V6;

/// Whether this kernel has it.
pub(super) fn is_there() -> bool {
    let rules = Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    rules.handle_access(AccessFs::from_all(ABI::V1)).and_then(Ruleset::create).is_ok()
}

/// Confines this process, which can gain no privileges any more.
pub(super) fn enter(sandbox: &Sandbox) -> io::Result<()> {
    rules(sandbox).and_then(RulesetCreated::restrict_self).map_err(io::Error::other)?;
    Ok(())
}

fn rules(sandbox: &Sandbox) -> Result<RulesetCreated, RulesetError> {
    let all = AccessFs::from_all(NEWEST);
    let read = AccessFs::from_read(NEWEST);
    let hidden: Vec<PathBuf> =
        sandbox.hidden.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
    let mut rules = Ruleset::default()
        .handle_access(all)?
        .scope(Scope::Signal | Scope::AbstractUnixSocket)?
        .create()?;
    // Names of files may be seen, but not what is in them.
    rules = allow(rules, Path::new("/"), AccessFs::ReadDir.into())?;
    for path in visible(Path::new("/"), &hidden).iter().chain(&sandbox.readable) {
        rules = allow(rules, path, read)?;
    }
    for path in sandbox.writable.iter().flat_map(|path| visible(path, &hidden)) {
        rules = allow(rules, &path, all)?;
    }
    let devices =
        ["/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/ptmx", "/dev/pts", "/dev/shm"];
    for path in devices.map(Path::new).into_iter().chain([sandbox.scratch.as_path()]) {
        rules = allow(rules, path, all)?;
    }
    Ok(rules)
}

/// What is not there needs no rule.
fn allow(
    rules: RulesetCreated,
    path: &Path,
    access: landlock::BitFlags<AccessFs>,
) -> Result<RulesetCreated, RulesetError> {
    let Ok(place) = PathFd::new(path) else { return Ok(rules) };
    let access = if path.is_dir() { access } else { access & AccessFs::from_file(NEWEST) };
    rules.add_rule(PathBeneath::new(place, access))
}

/// A directory without what is hidden in it: in pieces, because a rule for a directory allows all of it. What is kept
/// below something hidden has rules of its own.
fn visible(directory: &Path, hidden: &[PathBuf]) -> Vec<PathBuf> {
    let real = fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned());
    let inside = |one: &&PathBuf| one.starts_with(&real) && **one != real;
    if !hidden.iter().any(|one| inside(&one)) {
        return vec![real];
    }
    let entries = fs::read_dir(&real).into_iter().flatten().flatten().map(|entry| entry.path());
    let entries = entries.filter(|path| !hidden.contains(path) && !path.is_symlink());
    entries.flat_map(|path| visible(&path, hidden)).collect()
}
