//! Lists of runs: every filter, alone and with others, in both orders, page by page, against what a loop over all runs finds.

use std::ops::RangeInclusive;

use proctor::actions;
use proctor::domain::{Millis, NewRun, Outcome, Run, RunId, State};
use proctor::store::{RunFilter, RunOrder, runs};

use crate::seed::{self, Dice, EVERY, FIRST};
use crate::world::{World, asked, on_both};

/// More than are looked at before an index is asked, and more than a portion of what it has.
const PAST: i64 = 4500;
const COMBINATIONS: usize = 250;

#[test]
fn every_filter_shows_what_it_should() {
    on_both(async |world| {
        let all = world.many_runs().await;
        let mut shown = 0;
        for n in 0..COMBINATIONS {
            let mut dice = Dice(n as u64);
            let filter = some_filter(&mut dice);
            for order in [RunOrder::NewestFirst, RunOrder::OldestFirst] {
                let anywhere = RunId(dice.below(PAST) + 1);
                let after = dice.pick(&[None, Some(anywhere)]);
                let limit = dice.pick(&[1, 20, 51, 201]);
                let expected = page_of(&all, &filter, order, after, limit);
                let page = runs::list(&world.ctx.db, &filter, order, after, limit).await.unwrap();
                let ids = |runs: &[Run]| runs.iter().map(|run| run.id.0).collect::<Vec<_>>();
                assert_eq!(ids(&page), ids(&expected), "{order:?} after {after:?}: {filter:#?}");
                assert_eq!(page, expected);
                shown += page.len();
            }
        }
        assert!(shown > COMBINATIONS * 10, "the filters fit something: {shown}");
    });
}

#[test]
fn pages_show_every_run_once_while_others_arrive() {
    on_both(async |world| {
        for n in 0..30 {
            world.submit(1 + n % 3).await;
        }
        let filter = RunFilter { environments: vec![2..=3], ..RunFilter::default() };
        let mut seen: Vec<RunId> = Vec::new();
        loop {
            let after = seen.last().copied();
            let order = RunOrder::NewestFirst;
            let page = runs::list(&world.ctx.db, &filter, order, after, 7).await.unwrap();
            if page.is_empty() {
                break;
            }
            seen.extend(page.iter().map(|run| run.id));
            world.submit(2).await;
        }
        let expected: Vec<_> = (1..=30).rev().filter(|n| n % 3 != 1).map(RunId).collect();
        assert_eq!(seen, expected);
    });
}

impl World {
    /// Those of the past, some odd ones, and some that have not finished; all of them, oldest first.
    async fn many_runs(&self) -> Vec<Run> {
        seed::seed(&self.ctx.db, PAST).await.unwrap();
        for (number, text) in (1..).zip(ODD) {
            let odd = NewRun {
                requester: text.into(),
                targets: vec![format!("odd/test_{number}.py::test_x[{text}]"), "b.py".into()],
                template: Some(text.into()),
                note: Some(format!("{text}\nsecond line {number}")),
                plans: vec![number, 14],
                ..asked(number)
            };
            self.submit_run(&odd).await;
        }
        let worker = self.worker("one").await;
        for _ in 0..3 {
            self.claim(worker).await.unwrap();
        }
        actions::cancel(&self.ctx, RunId(PAST + 5), "ann").await.unwrap();
        let all: Vec<_> = (1..=PAST + 8).map(RunId).collect();
        let mut runs = runs::find_many(&self.ctx.db, &all).await.unwrap();
        runs.sort_by_key(|run| run.id);
        assert_eq!(runs.len(), all.len());
        runs
    }
}

const ODD: [&str; 8] = [
    "it's \"quoted\"",
    "100%_done\\now",
    "größe-ẞ-İ",
    "ΟΔΟΣ ΟΔΟΣ",
    "测试, テスト",
    "[\"a\",\"b\"]",
    "👩‍👩‍👧‍👦",
    "#12 or 112",
];

fn page_of(
    all: &[Run],
    filter: &RunFilter,
    order: RunOrder,
    after: Option<RunId>,
    limit: u32,
) -> Vec<Run> {
    let fits = |run: &&Run| {
        let is_next = after.is_none_or(|after| match order {
            RunOrder::NewestFirst => run.id < after,
            RunOrder::OldestFirst => run.id > after,
        });
        is_next && fits(run, filter)
    };
    let fitting = all.iter().filter(fits).cloned();
    match order {
        RunOrder::NewestFirst => fitting.rev().take(limit as usize).collect(),
        RunOrder::OldestFirst => fitting.take(limit as usize).collect(),
    }
}

