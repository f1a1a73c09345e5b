//! The warm interpreters that are kept: which, how long, and why there is none.

use std::io;
use std::os::fd::BorrowedFd;

use nix::unistd::Pid;

use super::message::{Habits, Launch, Recipe, Start};
use super::zygote::{Answer, Birth, Zygote};

/// Until one is given up that does not get ready.
const GETTING_READY_MS: i64 = 60_000;
/// One that dies earlier than this is not simply replaced.
const SOON_MS: i64 = 10_000;
/// Before another one is tried after one that died soon; doubled each time.
const BACK_OFF_MS: i64 = 1_000;
const LONGEST_BACK_OFF_MS: i64 = 300_000;
/// Nothing runs for so long before another one takes over, which costs as much as ten to twenty runs: between two runs of
/// many there may be a moment in which nothing runs.
const REST_MS: i64 = 2_000;
/// So many times the runs after which another one takes over at rest, it takes over in the middle of the work.
const WITHOUT_REST: u32 = 5;

/// All times are milliseconds of the lease clock.
#[derive(Debug)]
pub(super) struct Zygotes {
    habits: Habits,
    /// What is kept warm, or is to be.
    wanted: Vec<Wanted>,
    living: Vec<Zygote>,
    started: u64,
    /// Since when nothing runs.
    rests_since: Option<i64>,
}

#[derive(Debug)]
struct Wanted {
    recipe: Recipe,
    used_at: i64,
    failures: u32,
    not_before: i64,
    /// Why the last one never got ready.
    why_not: Option<String>,
}

/// What there is for a run.
#[derive(Debug)]
pub(super) enum Offer {
    /// This zygote can fork it.
    Ready(Pid),
    /// One could soon.
    Soon(String),
    /// It has to start cold, for this reason.
    None(String),
}

/// What one of them said.
#[derive(Debug)]
pub(super) enum News {
    Ready,
    /// With its number in the namespace of its init.
    Forked {
        job: u64,
        pid: i32,
    },
    Failed {
        job: u64,
        reason: String,
    },
}

impl Zygotes {
    pub fn new() -> Self {
        let habits = Habits { most: 1, idle_ms: 3_600_000, runs: 1000 };
        Self { habits, wanted: Vec::new(), living: Vec::new(), started: 0, rests_since: None }
    }

    pub fn set_habits(&mut self, habits: Habits) {
        self.habits = habits;
    }

    /// Whether nothing runs now.
    pub fn set_at_rest(&mut self, at_rest: bool, now: i64) {
        self.rests_since = at_rest.then(|| self.rests_since.unwrap_or(now));
    }

    /// What there is for this run at this time. Asking for one that is not there makes it come.
    pub fn offer(&mut self, launch: &Launch, now: i64) -> Offer {
        if let Start::Cold(reason) = &launch.start {
            return Offer::None(reason.clone());
        }
        self.want(&launch.warm, now);
        let changed = self.ready(&launch.warm).and_then(|zygote| zygote.facts.as_ref()?.changed());
        if let Some(path) = changed {
            self.end(&launch.warm);
            self.tick(now);
            return Offer::Soon(format!("{path} has changed; a new warm interpreter gets ready"));
        }
        self.tick(now);
        let Some(zygote) = self.ready(&launch.warm) else {
            return self.why_none(&launch.warm);
        };
        match zygote.facts.as_ref().and_then(|facts| facts.shadowed(&launch.directory)) {
            Some(name) => Offer::None(format!(
                "{name} in the tests root stands in for a module that a warm interpreter has imported"
            )),
            None => Offer::Ready(zygote.pid),
        }
    }

    pub fn fork(&mut self, pid: Pid, birth: &Birth) -> io::Result<()> {
        let zygote = self.living.iter_mut().find(|zygote| zygote.pid == pid);
        zygote.ok_or_else(|| io::Error::other("it is gone"))?.fork(birth)
    }

