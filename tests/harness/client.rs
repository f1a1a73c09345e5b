//! The REST service as a script uses it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proctor::wire::{Environment, LogLines, RunDetails, State, TestCase};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::stream::Stream;
use super::wait::{Deadline, LONG, wait_until};

/// One Proctor, by its address.
#[derive(Clone)]
pub struct Client {
    address: String,
    agent: ureq::Agent,
    /// Marks the processes of the runs that are asked for here.
    mark: String,
    /// Runs whose numbers were answered.
    accepted: Arc<Mutex<Vec<i64>>>,
}

impl Client {
    pub(super) fn new(address: &str, home: &Path) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_recv_response(Some(LONG))
            .build()
            .new_agent();
        Self {
            address: address.to_owned(),
            agent,
            mark: home.display().to_string(),
            accepted: Arc::default(),
        }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Asks for a run of one target.
    pub fn submit(&self, environment: i64, target: &str) -> i64 {
        self.submit_as("ann", environment, target)
    }

    /// For a test that belongs to another Proctor's harness.
    pub fn submit_for(&self, owner: &Self, environment: i64, target: &str) -> i64 {
        let asking = Self { mark: owner.mark.clone(), ..self.clone() };
        asking.submit(environment, target)
    }

    pub fn submit_as(&self, requester: &str, environment: i64, target: &str) -> i64 {
        self.submit_json(json!({
            "requester": requester, "environment": environment, "targets": [target]
        }))
    }

    /// As a fork of a warm interpreter, also if that has to get ready first, unless the body says otherwise.
    pub fn submit_json(&self, mut body: Value) -> i64 {
        if body["options"]["start"].is_null() {
            body["options"]["start"] = json!("warm");
        }
        self.try_submit(body).unwrap_or_else(|(status, answer)| panic!("{status}: {answer}"))
    }

    /// The number of the run, or the refusal.
    pub fn try_submit(&self, mut body: Value) -> Result<i64, (u16, Value)> {
        body["variables"]["HARNESS"] = json!(self.mark);
        let (status, run) = self.post("/api/v1/runs", &body);
        if status != 201 {
            return Err((status, run));
        }
        let id = run["id"].as_i64().unwrap();
        self.accepted.lock().unwrap().push(id);
        Ok(id)
    }

    /// How many runs were accepted, and how many of them are not known any more.
    pub fn accepted(&self) -> (usize, usize) {
        let accepted = self.accepted.lock().unwrap().clone();
        let path = |run: &i64| format!("{}/api/v1/runs/{run}", self.address);
        let is_lost = |run: &&i64| {
            self.agent.get(path(run)).call().is_ok_and(|answer| answer.status() == 404)
        };
        (accepted.len(), accepted.iter().filter(is_lost).count())
    }

    pub fn cancel(&self, run: i64, by: &str) -> (u16, Value) {
        self.post(&format!("/api/v1/runs/{run}/cancel"), &json!({ "requester": by }))
    }

    pub fn run(&self, run: i64) -> RunDetails {
        self.get(&format!("/api/v1/runs/{run}"))
    }

    pub fn environment(&self, id: i64) -> Environment {
        self.get(&format!("/api/v1/environments/{id}"))
    }

    pub fn tests_of(&self, run: i64) -> Vec<TestCase> {
        self.items(&format!("/api/v1/runs/{run}/tests?limit=200"))
    }

    /// The whole log as text.
    pub fn log(&self, run: i64) -> String {
        let mut answer = self.ask(&format!("/api/v1/runs/{run}/log"));
        assert_eq!(answer.status(), 200);
        String::from_utf8_lossy(&answer.body_mut().read_to_vec().unwrap()).into_owned()
    }

    pub fn log_lines(&self, run: i64, from: u64, count: u64) -> LogLines {
        self.get(&format!("/api/v1/runs/{run}/log?from_line={from}&count={count}"))
    }

    /// Every item of a list, whatever the number of pages.
    pub fn items<T: DeserializeOwned>(&self, path: &str) -> Vec<T> {
        let mut items = Vec::new();
        let mut page = path.to_owned();
        loop {
            let mut answer: Value = self.get(&page);
            for item in answer["items"].as_array_mut().unwrap() {
                items.push(serde_json::from_value(item.take()).unwrap());
            }
            let Some(cursor) = answer["next_cursor"].as_str() else { return items };
            page = format!("{path}&cursor={cursor}");
        }
    }

