//! Watches one run to its end: what it prints as it is printed, and where it is.
//!
//! The feed only tells that there is more; the log is fetched from the byte that was printed last. So whatever breaks in
//! between, the connection or the server, nothing is missing and nothing comes twice.

use std::io::{self, IsTerminal, Read};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use super::client::Client;
use super::error::CliError;
use super::events::listen;
use super::exit::Exit;
use super::screen::Screen;
use super::signals::{Stop, Stopping, watch};
use super::text::Text;
use super::words;
use crate::wire::{LogState, Run, RunDetails, State};

/// The status line is renewed this often.
const TICK: Duration = Duration::from_secs(1);
/// When the feed says nothing for so long, the run itself is asked.
const QUIET: Duration = Duration::from_secs(15);
/// A shorter loss of contact is not worth words.
const WORTH_WORDS: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_mins(10);
/// How long the last of the log may take after the run has ended.
const LAST_WORDS: Duration = Duration::from_secs(10);
const PORTION: usize = 64 * 1024;

/// What comes in while a run is watched.
pub enum News {
    Run(Box<Run>),
    Log(LogState),
    /// A sign of life.
    Other,
    /// The feed is about to be opened again.
    Trying,
    NoContact(CliError),
    Stop(Stop),
    /// A line that was typed.
    Answer(String),
}

/// What to show of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    Log(Text),
    Nothing,
}

/// What an interrupt means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnStop {
    /// The run is ours: ask whether to cancel it, or cancel it when nobody can answer.
    Cancel { by: Option<String> },
    /// We only look on.
    Leave,
}

/// How watching ended.
pub enum Ending {
    Finished(Box<RunDetails>),
    /// Somebody does not want to wait any longer.
    Left(Exit),
}

/// Watches `run` until it has ended or somebody stops watching.
pub fn follow(client: &Client, run: Run, show: Show, on_stop: OnStop) -> Result<Ending, CliError> {
    let (sender, news) = channel();
    let stopping = watch(sender.clone())?;
    let feed = (client.clone(), run.id, sender.clone());
    std::thread::spawn(move || listen(&feed.0, feed.1, &feed.2));
    let text = match show {
        Show::Log(text) => text,
        Show::Nothing => Text::Plain,
    };
    let watcher = Watcher {
        client,
        run,
        log: LogState::default(),
        show,
        on_stop,
        screen: Screen::new(text),
        sender,
        news,
        stopping,
        printed: 0,
        contact: Instant::now(),
        asked: Instant::now(),
        has_told_silence: false,
        has_told_queue: false,
        question: Question::None,
        cancel: Cancel::Unwanted,
    };
    watcher.watch()
}

struct Watcher<'a> {
    client: &'a Client,
    run: Run,
    log: LogState,
    show: Show,
    on_stop: OnStop,
    screen: Screen,
    sender: Sender<News>,
    news: Receiver<News>,
    stopping: Stopping,
    /// Bytes of the log.
    printed: u64,
    /// When the server was last heard.
    contact: Instant,
    /// When the run itself was last asked.
    asked: Instant,
    has_told_silence: bool,
    has_told_queue: bool,
    question: Question,
    cancel: Cancel,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    None,
    /// On the screen; the log waits.
    Open,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cancel {
    Unwanted,
    /// The server has not confirmed it yet.
    Wanted,
    Confirmed,
}

