//! A run that has no network reaches nothing but itself.

use std::net::TcpListener;

use proctor::wire::{Outcome, RunDetails};
use serde_json::{Value, json};

use crate::harness::{Proctor, Rights, Settings};

const CALLS: &str = "
import errno, os, socket, threading

def test_calls_itself():
    server = socket.create_server(('127.0.0.1', 0))
    thread = threading.Thread(target=lambda: server.accept()[0].sendall(b'heard'))
    thread.start()
    with socket.create_connection(server.getsockname()) as client:
        assert client.recv(5) == b'heard'
    thread.join()

def reach(address):
    with socket.socket() as client:
        client.settimeout(5)
        return errno.errorcode.get(client.connect_ex(address), 'reached')

def test_calls_others():
    print('of this machine:', reach(('127.0.0.1', int(os.environ['PORT']))))
    print('elsewhere:', reach(('192.0.2.1', 80)))
    print('devices:', [name for _, name in socket.if_nameindex()])
";

fn run(proctor: &Proctor, listener: &TcpListener, options: Value) -> (RunDetails, String) {
    let port = listener.local_addr().unwrap().port().to_string();
    let body = json!({
        "requester": "ann", "environment": 3, "targets": ["test_calls.py"],
        "variables": {"PORT": port}, "options": options,
    });
    let run = proctor.api().submit_json(body);
    let ended = proctor.api().wait_until_finished(run);
    (ended, proctor.api().log(run))
}

fn proctor(rights: Rights) -> (Proctor, TcpListener) {
    let proctor = Proctor::with(Settings { rights, ..Settings::default() });
    proctor.tests.write("test_calls.py", CALLS);
    (proctor, TcpListener::bind("127.0.0.1:0").unwrap())
}

fn reaches_only_itself(rights: Rights) {
    let (proctor, listener) = proctor(rights);
    for start in ["warm", "cold"] {
        let (ended, log) = run(&proctor, &listener, json!({"network": "none", "start": start}));
        assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{ended:#?}\n{log}");
        assert_eq!(ended.run.start_mode.as_deref(), Some(start));
        assert!(log.contains("of this machine: ECONNREFUSED"), "{log}");
        assert!(log.contains("elsewhere: ENETUNREACH"), "{log}");
        assert!(log.contains("devices: ['lo']"), "{log}");
        let (_, log) = run(&proctor, &listener, json!({"network": "machine", "start": start}));
        assert!(log.contains("of this machine: reached"), "{log}");
    }
}

#[test]
fn a_run_without_network_reaches_only_itself() {
    reaches_only_itself(Rights::Own);
}

#[test]
fn neither_does_one_of_an_ordinary_user() {
    if !Rights::Nobody.can_be_had() {
        eprintln!("left out: this machine lets nobody be an ordinary user");
        return;
    }
    reaches_only_itself(Rights::Nobody);
}

#[test]
fn a_template_can_say_that_there_is_no_network_and_a_run_otherwise() {
    let (proctor, listener) = proctor(Rights::Own);
    let template =
        json!({"name": "alone", "targets": ["test_calls.py"], "options": {"network": "none"}});
    assert_eq!(proctor.api().post("/api/v1/templates", &template).0, 201);
    for (options, expected) in
        [(json!({}), "ECONNREFUSED"), (json!({"network": "machine"}), "reached")]
    {
        let port = listener.local_addr().unwrap().port().to_string();
        let body = json!({
            "requester": "ann", "environment": 3, "template": "alone",
            "variables": {"PORT": port}, "options": options,
        });
        let run = proctor.api().submit_json(body);
        proctor.api().wait_until_finished(run);
        let log = proctor.api().log(run);
        assert!(log.contains(&format!("of this machine: {expected}")), "{log}");
    }
}

#[test]
fn an_environment_can_have_no_network_and_a_run_there_says_otherwise() {
    let (proctor, listener) = proctor(Rights::Own);
    let (status, environment) =
        proctor.api().patch("/api/v1/environments/3", &json!({"network": "none"}));
    assert_eq!((status, &environment["network"]), (200, &json!("none")));
    for (options, expected) in
        [(json!({}), "ECONNREFUSED"), (json!({"network": "machine"}), "reached")]
    {
        let (_, log) = run(&proctor, &listener, options);
        assert!(log.contains(&format!("of this machine: {expected}")), "{log}");
    }
    let (status, _) = proctor.api().patch("/api/v1/environments/3", &json!({"network": "machine"}));
    assert_eq!(status, 200);
    let (_, log) = run(&proctor, &listener, json!({}));
    assert!(log.contains("of this machine: reached"), "{log}");
}

#[test]
fn a_machine_that_cannot_take_the_network_away_refuses_such_a_run_in_words() {
    if !Rights::NoPidNamespace.can_be_had() {
        eprintln!("left out: this machine lets nobody lose its namespaces");
        return;
    }
    let (proctor, listener) = proctor(Rights::NoPidNamespace);
    let (refused, _) = run(&proctor, &listener, json!({"network": "none"}));
    assert_eq!(refused.run.outcome, Some(Outcome::Error), "{refused:#?}");
    let reason = refused.run.reason.unwrap();
    assert!(reason.contains("grants no network of its own"), "{reason}");
    assert!(reason.contains("--network machine"), "{reason}");
}