    /// Keeps this one warm from now on.
    pub fn want(&mut self, recipe: &Recipe, now: i64) {
        if let Some(wanted) = self.wanted.iter_mut().find(|wanted| wanted.recipe == *recipe) {
            wanted.used_at = now;
            return;
        }
        while self.wanted.len() >= self.habits.most.max(1) {
            let oldest = self.wanted.iter().min_by_key(|wanted| wanted.used_at);
            let Some(recipe) = oldest.map(|oldest| oldest.recipe.clone()) else { break };
            self.give_up(&recipe);
        }
        self.wanted.push(Wanted {
            recipe: recipe.clone(),
            used_at: now,
            failures: 0,
            not_before: now,
            why_not: None,
        });
    }

    /// Does what is due.
    pub fn tick(&mut self, now: i64) {
        let has_rested = self.rests_since.is_some_and(|since| since + REST_MS <= now);
        let runs = self.habits.runs.saturating_mul(if has_rested { 1 } else { WITHOUT_REST });
        let idle = |wanted: &&Wanted| self.idle_at(wanted).is_some_and(|at| at <= now);
        let idle: Vec<_> =
            self.wanted.iter().filter(idle).map(|wanted| wanted.recipe.clone()).collect();
        for recipe in &idle {
            self.give_up(recipe);
        }
        for zygote in &mut self.living {
            if zygote.facts.is_none() && zygote.since + GETTING_READY_MS <= now {
                zygote.kill();
            }
        }
        for wanted in &mut self.wanted {
            let mut same: Vec<_> =
                self.living.iter_mut().filter(|zygote| zygote.is(&wanted.recipe)).collect();
            let newest =
                same.iter().filter(|zygote| zygote.facts.is_some()).map(|it| it.number).max();
            for zygote in &mut same {
                // The new one is there before the old one goes.
                if Some(zygote.number) < newest && zygote.outstanding.is_empty() {
                    zygote.end();
                }
            }
            let enough = same.iter().any(|it| !it.ended && it.forks < runs);
            if !enough && wanted.not_before <= now {
                self.started += 1;
                match Zygote::start(wanted.recipe.clone(), self.started, now) {
                    Ok(zygote) => self.living.push(zygote),
                    Err(error) => wanted.failed(now, Some(error.to_string())),
                }
            }
        }
    }

    /// When [`Zygotes::tick`] has something to do by itself.
    pub fn next_at(&self) -> Option<i64> {
        let idle = self.wanted.iter().filter_map(|wanted| self.idle_at(wanted));
        let again = self
            .wanted
            .iter()
            .filter(|wanted| !self.living.iter().any(|zygote| zygote.is(&wanted.recipe)))
            .map(|wanted| wanted.not_before);
        let late = self
            .living
            .iter()
            .filter(|zygote| zygote.facts.is_none())
            .map(|zygote| zygote.since + GETTING_READY_MS);
        let worn = self.wanted.iter().filter(|wanted| self.is_worn(wanted));
        let rested = self.rests_since.map(|since| since + REST_MS);
        let renewed = worn.filter_map(|wanted| Some(rested?.max(wanted.not_before)));
        idle.chain(again).chain(late).chain(renewed).min()
    }

    pub fn sockets(&self) -> impl Iterator<Item = (Pid, BorrowedFd<'_>)> {
        self.living.iter().map(|zygote| (zygote.pid, zygote.socket()))
    }

    /// A job has ended. Its runner may have been killed before it could answer, and nobody waits for that any more.
    pub fn forget(&mut self, job: u64) {
        for zygote in &mut self.living {
            zygote.outstanding.remove(&job);
        }
    }

    pub fn is_one(&self, pid: Pid) -> bool {
        self.living.iter().any(|zygote| zygote.pid == pid)
    }

    /// One that does not answer: it was stopped. Another one comes when the kernel tells of its death.
    pub fn give_up_stopped(&mut self, pid: Pid) {
        self.living.iter_mut().filter(|zygote| zygote.pid == pid).for_each(Zygote::end);
    }

    pub fn end_all(&mut self) {
        self.living.iter().for_each(Zygote::kill);
        self.wanted.clear();
    }

