//! Whether tests get the packages that they ask for.

use std::process::Command;

use super::check::Check;
use crate::cli::server;
use crate::config::Config;

const LOST: &str = "runs end in error whose tests ask for packages (requirements.txt, pyproject.toml, a block in the file)";

pub fn packages(config: &Config) -> Check {
    let check = Check::new("packages");
    let packages = server::packages(config);
    if !packages.enabled {
        return check.passes("the configuration switches them off (packages.enabled)");
    }
    let fix = "pip install uv into the environment of --python, or name it in the configuration: packages.uv";
    let Some(uv) = packages.uv else { return check.degrades("there is no uv", LOST, fix) };
    let place = uv.display();
    match Command::new(&uv).arg("--version").output() {
        Ok(output) if output.status.success() => {
            let version = String::from_utf8_lossy(&output.stdout);
            check.passes(&format!("{place} is {}", version.trim()))
        }
        Ok(output) => {
            check.degrades(&format!("{place} does not work: {}", output.status), LOST, fix)
        }
        Err(error) => check.degrades(&format!("cannot execute {place}: {error}"), LOST, fix),
    }
}