fn fits(run: &Run, filter: &RunFilter) -> bool {
    let RunFilter { states, outcomes, environments, requester, template, plan, target, q, .. } =
        filter;
    (states.is_empty() || states.contains(&run.state()))
        && (outcomes.is_empty() || run.outcome().is_some_and(|one| outcomes.contains(&one)))
        && (environments.is_empty() || environments.iter().any(|r| r.contains(&run.environment.0)))
        && requester.as_ref().is_none_or(|name| run.requester == *name)
        && template.as_ref().is_none_or(|name| run.template.as_ref() == Some(name))
        && plan.is_none_or(|plan| run.plans.contains(&plan))
        && target.as_ref().is_none_or(|part| run.targets.iter().any(|one| one.contains(part)))
        && filter.created_from.is_none_or(|from| run.created_at >= from)
        && filter.created_to.is_none_or(|to| run.created_at <= to)
        && q.as_ref().is_none_or(|text| is_found(run, text))
}

fn is_found(run: &Run, text: &str) -> bool {
    let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
    let number = text.trim_start_matches('#').parse::<i64>();
    let mut texts: Vec<&str> = run.targets.iter().map(String::as_str).collect();
    texts.push(&run.requester);
    texts.extend(run.template.as_deref());
    texts.extend(run.note.as_deref());
    number == Ok(run.id.0) || texts.iter().any(|one| lower(one).contains(&lower(text)))
}

/// One or a few conditions; of each kind those that fit many, few and none.
fn some_filter(dice: &mut Dice) -> RunFilter {
    let mut filter = RunFilter::default();
    for _ in 0..dice.pick(&[1, 1, 2, 2, 3, 4]) {
        match dice.below(9) {
            0 => filter.states = dice.pick(&STATES).to_vec(),
            1 => filter.outcomes = dice.pick(&OUTCOMES).to_vec(),
            2 => filter.environments = dice.pick(&ENVIRONMENTS).to_vec(),
            3 => filter.requester = Some(dice.pick(&REQUESTERS).into()),
            4 => filter.template = Some(dice.pick(&TEMPLATES).into()),
            5 => filter.plan = Some(dice.pick(&[3, 14, 900, 1, 4, 12345])),
            6 => filter.target = Some(dice.pick(&PARTS).into()),
            7 => filter.q = Some(dice.pick(&TEXTS).into()),
            _ => (filter.created_from, filter.created_to) = dice.pick(&TIMES),
        }
    }
    filter
}

const STATES: [&[State]; 5] = [
    &[State::Finished],
    &[State::Queued],
    &[State::Running],
    &[State::Queued, State::Running],
    &[State::Running, State::Finished],
];
const OUTCOMES: [&[Outcome]; 6] = [
    &[Outcome::Passed],
    &[Outcome::Failed],
    &[Outcome::Lost],
    &[Outcome::Failed, Outcome::Error],
    &[Outcome::Cancelled, Outcome::Lost, Outcome::NoTests],
    &[Outcome::TimedOut],
];
const ENVIRONMENTS: [&[RangeInclusive<i64>]; 6] =
    [&[7..=7], &[99..=99], &[3..=3], &[1..=40, 77..=77], &[5..=5, 6..=6], &[90..=100]];
const REQUESTERS: [&str; 8] = [
    "person-3",
    "person-30",
    "visitor",
    "left.early",
    "nobody",
    "person",
    "it's \"quoted\"",
    "ΟΔΟΣ ΟΔΟΣ",
];
const TEMPLATES: [&str; 6] =
    ["nightly", "smoke", "yearly", "none", "100%_done\\now", "测试, テスト"];
const PARTS: [&str; 14] = [
    "area_7/",
    "rare/",
    "banana",
    "AREA",
    "[größe-7]",
    "area",
    "::",
    "_",
    "%",
    "[",
    "\",\"",
    "\\now",
    "py",
    "ΟΔΟΣ]",
];
const TEXTS: [&str; 26] = [
    "area",
    "Person-3",
    "visitor",
    "VISITOR",
    "left.early",
    "proj-42",
    "Blue Moon",
    "banana",
    "a",
    "zq",
    "ße",
    "4.7.8",
    "4711",
    "#4501",
    "112",
    "#12",
    "\"",
    "%",
    "_done\\",
    "ẞ-i\u{307}",
    "οδοσ",
    "ΔΟΣ Ο",
    "测试",
    "👩",
    "\",\"",
    "second LINE",
];
const TIMES: [(Option<Millis>, Option<Millis>); 6] = [
    (Some(Millis(FIRST + EVERY * 1000)), Some(Millis(FIRST + EVERY * 2000))),
    (Some(Millis(FIRST + EVERY * 4490)), None),
    (None, Some(Millis(FIRST + EVERY * 10))),
    (Some(Millis(FIRST + EVERY * 100)), None),
    (None, Some(Millis(0))),
    (Some(Millis(FIRST + EVERY * 9)), Some(Millis(FIRST + EVERY * 7))),
];

impl Dice {
    fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        let choice = self.below(i64::try_from(choices.len()).unwrap());
        choices[usize::try_from(choice).unwrap()].clone()
    }
}