    pub fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let mut answer = self.ask(path);
        let status = answer.status();
        let text = answer.body_mut().read_to_string().unwrap();
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}: {text}"))
    }

    /// Events of these topics, the present state first.
    pub fn stream(&self, topics: &str) -> Stream {
        Stream::open(&self.agent, &self.address, topics, None)
    }

    /// Goes on with a stream that was cut off.
    pub fn stream_after(&self, topics: &str, last_event_id: &str) -> Stream {
        Stream::open(&self.agent, &self.address, topics, Some(last_event_id))
    }

    /// Waits, through the stream, until a run is as wanted.
    #[track_caller]
    pub fn wait_for_run(
        &self,
        run: i64,
        what: &str,
        is_it: impl Fn(&proctor::wire::Run) -> bool,
    ) -> RunDetails {
        let deadline = Deadline::after(LONG);
        let mut stream = self.stream(&format!("run:{run}"));
        let mut last = None;
        while let Some(event) = stream.next(deadline) {
            if let Some(run) = event.run() {
                if is_it(&run) {
                    return self.run(run.id);
                }
                last = Some(run);
            }
        }
        panic!("run {run} not within {} s: {what}; it is {last:#?}", LONG.as_secs());
    }

    #[track_caller]
    pub fn wait_until_running(&self, run: i64) -> RunDetails {
        self.wait_for_run(run, "running", |run| run.state == State::Running)
    }

    #[track_caller]
    pub fn wait_until_finished(&self, run: i64) -> RunDetails {
        self.wait_for_run(run, "finished", |run| run.state == State::Finished)
    }

    /// Waits, through one stream, until all of these have finished.
    #[track_caller]
    pub fn wait_until_all_finished(&self, runs: &[i64], within: Duration) -> Vec<RunDetails> {
        let deadline = Deadline::after(within);
        let mut open: BTreeSet<i64> = runs.iter().copied().collect();
        let mut stream = self.stream("runs");
        let mut present = true;
        while !open.is_empty() {
            let Some(event) = stream.next(deadline) else {
                panic!("not finished within {} s: {open:?}", within.as_secs());
            };
            if let Some(run) = event.run()
                && run.state == State::Finished
            {
                open.remove(&run.id);
            }
            if event.name.is_empty() && std::mem::take(&mut present) {
                // Those that had finished before and are not among the newest.
                open.retain(|run| self.run(*run).run.state != State::Finished);
            }
        }
        runs.iter().map(|run| self.run(*run)).collect()
    }

    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        with_body(self.agent.post(format!("{}{path}", self.address)), body)
    }

    pub fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        with_body(self.agent.put(format!("{}{path}", self.address)), body)
    }

    pub fn patch(&self, path: &str, body: &Value) -> (u16, Value) {
        with_body(self.agent.patch(format!("{}{path}", self.address)), body)
    }

    pub fn delete(&self, path: &str) -> u16 {
        self.agent.delete(format!("{}{path}", self.address)).call().unwrap().status().as_u16()
    }

    pub fn header(&self, path: &str, name: &str) -> Option<String> {
        let answer = self.ask(path);
        Some(answer.headers().get(name)?.to_str().unwrap().to_owned())
    }

    /// Waits for the end of a run through a time in which the server cannot say anything about it.
    #[track_caller]
    pub fn wait_until_back(&self, run: i64) -> RunDetails {
        wait_until("the server answers again", || {
            self.status_and_text(&format!("/api/v1/runs/{run}")).0 == 200
        });
        self.wait_until_finished(run)
    }

    pub fn text(&self, path: &str) -> String {
        self.status_and_text(path).1
    }

    pub fn status_and_text(&self, path: &str) -> (u16, String) {
        let mut answer = self.ask(path);
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }

    fn ask(&self, path: &str) -> ureq::http::Response<ureq::Body> {
        self.agent.get(format!("{}{path}", self.address)).call().unwrap()
    }
}

fn with_body(
    request: ureq::RequestBuilder<ureq::typestate::WithBody>,
    body: &Value,
) -> (u16, Value) {
    let mut answer = request.send_json(body).unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), serde_json::from_str(&text).unwrap())
}
