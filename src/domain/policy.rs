//! Who starts next, and why somebody does not yet.

use std::collections::{BTreeMap, HashMap};

use super::any::AnyHead;
use super::{Environment, EnvironmentId, Reservation, RunId};

/// What the choice is made from: who could start now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The first queued run of every environment that could take one.
    pub heads: Vec<Head>,
    /// Runs that take any environment: the first few of each queue, in its order.
    pub waiting: Vec<AnyHead>,
    /// Where those may go, by number.
    pub open: Vec<(EnvironmentId, Vec<String>)>,
    /// How many runs of each requester are running, on all hosts.
    pub running: HashMap<String, i64>,
    /// Workers that take runs; none where nobody looked.
    pub workers: usize,
    /// There are more in environments that the worker does not serve.
    pub is_for_others: bool,
}

/// A run and the free environment that it takes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub run: RunId,
    pub environment: EnvironmentId,
    /// Where it waits: there, or among those that take any.
    pub queue: EnvironmentId,
    pub requester: String,
    /// What its environment must have.
    pub labels: Vec<String>,
}

impl Head {
    pub fn takes_any(&self) -> bool {
        self.queue != self.environment
    }
}

impl Snapshot {
    /// The runs that start next, at most so many, in this order: each is chosen as if those before it were running already.
    /// They are candidates no more.
    pub fn choose(&mut self, most: usize) -> Vec<Head> {
        if self.waiting.is_empty() {
            return self.choose_numbered(most);
        }
        std::iter::from_fn(|| self.start_next()).take(most).collect()
    }

    /// The same, where nobody takes any environment: without a look at all candidates for each.
    fn choose_numbered(&mut self, most: usize) -> Vec<Head> {
        let key = |head: &Head, running: &HashMap<String, i64>| {
            (running.get(&head.requester).copied().unwrap_or(0), head.run)
        };
        let mut left: BTreeMap<_, _> =
            self.heads.drain(..).map(|head| (key(&head, &self.running), head)).collect();
        let mut chosen = Vec::new();
        while chosen.len() < most
            && let Some((first, head)) = left.pop_first()
        {
            let present = key(&head, &self.running);
            if present == first {
                *self.running.entry(head.requester.clone()).or_default() += 1;
                chosen.push(head);
            } else {
                left.insert(present, head);
            }
        }
        self.heads.extend(left.into_values());
        chosen
    }

    /// How many of the runs that could start now one worker with so many free slots takes at once: its share, so that what
    /// was asked for at the same moment does not all go to whoever looks first.
    pub fn share(&self, free_slots: usize) -> usize {
        let could_start = self.heads.len() + self.waiting.len().min(self.open.len());
        free_slots.min(could_start.div_ceil(self.workers.max(1)))
    }

    fn start_next(&mut self) -> Option<Head> {
        let next = next(self)?;
        self.heads.retain(|head| head.environment != next.environment);
        self.open.retain(|(id, _)| *id != next.environment);
        if next.takes_any() {
            self.waiting.retain(|any| any.run != next.run);
        }
        *self.running.entry(next.requester.clone()).or_default() += 1;
        Some(next)
    }
}

/// Who starts next: the run whose requester has the fewest running, then the oldest. Order within a queue is not decided
/// here: only its oldest run is ever a candidate.
pub fn next(snapshot: &Snapshot) -> Option<Head> {
    let placed = snapshot.placed();
    let is_left = |head: &&Head| placed.iter().all(|any| any.environment != head.environment);
    let candidates = snapshot.heads.iter().filter(is_left).chain(&placed);
    candidates
        .min_by_key(|head| {
            let running = snapshot.running.get(&head.requester).copied().unwrap_or(0);
            (running, head.run)
        })
        .cloned()
}

