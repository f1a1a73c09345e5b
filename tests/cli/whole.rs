//! The command line against a real server with a real worker and pytest.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::{end_of, proctor, wait};

/// `proctor serve` in a directory of its own, always on the same port.
pub struct Served {
    directory: TempDir,
    port: u16,
    process: Child,
}

impl Served {
    pub fn with_test(name: &str, content: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("tests")).unwrap();
        fs::write(directory.path().join("tests").join(name), content).unwrap();
        Self::start(directory)
    }

    /// On a data directory that `restore` makes.
    pub fn restored(restore: impl FnOnce(&Path)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("tests")).unwrap();
        fs::write(directory.path().join("tests/test_a.py"), "def test_a(): pass\n").unwrap();
        restore(&directory.path().join("data"));
        Self::start(directory)
    }

    fn start(directory: TempDir) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = serve(binary(), directory.path(), port);
        Self { directory, port, process }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    pub fn tests_root(&self) -> PathBuf {
        self.directory.path().join("tests")
    }

    /// As if the machine had run out of memory and chosen the server.
    fn kill_and_serve_again(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = serve(binary(), self.directory.path(), self.port);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // In order, so that the worker ends too.
        let _ = kill(Pid::from_raw(self.process.id().cast_signed()), Signal::SIGTERM);
        let _ = self.process.wait();
    }
}

pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_proctor"))
}

fn serve(binary: &Path, directory: &Path, port: u16) -> Child {
    let mut command = Command::new(binary);
    command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
    command.arg("--data").arg(directory.join("data")).arg("--tests").arg(directory.join("tests"));
    // Also where the machine grants less.
    command.arg("--python").arg(python()).args(["--isolation-min", "0"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    assert!(ready.contains("ready"), "{ready:?}");
    process
}

/// An interpreter with pytest; `make` prepares one.
pub fn python() -> PathBuf {
    let prepared = || Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python");
    let python = std::env::var_os("PROCTOR_PYTHON").map_or_else(prepared, PathBuf::from);
    assert!(
        python.exists(),
        "{} does not exist: run `make test`, or set PROCTOR_PYTHON",
        python.display()
    );
    python
}

#[test]
fn a_log_is_whole_however_often_the_server_is_killed() {
    let mut served = Served::with_test(
        "test_chatty.py",
        "import time\n\ndef test_chatty():\n    for n in range(200):\n        print(f'line {n} of this test')\n        \
         time.sleep(0.01)\n",
    );
    let mut child = proctor(&served.url(), &["run", "-e", "7", "test_chatty.py"]).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut printed = String::new();
    for until in ["line 40 of", "line 90 of"] {
        while !printed.contains(until) {
            assert!(stdout.read_line(&mut printed).unwrap() > 0, "ended after {printed}");
        }
        served.kill_and_serve_again();
    }
    while stdout.read_line(&mut printed).unwrap() > 0 {}
    let ended = wait(child);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let lines: Vec<&str> = printed.lines().filter(|line| line.starts_with("line ")).collect();
    let expected: Vec<String> = (0..200).map(|n| format!("line {n} of this test")).collect();
    assert_eq!(lines, expected);
    let log = end_of(proctor(&served.url(), &["runs", "log", "1"]));
    assert_eq!(log.stdout(), printed);
}

#[test]
fn a_ci_job_gets_its_exit_code_its_report_and_its_annotations() {
    let served = Served::with_test(
        "test_two.py",
        "def test_good():\n    pass\n\ndef test_bad():\n    print('so far')\n    assert 1 == 2\n",
    );
    let report = served.directory.path().join("report.xml");
    let report_path = report.to_str().unwrap();
    let arguments = ["run", "-e", "7", "--github", "--junit", report_path, "test_two.py"];
    let ended = end_of(proctor(&served.url(), &arguments));
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("run 1 · failed · 1 failed, 1 passed · "), "{}", ended.stderr);
    let annotation = "::error file=test_two.py,line=6,title=test_two.py%3A%3Atest_bad::";
    assert!(ended.stdout().contains(annotation), "{}", ended.stdout());
    let report = fs::read_to_string(&report).unwrap();
    for part in [
        r#"failures="1""#,
        r#"tests="2""#,
        r#"<testcase classname="test_two" name="test_bad""#,
        "<failure",
    ] {
        assert!(report.contains(part), "{report}");
    }
    let again = end_of(proctor(&served.url(), &["runs", "rerun", "1", "--failed", "--follow"]));
    assert_eq!(again.code, 1, "{}", again.stderr);
    assert!(again.stderr.contains("run 2 · failed · 1 failed · "), "{}", again.stderr);
}

#[test]
fn a_cancelled_ci_job_leaves_its_environment_free() {
    let served = Served::with_test(
        "test_long.py",
        "import time\n\ndef test_long():\n    print('it runs')\n    time.sleep(300)\n",
    );
    let mut child = proctor(&served.url(), &["run", "-e", "7", "."]).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut printed = String::new();
    while !printed.contains("it runs") {
        assert!(stdout.read_line(&mut printed).unwrap() > 0, "ended after {printed}");
    }
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM).unwrap();
    while stdout.read_line(&mut printed).unwrap() > 0 {}
    let ended = wait(child);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stderr.contains("run 1 · cancelled · cancelled by ann"), "{}", ended.stderr);
    let next = end_of(proctor(&served.url(), &["run", "-e", "7", "-k", "nothing", "."]));
    assert_eq!(next.code, 2, "{}", next.stderr);
}

