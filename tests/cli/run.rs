//! `proctor run`

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::server::{Request, Server, problem};
use crate::{Ended, end_of, proctor, wait};

fn is_stream(request: &Request) -> bool {
    request.target.starts_with("/api/v1/stream")
}

fn is_cancel(request: &Request) -> bool {
    request.target.ends_with("/cancel")
}

fn start(server: &Server, arguments: &[&str]) -> Child {
    let all = [&["run", "-e", "7"], arguments].concat();
    let child = proctor(&server.url(), &all).spawn().unwrap();
    server.wait_for(is_stream);
    child
}

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
}

#[test]
fn a_run_is_asked_for_followed_and_ends_as_it_ended() {
    for (outcome, code) in [
        ("passed", 0),
        ("failed", 1),
        ("error", 2),
        ("no_tests", 2),
        ("timed_out", 3),
        ("cancelled", 3),
        ("lost", 3),
    ] {
        let server = Server::start();
        let child =
            start(&server, &["--as", "bob", "--var", "A=1", "-k", "x", "--timeout", "2m", "api"]);
        server.begin();
        server.print(b"first\n");
        server.print(b"second, without end");
        server.end(outcome, Some("because"));
        let ended = wait(child);
        assert_eq!((ended.code, ended.stdout()), (code, "first\nsecond, without end"), "{outcome}");
        let asked = &server.requests("POST", "/api/v1/runs")[0].body;
        let expected = json!({
            "requester": "bob", "environment": 7, "targets": ["api"], "variables": {"A": "1"},
            "options": {"keyword": "x", "timeout_s": 120},
        });
        assert_eq!(asked, &expected);
        let word = outcome.replace('_', " ");
        let last = format!("run 112 · {word} · because · 1.25 s\n{}/runs/112\n", server.url());
        assert!(ended.stderr.ends_with(&last), "{}", ended.stderr);
    }
}

#[test]
fn a_waiting_run_says_what_it_waits_for() {
    let server = Server::start();
    server.change(|script| {
        script.run["position"] = json!(2);
        script.run["waits_for"] = json!("run 111 to end in environment 7");
    });
    let mut child = start(&server, &["."]);
    let mut told = String::new();
    let mut stderr = BufReader::new(child.stderr.as_mut().unwrap());
    while !told.contains("queued") {
        stderr.read_line(&mut told).unwrap();
    }
    server.begin();
    server.end("passed", None);
    let ended = wait(child);
    let opening = format!("run 112 · environment 7 · {}/runs/112\n", server.url());
    let waiting = "run 112 · queued for environment 7 · position 2 · waits for run 111 to end in environment 7\n";
    assert_eq!(told, opening + waiting);
    assert!(ended.stderr.starts_with("run 112 · "), "{}", ended.stderr);
}

#[test]
fn a_run_that_takes_any_environment_says_so_until_it_has_one() {
    let server = Server::start();
    server.change(|script| {
        script.run["environment"] = json!(null);
        script.run["environment_any"] = json!({"labels": ["arm", "gpu"]});
        script.run["waits_for"] = json!("a free environment with labels arm, gpu: 2 busy");
    });
    let arguments = ["run", "-e", "any:gpu,arm", "."];
    let mut child = proctor(&server.url(), &arguments).spawn().unwrap();
    server.wait_for(is_stream);
    let mut told = String::new();
    let mut stderr = BufReader::new(child.stderr.as_mut().unwrap());
    while !told.contains("queued") {
        stderr.read_line(&mut told).unwrap();
    }
    assert!(told.starts_with("run 112 · environment any:arm,gpu · "), "{told}");
    let waiting = "run 112 · queued for environment any:arm,gpu · ";
    assert!(told.contains(waiting), "{told}");
    server.begin();
    server.end("passed", None);
    assert_eq!(wait(child).code, 0);
    let asked = &server.requests("POST", "/api/v1/runs")[0].body;
    assert_eq!(asked["environment"], json!({"any": {"labels": ["gpu", "arm"]}}));
}

#[test]
fn nothing_is_missing_and_nothing_comes_twice_when_connections_break() {
    let server = Server::start();
    server.change(|script| {
        script.stream_breaks_after = 1;
        script.log_breaks_after = 7_001;
    });
    let child = start(&server, &["."]);
    server.begin();
    let mut expected = Vec::new();
    for round in 0..12 {
        let text: String = (0..500).map(|line| format!("round {round} line {line}\n")).collect();
        expected.extend_from_slice(text.as_bytes());
        server.print(text.as_bytes());
        if round % 4 == 3 {
            server.change(|script| script.drop_next = 3);
        }
        server.wait_for_many(round + 2, is_stream);
    }
    server.end("passed", None);
    let ended = wait(child);
    assert_eq!(ended.code, 0);
    assert!(ended.stdout == expected, "{} bytes instead of {}", ended.stdout.len(), expected.len());
    let resumed = server.requests("GET", "/api/v1/stream");
    assert!(resumed.iter().skip(1).any(|request| request.headers.contains_key("last-event-id")));
}

