//! `proctor runs`

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::server::{Server, problem};
use crate::{Ended, end_of, proctor, wait};

fn runs(server: &Server, arguments: &[&str]) -> Ended {
    end_of(proctor(&server.url(), &[&["runs"], arguments].concat()))
}

#[test]
fn the_list_is_a_table_or_json_and_passes_the_filters_on() {
    let server = Server::start();
    server.end("passed", None);
    let ended = runs(&server, &["list", "--state", "finished", "-e", "1-9", "-q", "a b&c"]);
    let table = ended.stdout();
    assert!(table.starts_with("RUN  STATE   ENV  REQUESTER  CREATED"), "{table}");
    assert!(table.contains("112  passed  7    ann"), "{table}");
    let asked = &server.requests("GET", "/api/v1/runs?")[0].target;
    assert_eq!(asked, "/api/v1/runs?state=finished&environment=1-9&q=a%20b%26c&limit=20");
    let page: Value = serde_json::from_str(runs(&server, &["list", "--json"]).stdout()).unwrap();
    assert_eq!(page["items"][0]["id"], json!(112));
}

#[test]
fn one_run_is_shown_with_what_is_known() {
    let server = Server::start();
    server.end("failed", Some("1 failed"));
    let shown = runs(&server, &["show", "112"]);
    for line in [
        "state        failed\n",
        "reason       1 failed\n",
        "variables    A=1\n",
        "duration     1.25 s\n",
    ] {
        assert!(shown.stdout().contains(line), "{}", shown.stdout());
    }
    let json: Value =
        serde_json::from_str(runs(&server, &["show", "112", "--json"]).stdout()).unwrap();
    assert_eq!(json["command"], json!(["pytest", "api"]));
}

#[test]
fn a_log_comes_as_text_with_colours_when_wanted_or_as_it_was_printed() {
    let server = Server::start();
    let log = b"\x1b[31mred\x1b[0m \xc3\xbc\xff\x1b]0;title\x07\r\n";
    server.print(log);
    server.end("passed", None);
    let log_with = |name: &str, arguments: &[&str]| {
        let mut command = proctor(&server.url(), &[&["runs", "log", "112"], arguments].concat());
        end_of({
            command.env(name, "1");
            command
        })
        .stdout
    };
    let plain = b"red \xc3\xbc\xff\r\n".to_vec();
    assert_eq!(log_with("X", &[]), plain);
    assert_eq!(log_with("GITHUB_ACTIONS", &[]), b"\x1b[31mred\x1b[0m \xc3\xbc\xff\r\n");
    assert_eq!(log_with("NO_COLOR", &["--follow"]), plain);
    assert_eq!(log_with("X", &["--raw"]), log);
    assert_eq!(log_with("NO_COLOR", &["--raw"]), log);
}

#[test]
fn a_log_that_breaks_off_goes_on_where_it_was() {
    let server = Server::start();
    let text: String = (0..2000).map(|line| format!("line {line}\n")).collect();
    server.print(text.as_bytes());
    server.end("passed", None);
    server.change(|script| script.log_breaks_after = 9_000);
    assert_eq!(runs(&server, &["log", "112"]).stdout(), text);
}

#[test]
fn looking_on_never_cancels() {
    let server = Server::start();
    server.begin();
    let child = proctor(&server.url(), &["runs", "log", "112", "--follow"]).spawn().unwrap();
    server.wait_for(|request| request.target.starts_with("/api/v1/stream"));
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let ended = wait(child);
    assert_eq!(ended.code, 130);
    assert!(server.requests("POST", "/").is_empty());
}

#[test]
fn cancel_and_rerun_say_who_asks() {
    let server = Server::start();
    let cancelled = runs(&server, &["cancel", "112", "--as", "bob"]);
    assert_eq!((cancelled.code, cancelled.stdout()), (0, "run 112: cancelling\n"));
    assert_eq!(
        server.requests("POST", "/api/v1/runs/112/cancel")[0].body,
        json!({"requester": "bob"})
    );
    let again = runs(&server, &["rerun", "112", "--failed", "-e", "9"]);
    assert_eq!((again.code, again.stdout()), (0, "112\n"));
    let asked = &server.requests("POST", "/api/v1/runs/112/rerun")[0];
    assert_eq!(asked.body, json!({"failed_only": true, "environment": 9, "requester": "ann"}));
    assert!(asked.headers.contains_key("idempotency-key"));
}

#[test]
fn a_run_that_is_not_there_is_said_so() {
    let server = Server::start();
    let ended = runs(&server, &["show", "999"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (4, "proctor: no such thing\n"));
    server.change(|script| {
        script.refusal = Some((409, problem(409, "nothing failed in run 112", "x")));
    });
    let ended = runs(&server, &["rerun", "112", "--failed"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (4, "proctor: nothing failed in run 112\n"));
}
