//! What `serve` and worker tell their operator.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::harness::{Proctor, Settings, wait_until};

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    // The last one may still be written.
    text.rsplit_once('\n').map_or("", |(whole, _)| whole).lines().map(line).collect()
}

#[test]
fn each_line_is_json_with_the_request_or_the_run_that_it_belongs_to() {
    let variables = vec![
        ("PROCTOR_LOG_FORMAT", "json".to_owned()),
        ("PROCTOR_LOG", "info,proctor=debug".to_owned()),
    ];
    let proctor = Proctor::with(Settings { variables, ..Settings::default() });
    proctor.tests.write("test_trivial.py", "def test_one(): pass\n");
    let run = proctor.api().submit(7, "test_trivial.py");
    proctor.api().wait_until_finished(run);
    let id = proctor.api().header("/api/v1/runs/4711", "x-request-id").unwrap();
    let serve = proctor.data().parent().unwrap().join("serve.log");
    wait_until("the request is told", || {
        let is_it = |line: &Value| line["request_id"] == id.as_str() && line["status"] == 404;
        lines(&serve).iter().any(is_it)
    });
    wait_until("the run is told", || {
        let is_of_run = |span: &Value| span["run_id"] == run && span["epoch"] == 1;
        let spans = |line: &Value| line["spans"].as_array().cloned().unwrap_or_default();
        let log = lines(&proctor.data().join("worker.log"));
        log.iter().any(|line| spans(line).iter().any(is_of_run))
    });
}