/// Why a queued run has not started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// Another run has the environment.
    Behind { run: RunId },
    /// Runs of the same environment were asked for earlier.
    Queue { first: RunId },
    /// Somebody else keeps the environment.
    Reserved(Reservation),
    /// The environment is closed.
    Maintenance { reason: String },
    /// Nobody is there to execute it.
    NoWorker,
    /// Those who are there serve other environments.
    NotServed,
    /// Every slot of every worker is taken.
    Slot,
    /// Nothing: it is about to start.
    Start,
}

impl Waiting {
    /// What is known of the surroundings of a run that is queued behind `ahead`, most binding reason first.
    pub fn of(
        requester: &str,
        environment: &Environment,
        ahead: Option<RunId>,
        workers: Workers,
    ) -> Self {
        if let Some(reason) = &environment.maintenance {
            return Self::Maintenance { reason: reason.clone() };
        }
        let holder = environment.holder.as_ref().map(|holder| holder.run);
        let reservation = environment.reservation.as_ref();
        let by_others = reservation.filter(|reservation| reservation.person != requester);
        if let (None, Some(reservation)) = (holder, by_others) {
            return Self::Reserved(reservation.clone());
        }
        match (holder, ahead, workers) {
            (Some(run), _, _) => Self::Behind { run },
            (None, Some(first), _) => Self::Queue { first },
            (None, None, Workers::None) => Self::NoWorker,
            (None, None, Workers::Elsewhere) => Self::NotServed,
            (None, None, Workers::Busy) => Self::Slot,
            (None, None, Workers::Free) => Self::Start,
        }
    }

    /// Whether it is over as soon as everybody ahead is done.
    pub fn ends_by_itself(&self, workers: Workers) -> bool {
        match self {
            // The slot of whoever has the environment gets free with it.
            Self::Behind { .. } => !matches!(workers, Workers::None | Workers::Elsewhere),
            Self::Queue { .. } => workers == Workers::Free,
            Self::Start => true,
            Self::Reserved(_)
            | Self::Maintenance { .. }
            | Self::NoWorker
            | Self::NotServed
            | Self::Slot => false,
        }
    }

    /// In words, to follow "waits for".
    pub fn words(&self, environment: EnvironmentId) -> String {
        match self {
            Self::Behind { run } => format!("run {run} to end in environment {environment}"),
            Self::Queue { first } => format!("run {first}, which was asked for earlier"),
            Self::Reserved(Reservation { person, until, reason, .. }) => {
                format!("environment {environment}, reserved by {person} until {until}: {reason}")
            }
            Self::Maintenance { reason } => {
                format!("environment {environment} to leave maintenance: {reason}")
            }
            Self::NoWorker => "a worker: none is alive; start one with `proctor worker`".to_owned(),
            Self::NotServed => format!(
                "a worker that serves environment {environment}: those that are alive serve others; start one with \
                 `proctor worker --worker-environment {environment}`"
            ),
            Self::Slot => "a free slot: every worker is running as many runs as it may".to_owned(),
            Self::Start => "a worker to take it now".to_owned(),
        }
    }
}

/// Whether anybody is there to execute runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workers {
    None,
    /// All of them serve other environments.
    Elsewhere,
    /// All of them have as many runs as they may have.
    Busy,
    /// One of them has a free slot.
    Free,
}

#[cfg(test)]
mod tests {
    use super::super::{Holder, Millis};
    use super::*;

    fn head(run: i64, requester: &str) -> Head {
        let environment = EnvironmentId(run);
        let requester = requester.into();
        Head { run: RunId(run), environment, queue: environment, requester, labels: vec![] }
    }

    #[test]
    fn whoever_has_fewest_running_goes_first() {
        let snapshot = Snapshot {
            heads: vec![head(1, "ann"), head(2, "ann"), head(3, "ben")],
            running: HashMap::from([("ann".to_owned(), 2), ("ben".to_owned(), 1)]),
            ..Snapshot::default()
        };
        assert_eq!(next(&snapshot).map(|head| head.run), Some(RunId(3)));
    }