impl Watcher<'_> {
    fn watch(mut self) -> Result<Ending, CliError> {
        let (id, environment) = (self.run.id, self.run.environment_words());
        self.screen
            .say(&format!("run {id} · environment {environment} · {}", self.client.page(id)));
        loop {
            let came = self.wait(TICK);
            self.tell_queue(came.is_empty());
            for news in came {
                if let Some(ending) = self.take(news)? {
                    self.screen.clear_status();
                    return Ok(ending);
                }
            }
            self.catch_up()?;
            if self.run.state == State::Finished {
                return self.finish();
            }
            self.insist_on_cancel()?;
            self.ask_when_quiet()?;
            if self.question == Question::None {
                self.screen.status(&words::status(&self.run, words::now()));
            }
        }
    }

    /// What has come in, after at most `time`.
    fn wait(&self, time: Duration) -> Vec<News> {
        let first = self.news.recv_timeout(time).ok();
        first.into_iter().chain(self.news.try_iter()).collect()
    }

    fn take(&mut self, news: News) -> Result<Option<Ending>, CliError> {
        match news {
            News::Run(run) => self.see_run(*run),
            News::Log(log) => self.log = log,
            News::Other => {}
            News::Trying => return Ok(None),
            News::NoContact(error) if error.is_passing() => {
                self.tell_silence();
                return Ok(None);
            }
            News::NoContact(error) => return Err(error),
            News::Stop(stop) => return Ok(self.stop(stop)),
            News::Answer(answer) => return Ok(self.answer(&answer)),
        }
        self.hear();
        Ok(None)
    }

    fn hear(&mut self) {
        self.contact = Instant::now();
        if std::mem::take(&mut self.has_told_silence) {
            self.screen.say("the server answers again");
        }
    }

    fn tell_silence(&mut self) {
        if !self.has_told_silence && self.contact.elapsed() >= WORTH_WORDS {
            self.has_told_silence = true;
            self.screen.say("the server does not answer; trying again");
        }
    }

    fn see_run(&mut self, run: Run) {
        if run.attempt != self.run.attempt {
            // Each attempt has a log of its own.
            self.screen.say(&format!("attempt {} of run {}", run.attempt, run.id));
            (self.printed, self.log) = (0, LogState::default());
        }
        let has_begun = self.run.state == State::Queued && run.state == State::Running;
        self.run = run;
        if has_begun && self.has_told_queue {
            self.screen.say(&words::status(&self.run, words::now()));
        }
    }

    /// Says what the run waits for when it does not start at once.
    fn tell_queue(&mut self, is_quiet: bool) {
        if is_quiet && self.run.state == State::Queued && !self.has_told_queue {
            self.has_told_queue = true;
            self.screen.say(&words::status(&self.run, words::now()));
        }
    }

    /// Prints what there is of the log and was not printed.
    fn catch_up(&mut self) -> Result<(), CliError> {
        let is_wanted = self.show != Show::Nothing && self.question == Question::None;
        while is_wanted && self.printed < self.log.bytes && !self.stopping.is_set() {
            match self.print_more() {
                Ok(0) => break,
                Ok(_) => self.contact = Instant::now(),
                Err(error) if error.is_passing() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// How many bytes it printed.
    fn print_more(&mut self) -> Result<u64, CliError> {
        let before = self.printed;
        let Some(mut body) = self.client.log_from(self.run.id, before)? else { return Ok(0) };
        let mut buffer = vec![0; PORTION];
        while !self.stopping.is_set() {
            match body.read(&mut buffer) {
                // A broken connection is no matter: the next one goes on where this one ended.
                Ok(0) | Err(_) => break,
                Ok(read) => {
                    self.screen.print(&buffer[..read])?;
                    self.printed += read as u64;
                }
            }
        }
        Ok(self.printed - before)
    }

    /// The feed may be held up by something in between; the run itself may not.
    fn ask_when_quiet(&mut self) -> Result<(), CliError> {
        if self.contact.elapsed() < QUIET || self.asked.elapsed() < QUIET {
            return Ok(());
        }
        self.asked = Instant::now();
        match self.client.run(self.run.id) {
            Ok(details) => {
                self.log = details.log;
                self.see_run(details.run);
                self.hear();
                Ok(())
            }
            Err(error) if error.is_passing() && self.contact.elapsed() < PATIENCE => {
                self.tell_silence();
                Ok(())
            }
            Err(error) if error.is_passing() => Err(self.out_of_contact()),
            Err(error) => Err(error),
        }
    }

    fn out_of_contact(&self) -> CliError {
        let server = self.client.server().to_owned();
        CliError::OutOfContact { server, minutes: PATIENCE.as_secs() / 60, run: self.run.id }
    }

    /// The run has ended: waits for the rest of its log.
    fn finish(mut self) -> Result<Ending, CliError> {
        let mut ended = Instant::now();
        loop {
            match self.client.run(self.run.id) {
                Ok(details) => {
                    self.log = details.log;
                    self.catch_up()?;
                    let is_whole = details.log.complete && self.printed >= details.log.bytes;
                    if !is_whole && self.show != Show::Nothing && ended.elapsed() >= LAST_WORDS {
                        self.screen.say("the end of the log is missing");
                    } else if !is_whole && self.show != Show::Nothing && !self.stopping.is_set() {
                        self.wait(Duration::from_millis(50));
                        continue;
                    }
                    self.screen.clear_status();
                    return Ok(Ending::Finished(Box::new(details)));
                }
                Err(error) if !error.is_passing() => return Err(error),
                Err(_) if self.contact.elapsed() >= PATIENCE => return Err(self.out_of_contact()),
                Err(_) if self.stopping.is_set() => return Ok(Ending::Left(Exit::Left)),
                Err(_) => {
                    ended = Instant::now();
                    self.tell_silence();
                    self.wait(TICK);
                }
            }
        }
    }
}

/// What to do when somebody wants this to stop.
impl Watcher<'_> {
    fn stop(&mut self, stop: Stop) -> Option<Ending> {
        self.stopping.clear();
        if stop == Stop::HangUp || self.on_stop == OnStop::Leave {
            return Some(self.leave());
        }
        if self.cancel != Cancel::Unwanted {
            self.screen.say(&format!("not waiting for the end of run {}", self.run.id));
            return Some(Ending::Left(Exit::Ended));
        }
        if self.question == Question::Open {
            self.screen.say("");
            return Some(self.leave());
        }
        let can_ask = io::stdin().is_terminal() && io::stderr().is_terminal();
        if stop == Stop::Interrupt && can_ask {
            self.ask();
        } else {
            self.want_cancel();
        }
        None
    }

    fn ask(&mut self) {
        self.question = Question::Open;
        let (id, environment) = (self.run.id, self.run.environment_words());
        self.screen.ask(&format!(
            "run {id} in environment {environment}: cancel it (c), leave it alone and go (l), or watch on (Enter)?"
        ));
        let sender = self.sender.clone();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = io::stdin().read_line(&mut line);
            // Nobody may be listening any more.
            let _ = sender.send(News::Answer(line));
        });
    }

    fn answer(&mut self, answer: &str) -> Option<Ending> {
        self.question = Question::None;
        match answer.trim().to_lowercase().as_str() {
            "c" | "cancel" => self.want_cancel(),
            "l" | "leave" => return Some(self.leave()),
            _ => {}
        }
        None
    }

    fn leave(&mut self) -> Ending {
        let id = self.run.id;
        self.screen.say(&format!("run {id} goes on: {}", self.client.page(id)));
        Ending::Left(Exit::Left)
    }

    fn want_cancel(&mut self) {
        self.cancel = Cancel::Wanted;
        self.screen.say(&format!(
            "cancelling run {}; once more to go without waiting for its end",
            self.run.id
        ));
    }

    fn insist_on_cancel(&mut self) -> Result<(), CliError> {
        let OnStop::Cancel { by } = &self.on_stop else { return Ok(()) };
        if self.cancel != Cancel::Wanted {
            return Ok(());
        }
        match self.client.cancel(self.run.id, by.as_deref()) {
            Ok(details) => {
                self.cancel = Cancel::Confirmed;
                self.see_run(details.run);
            }
            Err(CliError::Refused(problem)) if problem.code == "already_finished" => {
                self.cancel = Cancel::Confirmed;
            }
            Err(error) if error.is_passing() => self.tell_silence(),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