    /// Takes in what one of them has to say, once.
    pub fn hear(&mut self, pid: Pid, now: i64) -> Option<News> {
        let zygote = self.living.iter_mut().find(|zygote| zygote.pid == pid)?;
        match zygote.hear() {
            Ok(Some(Answer::Ready(facts))) => {
                zygote.facts = Some(facts);
                let recipe = zygote.recipe.clone();
                let wanted = self.wanted(&recipe)?;
                wanted.why_not = None;
                wanted.used_at = now;
                self.tick(now);
                Some(News::Ready)
            }
            Ok(Some(Answer::Forked { job, pid })) => Some(News::Forked { job, pid }),
            Ok(Some(Answer::Failed { job, reason })) => Some(News::Failed { job, reason }),
            Ok(Some(Answer::Refused { reason })) => {
                zygote.ended = true;
                let recipe = zygote.recipe.clone();
                self.wanted(&recipe)?.refused(now, reason);
                None
            }
            Ok(None) => {
                zygote.kill();
                None
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
            Err(error) => {
                eprintln!("cannot understand the warm interpreter {pid}: {error}");
                zygote.kill();
                None
            }
        }
    }

    /// One of them is dead.
    pub fn bury(&mut self, pid: Pid, now: i64) {
        let Some(place) = self.living.iter().position(|zygote| zygote.pid == pid) else { return };
        let zygote = self.living.swap_remove(place);
        let why_not = zygote
            .facts
            .is_none()
            .then(|| zygote.complaint().unwrap_or_else(|| "it died before it was ready".into()));
        let Some(wanted) = self.wanted(&zygote.recipe) else { return };
        if zygote.since + SOON_MS <= now && why_not.is_none() {
            wanted.failures = 0;
        } else if !zygote.ended {
            wanted.failed(now, why_not);
        }
        self.tick(now);
    }

    /// When it has been idle for too long; not while somebody may wait for it to get ready.
    fn idle_at(&self, wanted: &Wanted) -> Option<i64> {
        let mut same = self.living.iter().filter(|zygote| zygote.is(&wanted.recipe));
        let getting_ready = same.any(|zygote| zygote.facts.is_none() && !zygote.ended);
        (!getting_ready).then_some(wanted.used_at + self.habits.idle_ms)
    }

    /// Whether another one is to take over at rest, and none has begun to.
    fn is_worn(&self, wanted: &Wanted) -> bool {
        let same =
            || self.living.iter().filter(|zygote| zygote.is(&wanted.recipe) && !zygote.ended);
        same().next().is_some() && same().all(|zygote| zygote.forks >= self.habits.runs)
    }

    /// The newest that is ready.
    fn ready(&self, recipe: &Recipe) -> Option<&Zygote> {
        let fit = |zygote: &&Zygote| zygote.is(recipe) && zygote.facts.is_some() && !zygote.ended;
        self.living.iter().filter(fit).max_by_key(|zygote| zygote.number)
    }

    fn why_none(&self, recipe: &Recipe) -> Offer {
        let getting_ready = self.living.iter().any(|zygote| zygote.is(recipe) && !zygote.ended);
        match self.wanted.iter().find(|wanted| wanted.recipe == *recipe) {
            Some(Wanted { why_not: Some(why), .. }) if !getting_ready => {
                Offer::None(format!("no warm interpreter: {why}"))
            }
            _ if getting_ready => Offer::Soon("the warm interpreter is getting ready".into()),
            _ => Offer::Soon("the warm interpreter died; another one comes".into()),
        }
    }

    fn wanted(&mut self, recipe: &Recipe) -> Option<&mut Wanted> {
        self.wanted.iter_mut().find(|wanted| wanted.recipe == *recipe)
    }

    fn give_up(&mut self, recipe: &Recipe) {
        self.wanted.retain(|wanted| wanted.recipe != *recipe);
        self.end(recipe);
    }

    fn end(&mut self, recipe: &Recipe) {
        self.living.iter_mut().filter(|zygote| zygote.is(recipe)).for_each(Zygote::end);
    }
}

impl Wanted {
    fn failed(&mut self, now: i64, why: Option<String>) {
        self.failures += 1;
        let doubled = BACK_OFF_MS << (self.failures - 1).min(20);
        self.not_before = now + doubled.min(LONGEST_BACK_OFF_MS);
        self.why_not = why;
    }

    fn refused(&mut self, now: i64, why: String) {
        self.failed(now, Some(why));
        self.not_before = now + LONGEST_BACK_OFF_MS;
    }
}
