//! Old logs and artifacts leave the disk while a Proctor works.

use crate::harness::{Proctor, Settings, wait_until};

/// A log of more than half of the least that can be chosen, and an artifact.
const PRINTS: &str = "
import os
def test_prints():
    for _ in range(700):
        print('x' * 1023)
    with open(f\"{os.environ['PROCTOR_ARTIFACTS']}/left.bin\", 'wb') as file:
        file.write(b'x' * 700_000)
";

const LIMITS: &str = "
[retention]
look_s = 1
logs_bytes = 1048576
artifacts_bytes = 1048576
";

#[test]
fn of_two_large_logs_the_older_one_goes_and_says_so_while_everything_works() {
    let proctor = Proctor::with(Settings { toml: LIMITS.to_owned(), ..Settings::default() });
    proctor.tests.write("test_prints.py", PRINTS);
    let api = proctor.api();
    let run = || api.wait_until_finished(api.submit(7, "test_prints.py")).run.id;
    let (old, new) = (run(), run());
    let parts = |run| api.run(run).pruned.into_iter().map(|one| one.part).collect::<Vec<_>>();
    wait_until("both are marked", || parts(old).len() == 2);
    let directory = proctor.data().join("runs").join(old.to_string());
    wait_until("they are gone from the disk", || {
        !directory.join("log").exists() && !directory.join("artifacts").exists()
    });
    let (status, words) = api.status_and_text(&format!("/api/v1/runs/{old}/log"));
    assert!(status == 410 && words.contains("no more than 1048576 bytes of logs"), "{words}");
    assert_eq!(api.status_and_text(&format!("/api/v1/runs/{old}/artifacts")).0, 410);
    assert!(parts(new).is_empty());
    assert!(api.log(new).len() > 700_000);
    assert_eq!(api.run(new).usage.unwrap().artifacts_bytes, 700_000);
}