#[test]
fn a_copy_of_the_binary_alone_serves_the_page_and_runs_tests() {
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("proctor");
    fs::copy(env!("CARGO_BIN_EXE_proctor"), &copy).unwrap();
    fs::create_dir(elsewhere.path().join("tests")).unwrap();
    fs::write(elsewhere.path().join("tests/test_one.py"), "def test_one():\n    pass\n").unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let served =
        Served { process: serve(&copy, elsewhere.path(), port), directory: elsewhere, port };
    let ended = end_of(proctor(&served.url(), &["run", "-e", "7", "test_one.py"]));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let page = ureq::get(served.url()).call().unwrap().body_mut().read_to_string().unwrap();
    assert!(page.contains("/assets/"), "{page}");
}

const READS_ITS_CHOICE: &str = "import os\n\ndef test_choice():\n    print('choice', os.environ['INTERFACE'], os.environ['LEVEL'])\n\n\
    def test_other():\n    pass\n";

#[test]
fn a_test_reads_what_was_chosen_for_a_parameter_of_its_template() {
    let served = Served::with_test("test_choice.py", READS_ITS_CHOICE);
    let url = served.url();
    let done = |arguments: &[&str]| {
        let ended = end_of(proctor(&url, arguments));
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
        ended.stdout().to_owned()
    };
    assert_eq!(done(&["plans", "create", "both", "test_choice.py"]), "1\n");
    assert_eq!(done(&["plans", "list"]), "    1  both  test_choice.py\n");
    assert_eq!(done(&["plans", "show", "1"]), "test_choice.py\n");
    let create =
        ["templates", "create", "how & what?", "--plan", "1", "--param", "INTERFACE=REST,SOAP"];
    done(
        &[&create[..], &["--var", "LEVEL=3", "-k", "choice", "--description", "by interface"]]
            .concat(),
    );
    assert_eq!(done(&["templates", "list"]), "how & what?  INTERFACE=REST|SOAP  by interface\n");
    assert!(done(&["templates", "show", "how & what?"]).contains(r#""default": "REST""#));

    let run = ["run", "-e", "7", "--template", "how & what?"];
    assert!(done(&run).contains("choice REST 3\n"));
    let chosen = done(&[&run[..], &["--param", "INTERFACE=SOAP", "--var", "LEVEL=4"]].concat());
    assert!(chosen.contains("choice SOAP 4\n"), "{chosen}");
    let refused = end_of(proctor(&url, &[&run[..], &["--param", "INTERFACE=FTP"]].concat()));
    assert_eq!(refused.code, 4);
    assert!(refused.stderr.contains(r#"there are "REST", "SOAP""#), "{}", refused.stderr);

    done(&["templates", "delete", "how & what?"]);
    done(&["plans", "delete", "1"]);
    let again = done(&["runs", "rerun", "2", "--follow"]);
    assert!(again.contains("choice SOAP 4\n"), "{again}");
    let gone = end_of(proctor(&url, &["plans", "show", "1"]));
    assert_eq!((gone.code, gone.stderr.contains("there is no test plan 1")), (4, true));
}

#[test]
fn the_command_of_a_preview_asks_for_the_same_run() {
    let served = Served::with_test("test_choice.py", READS_ITS_CHOICE);
    let body = serde_json::json!({
        "requester": "ann o'neil", "environment": 9, "targets": ["test_choice.py::test_other"], "note": "$HOME `id` \"x\"",
        "variables": {"A": "it's\n-- two lines", "INTERFACE": ""},
        "options": {
            "keyword": "other and not (a or b)", "markers": "not slow", "max_failures": 1, "timeout_s": 60, "retry_lost": 0,
            "keep_if_failed_minutes": 5, "start": "cold", "limits": {"memory_bytes": 268_435_456, "processes": 64}
        }
    });
    let ask = |path: &str| -> serde_json::Value {
        let address = format!("{}/api/v1/{path}", served.url());
        let text =
            ureq::post(address).send_json(&body).unwrap().body_mut().read_to_string().unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let (told, first) = (ask("runs/preview"), ask("runs"));
    let line = format!("{} --detach --json", told["command_line"].as_str().unwrap());
    let mut shell = Command::new("/bin/sh");
    shell.env_clear().env("PATH", binary().parent().unwrap()).env("PROCTOR_SERVER", served.url());
    shell.args(["-c", &line]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let ended = end_of(shell);
    assert_eq!(ended.code, 0, "{line}: {}", ended.stderr);
    let second: serde_json::Value = serde_json::from_str(ended.stdout()).unwrap();
    for field in
        ["requester", "environment", "targets", "note", "variables", "options", "parameters"]
    {
        assert_eq!(second[field], first[field], "{field}");
        assert_eq!(told[field], first[field], "{field}");
    }
}

#[test]
fn the_service_and_the_command_line_describe_themselves() {
    let printed = |arguments: &[&str]| {
        let ended = end_of(proctor("http://127.0.0.1:1", arguments));
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        ended.stdout().to_owned()
    };
    assert_eq!(
        printed(&["openapi"]),
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/web/openapi.json")).unwrap()
    );
    for shell in ["bash", "zsh", "fish"] {
        assert!(printed(&["completions", shell]).contains("templates"), "{shell}");
    }
}

#[test]
fn a_person_keeps_an_environment_and_closes_another() {
    let served = Served::with_test("test_one.py", "def test_one():\n    pass\n");
    let env = |arguments: &[&str]| end_of(proctor(&served.url(), &[&["env"], arguments].concat()));
    let kept = env(&["reserve", "7", "--until", "2h", "--reason", "hunting a leak"]);
    assert_eq!(kept.code, 0, "{}", kept.stderr);
    assert!(kept.stdout().contains("state        reserved\n"), "{}", kept.stdout());
    assert!(kept.stdout().contains("who          ann until "), "{}", kept.stdout());
    let taken = env(&["reserve", "7", "--until", "30m", "--reason", "me too", "--as", "ben"]);
    assert_eq!(taken.code, 4);
    assert!(taken.stderr.contains("environment 7 is reserved by ann until"), "{}", taken.stderr);
    let closed = env(&["maintenance", "9", "--reason", "new firmware"]);
    assert!(closed.stdout().contains("maintenance  new firmware\n"), "{}", closed.stdout());
    let listed = env(&["list", "--state", "reserved,maintenance"]);
    let lines: Vec<_> = listed.stdout().lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].contains("hunting a leak") && lines[2].starts_with("9 "), "{lines:?}");
    let json: serde_json::Value =
        serde_json::from_str(env(&["list", "--state", "maintenance", "--json"]).stdout()).unwrap();
    assert_eq!(json[0]["maintenance"], "new firmware");
    let opened = env(&["maintenance", "9", "--end", "--json"]);
    let json: serde_json::Value = serde_json::from_str(opened.stdout()).unwrap();
    assert_eq!(json["state"], "free");
    assert!(env(&["release", "7"]).stdout().contains("state        free\n"));
    assert!(env(&["show", "7"]).stdout().contains("environment  7 env-7\n"));
    let wrong = env(&["reserve", "7", "--until", "soon", "--reason", "x"]);
    assert_eq!(wrong.code, 4);
    assert!(wrong.stderr.contains("--until \"soon\" is no time"), "{}", wrong.stderr);
}
