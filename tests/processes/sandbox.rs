//! What a run may see and do: each attack is a test that Proctor runs, and that fails when the attack succeeds.

use proctor::wire::{Outcome, RunDetails, TestOutcome};
use serde_json::json;

use crate::harness::{Proctor, Rights, Settings};

/// A variable of the server that no test may ever see.
const SECRET: (&str, &str) = ("DATABASE_PASSWORD", "correct-horse-battery");

const LIMITS: &str = "[limits]\ntmp_bytes = 8388608\ntmp_files = 500\n";

/// Attacks that fail on every rung but the lowest.
const EVERYWHERE: &str = r#"
import ctypes, glob, os, platform, signal

libc = ctypes.CDLL(None, use_errno=True)
DATA, CONFIGURATION, SECRET = (os.environ[name] for name in ("DATA", "CONFIGURATION", "TERCES"))
SECRET = SECRET[::-1]

def contents(path):
    try:
        with open(path, "rb") as file:
            return file.read(1 << 20)
    except OSError:
        return None

def refused(name, *arguments):
    ctypes.set_errno(0)
    assert getattr(libc, name)(*arguments) == -1, name
    return ctypes.get_errno()

def test_reads_what_is_in_the_data_directory():
    own = (os.path.join(DATA, "runtime"), os.environ["PROCTOR_ARTIFACTS"])
    found = [os.path.join(place, name) for place, _, names in os.walk(DATA) for name in names]
    read = [path for path in found if not path.startswith(own) and contents(path) is not None]
    assert read == []
    assert contents(f"{DATA}/proctor.sqlite3") is None

def test_reads_the_configuration():
    assert not contents(CONFIGURATION)

def test_reads_variables_and_descriptors_of_the_server():
    for place in glob.glob("/proc/[0-9]*"):
        assert SECRET.encode() not in (contents(f"{place}/environ") or b""), place
        for link in glob.glob(f"{place}/fd/*"):
            try:
                target = os.readlink(link)
            except OSError:
                continue
            assert "sqlite" not in target and "worker.lock" not in target, (link, target)
    assert not contents(f"/proc/{os.getppid()}/environ")

def test_finds_files_of_other_runs():
    mine = os.environ["TMPDIR"]
    others = [path for path in glob.glob(os.path.dirname(mine) + "/run-*") if path != mine]
    assert [path for path in others if glob.glob(path + "/*")] == []

def test_asks_the_kernel_for_more():
    new_user = 0x10000000
    assert refused("unshare", new_user) == 1
    assert refused("mount", b"none", b"/tmp", b"tmpfs", 0, None) == 1
    assert refused("umount2", DATA.encode(), 2) == 1
    assert refused("setns", 0, 0) == 1
    attach = 16
    assert refused("ptrace", attach, os.getppid(), None, None) == 1
    if platform.machine() == "x86_64":
        for name, number, error, *rest in [
            ("clone", 56, 1, new_user | signal.SIGCHLD), ("clone3", 435, 38), ("keyctl", 250, 1), ("bpf", 321, 1),
        ]:
            assert refused("syscall", number, *rest, 0, 0, 0, 0) == error, name

def test_has_no_privileges():
    status = dict(line.split(":\t") for line in open("/proc/self/status").read().splitlines())
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
    for name in ("CapEff", "CapPrm"):
        for powerful in (12, 16, 17, 19, 21, 39):  # net_admin, module, rawio, ptrace, admin, bpf
            assert not int(status[name], 16) >> powerful & 1, (name, powerful)

def test_leaves_no_core():
    import resource
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
"#;

/// Attacks that only the sandbox stops.
const SANDBOX: &str = r#"
import errno, os, pty, shutil, sys
import pytest
from multiprocessing import shared_memory

@pytest.mark.parametrize("path", ["/etc/x", "/usr/x", sys.prefix + "/x", "/proc/sys/kernel/core_pattern"])
def test_writes_outside(path):
    with pytest.raises(OSError):
        open(path, "w").close()

def fill(directory):
    written = 0
    try:
        with open(f"{directory}/large", "wb") as file:
            while written < 100 << 20:
                written += file.write(b"x" * 65536)
    except OSError as error:
        assert error.errno == errno.ENOSPC
    finally:
        os.unlink(f"{directory}/large")
    return written

@pytest.mark.parametrize("directory", ["/tmp", "/var/tmp", "/dev/shm", os.environ["TMPDIR"]])
def test_fills_temporary_files_with_bytes(directory):
    assert 4 << 20 < fill(directory) < 10 << 20