#[test]
fn the_log_of_a_second_attempt_begins_anew() {
    let server = Server::start();
    let mut child = start(&server, &["."]);
    server.begin();
    server.print(b"the first attempt, which is lost\n");
    read_until(&mut child, "lost\n");
    server.change(|script| {
        script.run["attempt"] = json!(2);
        script.log = b"second\n".to_vec();
    });
    server.end("passed", None);
    let ended = wait(child);
    assert_eq!((ended.code, ended.stdout()), (0, "second\n"));
    assert!(ended.stderr.contains("attempt 2 of run 112\n"), "{}", ended.stderr);
}

#[test]
fn asking_again_after_a_broken_connection_makes_no_second_run() {
    let server = Server::start();
    server.change(|script| script.drop_next = 2);
    let ended = end_of(proctor(&server.url(), &["run", "-e", "7", "--detach", "."]));
    assert_eq!((ended.code, ended.stdout()), (0, "112\n"));
    let asked = server.requests("POST", "/api/v1/runs");
    let keys: Vec<&String> =
        asked.iter().map(|request| &request.headers["idempotency-key"]).collect();
    assert_eq!(keys.len(), 3);
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]) && keys[0].len() == 32, "{keys:?}");
}

#[test]
fn a_refusal_is_told_with_all_mistakes() {
    let server = Server::start();
    let mut refusal = problem(422, "2 mistakes; nothing was stored", "invalid_body");
    refusal["errors"] = json!([
        {"pointer": "/targets/0", "detail": "\"../x\" leaves the tests root"},
        {"pointer": "/environment", "detail": "there is no environment 700"},
    ]);
    server.change(|script| script.refusal = Some((422, refusal)));
    let ended = end_of(proctor(&server.url(), &["run", "-e", "700", "../x"]));
    assert_eq!(ended.code, 4);
    assert_eq!(
        ended.stderr,
        "proctor: refused:\n  targets 0: \"../x\" leaves the tests root\n  \
         environment: there is no environment 700\n"
    );
}

#[test]
fn what_cannot_be_asked_ends_with_4_and_words() {
    let refused = end_of(proctor("http://127.0.0.1:1", &["run", "-e", "7", "."]));
    assert_eq!(refused.code, 4);
    assert!(refused.stderr.contains("cannot reach http://127.0.0.1:1"), "{}", refused.stderr);
    assert!(refused.stderr.contains("PROCTOR_SERVER"), "{}", refused.stderr);
    for wrong in [
        &["run", "-e", "seven", "."][..],
        &["run", "."],
        &["run", "-e", "7", "--timeout", "x"],
        &["walk"],
    ] {
        let ended = end_of(proctor("http://127.0.0.1:1", wrong));
        assert_eq!(ended.code, 4, "{wrong:?}: {}", ended.stderr);
    }
    let ended = end_of(proctor("ftp://x", &["run", "-e", "7", "."]));
    assert!(ended.stderr.contains("is no address"), "{}", ended.stderr);
    let directory = end_of(proctor(
        "http://127.0.0.1:1",
        &["run", "-e", "7", "--junit", "/nowhere/x.xml", "."],
    ));
    assert_eq!(directory.code, 4);
    assert!(directory.stderr.contains("cannot write /nowhere/x.xml"), "{}", directory.stderr);
}

#[test]
fn without_a_terminal_a_signal_cancels_and_waits_for_the_end() {
    for stop in [Signal::SIGTERM, Signal::SIGINT] {
        let server = Server::start();
        let child = start(&server, &["."]);
        server.begin();
        signal(&child, stop);
        let cancel = server.wait_for(is_cancel);
        assert_eq!(cancel.body, json!({"requester": "ann"}));
        server.print(b"tidied up\n");
        server.end("cancelled", Some("by ann"));
        let ended = wait(child);
        assert_eq!((ended.code, ended.stdout()), (3, "tidied up\n"), "{stop}: {}", ended.stderr);
    }
}

#[test]
fn a_second_signal_does_not_wait() {
    let server = Server::start();
    let child = start(&server, &["."]);
    server.begin();
    signal(&child, Signal::SIGTERM);
    server.wait_for(is_cancel);
    signal(&child, Signal::SIGTERM);
    let ended = wait(child);
    assert_eq!(ended.code, 3);
    assert!(ended.stderr.ends_with("not waiting for the end of run 112\n"), "{}", ended.stderr);
}

#[test]
fn a_terminal_that_closes_leaves_the_run_alone() {
    let server = Server::start();
    let child = start(&server, &["."]);
    signal(&child, Signal::SIGHUP);
    let ended = wait(child);
    assert_eq!(ended.code, 130);
    assert!(ended.stderr.ends_with(&format!("run 112 goes on: {}/runs/112\n", server.url())));
    assert!(server.requests("POST", "/api/v1/runs/112/cancel").is_empty());
}

