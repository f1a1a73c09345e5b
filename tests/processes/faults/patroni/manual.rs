//! What docs/operations.md says of Patroni, for hosts that are all on this machine.

use std::net::Ipv4Addr;
use std::path::Path;

use crate::cluster;

/// The hosts of the manual; the first two have a database.
pub const NAMES: [&str; 3] = ["one", "two", "three"];

const MANUAL: &str = include_str!("../../../../docs/operations.md");
const SECTION: &str = "### Failover by itself, with Patroni\n";

/// The block of the section that is written in this language.
pub fn block(language: &str) -> &'static str {
    let (_, section) = MANUAL.split_once(SECTION).expect("the manual has the section");
    let section = section.split("\n### ").next().unwrap_or_default();
    let (_, block) = section.split_once(&format!("```{language}\n")).expect("it has the block");
    block.split("```").next().unwrap_or_default()
}

/// Every process has addresses of its own, so that ports are those of the manual.
pub fn address(host: usize) -> Ipv4Addr {
    loopback(u32::try_from(host).unwrap() + 1)
}

pub fn proxy() -> Ipv4Addr {
    loopback(0)
}

fn loopback(number: u32) -> Ipv4Addr {
    // Numbers of processes have 22 bits: proc(5), pid_max.
    Ipv4Addr::from(127 << 24 | (std::process::id() << 2 | number) & 0x00ff_ffff)
}

/// `/etc/haproxy/haproxy.cfg`
pub fn of_the_proxy() -> String {
    at_home(&block("haproxy").replace("127.0.0.1:5432", &format!("{}:5432", proxy())))
}

/// `/etc/default/etcd`, by variable.
pub fn of_etcd(host: usize) -> Vec<(String, String)> {
    let text = at_home(&on_host(block("ini"), host));
    let lines = text.lines().filter_map(|line| line.split_once('='));
    lines.map(|(variable, value)| (variable.to_owned(), value.to_owned())).collect()
}

/// `/etc/patroni/config.yml`, with all files in `place`.
pub fn of_patroni(host: usize, place: &Path) -> String {
    let place = place.display().to_string();
    at_home(&on_host(block("yaml"), host))
        .replace("/usr/lib/postgresql/15/bin", &cluster::programs().display().to_string())
        .replace("/var/run/postgresql", &place)
        .replace("/var/lib/postgresql", &place)
}

/// As it is written on one of the hosts, where the manual has the first one.
fn on_host(text: &str, host: usize) -> String {
    let name = NAMES[host];
    let line = |line: &str| match line {
        "name: one" => format!("name: {name}\n"),
        "ETCD_NAME=one" => format!("ETCD_NAME={name}\n"),
        // Of all of them.
        line if line.contains(&manuals_address(1)) => format!("{line}\n"),
        line => line.replace(&manuals_address(0), &manuals_address(host)) + "\n",
    };
    text.lines().map(line).collect()
}

fn manuals_address(host: usize) -> String {
    format!("10.0.0.{}", 11 + host)
}

fn at_home(text: &str) -> String {
    let addresses = (0..NAMES.len()).map(|host| (manuals_address(host), address(host).to_string()));
    let network = ("10.0.0.0/24".to_owned(), "127.0.0.0/8".to_owned());
    addresses.chain([network]).fold(text.to_owned(), |text, (from, to)| text.replace(&from, &to))
}