    #[test]
    fn among_equals_the_oldest_run_goes_first() {
        let heads = vec![head(5, "ann"), head(4, "ben")];
        let snapshot = Snapshot { heads, ..Snapshot::default() };
        assert_eq!(next(&snapshot).map(|head| head.run), Some(RunId(4)));
    }

    #[test]
    fn each_of_several_is_chosen_as_if_those_before_it_were_running() {
        let heads = vec![head(1, "ann"), head(2, "ann"), head(3, "ann"), head(4, "ben")];
        let mut snapshot = Snapshot { heads, ..Snapshot::default() };
        let chosen: Vec<_> = snapshot.choose(3).iter().map(|head| head.run.0).collect();
        assert_eq!(chosen, [1, 4, 2]);
        let rest: Vec<_> = snapshot.choose(3).iter().map(|head| head.run.0).collect();
        assert_eq!(rest, [3]);
    }

    #[test]
    fn several_are_chosen_as_one_after_the_other_would_be() {
        let requesters = ["ann", "ben", "eve", "ann", "joe"].into_iter().cycle();
        let heads = (1..60).zip(requesters).map(|(run, who)| head(run * 37 % 61, who));
        let running = HashMap::from([("ann".to_owned(), 5), ("eve".to_owned(), 2)]);
        let all = Snapshot { heads: heads.collect(), running, ..Snapshot::default() };
        let (mut at_once, mut one_by_one) = (all.clone(), all);
        let expected: Vec<_> = std::iter::from_fn(|| one_by_one.start_next()).collect();
        assert_eq!(at_once.choose(20), expected[..20]);
        assert_eq!(at_once.choose(100), expected[20..]);
    }

    #[test]
    fn a_worker_takes_its_share() {
        let heads = (1..=9).map(|run| head(run, "ann")).collect();
        let mut snapshot = Snapshot { heads, workers: 4, ..Snapshot::default() };
        assert_eq!((snapshot.share(8), snapshot.share(2)), (3, 2));
        snapshot.workers = 20;
        assert_eq!(snapshot.share(8), 1);
    }

    #[test]
    fn nobody_waiting_means_nobody_starts() {
        assert_eq!(next(&Snapshot::default()), None);
    }

    fn reserved_by(person: &str) -> Environment {
        let until = Millis(1_772_374_803_050);
        let reason = "hunting a leak".to_owned();
        let reservation = Reservation { person: person.into(), since: None, until, reason };
        Environment { reservation: Some(reservation), ..Environment::new(EnvironmentId(7)) }
    }

    fn words(environment: &Environment, ahead: Option<RunId>) -> String {
        Waiting::of("ben", environment, ahead, Workers::Free).words(environment.id)
    }

    #[test]
    fn maintenance_is_named_before_anything_else() {
        let holder = Some(Holder { run: RunId(1), since: Millis(0) });
        let maintenance = Some("new firmware".to_owned());
        let closed = Environment { maintenance, holder, ..reserved_by("ann") };
        let expected = "environment 7 to leave maintenance: new firmware";
        assert_eq!(words(&closed, Some(RunId(2))), expected);
    }

    #[test]
    fn a_reservation_of_somebody_else_is_named_before_the_queue() {
        assert_eq!(
            words(&reserved_by("ann"), Some(RunId(2))),
            "environment 7, reserved by ann until 2026-03-01 14:20 UTC: hunting a leak"
        );
        let own = reserved_by("ben");
        assert_eq!(words(&own, Some(RunId(2))), "run 2, which was asked for earlier");
    }

    #[test]
    fn the_present_run_is_named_before_a_reservation_that_waits_for_it() {
        let holder = Some(Holder { run: RunId(1), since: Millis(0) });
        let busy = Environment { holder, ..reserved_by("ann") };
        assert_eq!(words(&busy, None), "run 1 to end in environment 7");
    }
}
