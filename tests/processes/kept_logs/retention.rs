//! What retention takes from a store that several hosts have in common.

use proctor::wire::Outcome;

use super::{Common, copy, end};
use crate::harness::wait_until;

/// A log and an artifact of more than half of the least that can be chosen; all leave the same artifact.
const LARGE: &str = "
import hashlib, os

def test_large():
    run = os.environ['PROCTOR_RUN_ID']
    for number in range(11000):
        print(hashlib.sha256(f'{run} {number}'.encode()).hexdigest())
    with open(f\"{os.environ['PROCTOR_ARTIFACTS']}/left.bin\", 'wb') as file:
        file.write(b'x' * 700_000)
";

#[test]
fn retention_on_two_hosts_removes_from_their_store_what_nothing_names_and_nothing_else() {
    let mut common = Common::with_s3();
    common.toml = common
        .toml
        .replace("look_s = 1\n", "look_s = 1\nlogs_bytes = 1048576\nartifacts_bytes = 1048576\n");
    let one = common.first();
    one.tests.write("test_large.py", LARGE);
    let two = common.another(&one);
    let worker = two.start_worker();
    let kept = |run: i64| {
        common.texts(&format!(
            "SELECT o.name AS t FROM kept_objects o JOIN kept_logs k ON k.sha256 = o.sha256 WHERE k.run_id = {run}"
        ))
    };
    let run = || {
        let run = one.api().submit(7, "test_large.py");
        assert_eq!(one.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
        wait_until("its log is kept", || kept(run).len() == 1);
        (run, kept(run).remove(0))
    };
    let (old, of_old) = run();
    assert!(one.api().log(old).len() > 700_000);
    let (new, of_new) = run();
    let gone =
        |run: i64| one.api().run(run).pruned.into_iter().map(|one| one.part).collect::<Vec<_>>();
    wait_until("log and artifacts of the older one are marked", || gone(old).len() == 2);
    wait_until("its copy is gone", || !copy(&one, old).exists());
    assert_eq!(one.api().status_and_text(&format!("/api/v1/runs/{old}/log")).0, 410);

    // Only its log is named by nobody; its artifact is that of the newer one, too.
    let leaving =
        "SELECT o.name AS t FROM leaving_blobs l JOIN kept_objects o ON o.sha256 = l.sha256";
    wait_until("its content leaves", || common.texts(leaving).contains(&of_old));
    let staying = || {
        common.texts(
            "SELECT o.name AS t FROM kept_objects o WHERE o.sha256 NOT IN (SELECT l.sha256 FROM leaving_blobs l)",
        )
    };
    assert!(common.s3().has(&of_old), "it stays for two hours");
    let others = staying();
    assert!(others.contains(&of_new));
    // Two hours later, and two hours after that, on both hosts at once.
    let two_hours = 2 * 60 * 60 * 1000 + 1;
    common.change("UPDATE leaving_blobs SET since = since - $1", &[two_hours]);
    let loose = "SELECT name AS t FROM loose_objects";
    wait_until("it has no name any more", || common.texts(loose).contains(&of_old));
    common.change("UPDATE loose_objects SET since = since - $1", &[two_hours]);
    wait_until("it is gone", || !common.s3().has(&of_old));
    wait_until("nothing is left to do", || common.texts(loose).is_empty());
    for name in &others {
        assert!(common.s3().has(name), "{name}");
    }
    for host in [&one, &two] {
        assert!(host.api().log(new).len() > 700_000);
        let artifact = host.api().text(&format!("/api/v1/runs/{new}/artifacts/left.bin"));
        assert_eq!(artifact.len(), 700_000);
        assert_eq!(gone(new), Vec::<String>::new());
    }
    end(worker);
}