def test_fills_temporary_files_with_names():
    with pytest.raises(OSError) as full:
        for number in range(10_000):
            open(f"/tmp/many-{number}", "w").close()
    assert full.value.errno == errno.ENOSPC
    assert 100 < number < 501

def test_finds_disks():
    assert set(os.listdir("/dev")) <= {
        "null", "zero", "full", "random", "urandom", "tty", "fd", "stdin", "stdout", "stderr", "pts", "ptmx", "shm"
    }

def test_sees_other_processes():
    assert len([name for name in os.listdir("/proc") if name.isdigit()]) < 5

def test_what_programs_need_is_there(tmp_path):
    (tmp_path / "file").write_text("x")
    with open("beside", "w") as file:
        file.write("tests may write beside themselves")
    os.unlink("beside")
    with open(os.environ["PROCTOR_ARTIFACTS"] + "/kept", "w") as file:
        file.write("kept")
    for fd in pty.openpty():
        os.close(fd)
    memory = shared_memory.SharedMemory(create=True, size=4096)
    memory.close()
    memory.unlink()
    with open("/dev/null", "w") as nothing, open("/dev/urandom", "rb") as random:
        nothing.write(str(random.read(4)))
    assert shutil.which("sh")
"#;

fn proctor(rights: Rights, isolation_min: u8) -> Option<Proctor> {
    if !rights.can_be_had() {
        eprintln!("left out: this machine lets nobody have {rights:?}");
        return None;
    }
    let (name, value) = SECRET;
    let proctor = Proctor::with(Settings {
        toml: LIMITS.to_owned(),
        variables: vec![(name, value.to_owned())],
        rights,
        isolation_min,
        ..Settings::default()
    });
    proctor.tests.write("test_everywhere.py", EVERYWHERE);
    proctor.tests.write("test_sandbox.py", SANDBOX);
    proctor.tests.write("test_simple.py", "def test_simple(): pass\n");
    Some(proctor)
}

fn run(proctor: &Proctor, target: &str) -> RunDetails {
    let run = proctor.api().submit_json(json!({
        "requester": "ann", "environment": 7, "targets": [target],
        "variables": {
            "DATA": proctor.data(),
            "CONFIGURATION": proctor.data().with_file_name("proctor.toml"),
            // Backwards: what was asked for may be seen.
            "TERCES": SECRET.1.chars().rev().collect::<String>(),
        },
    }));
    proctor.api().wait_until_finished(run)
}

#[track_caller]
fn all_attacks_fail(proctor: &Proctor, target: &str) {
    // What an earlier run leaves is no business of the next.
    run(proctor, "test_simple.py");
    let ended = run(proctor, target);
    let tests = proctor.api().tests_of(ended.run.id);
    let succeeded: Vec<_> = tests
        .iter()
        .filter(|test| test.outcome != TestOutcome::Passed)
        .map(|test| (&test.nodeid, &test.message, &test.traceback))
        .collect();
    assert!(succeeded.is_empty(), "{succeeded:#?}");
    assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{ended:#?}");
}

#[test]
fn a_sandboxed_run_sees_nothing_of_proctor_and_changes_nothing_of_the_machine() {
    for rights in [Rights::Own, Rights::Nobody] {
        let Some(proctor) = proctor(rights, 0) else { continue };
        let rung = run(&proctor, "test_simple.py").isolation_rung.unwrap();
        if rung < 2 {
            eprintln!("left out: as {rights:?} there is only rung {rung} here");
            continue;
        }
        all_attacks_fail(&proctor, "test_everywhere.py");
        all_attacks_fail(&proctor, "test_sandbox.py");
    }
}

#[test]
fn without_namespaces_a_run_sees_nothing_of_proctor_either() {
    let Some(proctor) = proctor(Rights::NoPidNamespace, 0) else { return };
    let first = run(&proctor, "test_simple.py");
    assert_eq!(first.isolation.as_deref(), Some("process tree"));
    if first.isolation_rung != Some(1) {
        eprintln!("left out: this kernel has no landlock: {first:?}");
        return;
    }
    all_attacks_fail(&proctor, "test_everywhere.py");
}

#[test]
fn a_run_is_refused_where_it_cannot_be_kept_apart_as_it_must() {
    let Some(proctor) = proctor(Rights::NoPidNamespace, 2) else { return };
    let refused = run(&proctor, "test_simple.py");
    assert_eq!(refused.run.outcome, Some(Outcome::Error), "{refused:#?}");
    let reason = refused.run.reason.unwrap();
    assert!(reason.contains("and isolation.min is 2"), "{reason}");
    assert!(
        reason.contains("--isolation-min 1") || reason.contains("--isolation-min 0"),
        "{reason}"
    );
}