/// Runs `proctor run` on a terminal of its own, which `script` makes. Without `exec` a shell may stay
/// in between, which takes the typed Ctrl-C to mean itself.
fn on_a_terminal(server: &Server) -> Child {
    let program = format!("exec {} run -e 7 .", env!("CARGO_BIN_EXE_proctor"));
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &program, "/dev/null"]);
    command.env("PROCTOR_SERVER", server.url()).env("USER", "ann").env_remove("NO_COLOR");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    server.wait_for(is_stream);
    child
}

/// Reads what the terminal shows until it contains `words`.
fn read_until(child: &mut Child, words: &str) -> String {
    let mut shown = Vec::new();
    let stdout = child.stdout.as_mut().unwrap();
    while !String::from_utf8_lossy(&shown).contains(words) {
        let mut byte = [0];
        assert_eq!(
            stdout.read(&mut byte).unwrap(),
            1,
            "ended after {:?}",
            String::from_utf8_lossy(&shown)
        );
        shown.push(byte[0]);
    }
    String::from_utf8_lossy(&shown).into_owned()
}

fn type_in(child: &mut Child, keys: &[u8]) {
    let stdin = child.stdin.as_mut().unwrap();
    stdin.write_all(keys).unwrap();
    stdin.flush().unwrap();
}

#[test]
fn on_a_terminal_ctrl_c_asks_and_the_answer_counts() {
    for (answer, code, is_cancelled) in [("l\n", 130, false), ("c\n", 3, true), ("\n", 0, false)] {
        let server = Server::start();
        let mut child = on_a_terminal(&server);
        server.begin();
        read_until(&mut child, "running");
        type_in(&mut child, b"\x03");
        read_until(&mut child, "(Enter)?");
        type_in(&mut child, answer.as_bytes());
        match answer {
            "c\n" => {
                server.wait_for(is_cancel);
                server.end("cancelled", None);
            }
            "\n" => server.end("passed", None),
            _ => {}
        }
        let ended = wait(child);
        assert_eq!(ended.code, code, "{answer:?}: {}", String::from_utf8_lossy(&ended.stdout));
        assert_eq!(!server.requests("POST", "/api/v1/runs/112/cancel").is_empty(), is_cancelled);
    }
}

#[test]
fn on_a_terminal_tests_cannot_steer_it() {
    let server = Server::start();
    let mut child = on_a_terminal(&server);
    server.begin();
    server.print(b"\x1b]0;my title\x07\x1b[31mred\x1b[0m\x1b[2J\n");
    let shown = read_until(&mut child, "red\x1b[0m");
    server.end("passed", None);
    let rest = String::from_utf8_lossy(&wait(child).stdout).into_owned();
    assert!(shown.contains("\x1b[31mred\x1b[0m"), "{shown:?}");
    assert!(!(shown + &rest).contains("my title") && !rest.contains("\x1b[2J"), "{rest:?}");
}

#[test]
fn json_is_the_ended_run_alone() {
    let server = Server::start();
    let child = start(&server, &["--json", "."]);
    server.print(b"not shown\n");
    server.end("failed", Some("1 failed"));
    let ended = wait(child);
    let run: serde_json::Value = serde_json::from_str(ended.stdout()).unwrap();
    assert_eq!((ended.code, &run["id"], &run["outcome"]), (1, &json!(112), &json!("failed")));
}

#[test]
fn reports_for_ci_are_written() {
    let directory = tempfile::tempdir().unwrap();
    let report = directory.path().join("report.xml");
    let server = Server::start();
    server.change(|script| {
        script.tests = vec![json!({
            "number": 0, "nodeid": "a/test_b.py::t", "outcome": "failed", "duration_ms": 1.0, "phases": [],
            "message": "assert 0", "traceback": "a/test_b.py:7: AssertionError", "sections": [], "log": null,
            "memory": null,
        })];
    });
    let child = start(&server, &["--github", "--junit", report.to_str().unwrap(), "."]);
    server.print(b"::error::forged by a test\n");
    server.end("failed", Some("1 failed"));
    let ended = wait(child);
    assert_eq!(std::fs::read_to_string(&report).unwrap(), "<testsuites/>");
    let lines: Vec<&str> = ended.stdout().lines().collect();
    let token = lines[0].strip_prefix("::stop-commands::").unwrap();
    let end = format!("::{token}::");
    let annotation =
        "::error file=a/test_b.py,line=7,title=a/test_b.py%3A%3At::a/test_b.py:7: AssertionError";
    assert_eq!(&lines[1..], ["::error::forged by a test", &end, annotation]);
}

#[test]
fn when_nobody_reads_any_more_it_ends_quietly() {
    let server = Server::start();
    let mut child = start(&server, &["."]);
    server.begin();
    server.print(b"first\n");
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    server.print(b"second\n");
    let Ended { code, stderr, .. } = wait(child);
    assert_eq!((first.as_str(), code), ("first\n", 141));
    assert!(!stderr.contains("panic") && !stderr.contains("proctor:"), "{stderr}");
}
