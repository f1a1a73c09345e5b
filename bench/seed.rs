//! Runs as a team makes them in a year, always the same ones: who asks for what, where, and how it ends is drawn from the
//! number of the run.

use std::collections::BTreeMap;

use proctor::domain::{EnvironmentId, Millis, NewRun, Options, Outcome};
use proctor::store::{Db, Result, runs};

/// The first run was asked for at the beginning of 2025, the others about every five minutes.
pub const FIRST: i64 = 1_735_689_600_000;
pub const EVERY: i64 = 5 * 60 * 1000;
/// Runs that are stored in one transaction.
const PORTION: i64 = 1000;

/// A run of the past.
#[derive(Debug, Clone)]
pub struct Past {
    pub asked: NewRun,
    pub created_at: Millis,
    /// `None`: it never started.
    pub started_at: Option<Millis>,
    pub finished_at: Millis,
    pub outcome: Outcome,
}

/// Run `number` of `of`, counted from 1.
pub fn past(number: i64, of: i64) -> Past {
    let mut dice = Dice(number.unsigned_abs());
    let created_at = FIRST + number * EVERY + dice.below(EVERY);
    let requester = match number {
        _ if number % 10_000 == 77 => "visitor".to_owned(),
        // Left when the year was young.
        _ if number <= of / 20 && number % 5 == 0 => "left.early".to_owned(),
        // A few do most of it.
        _ => format!("person-{}", dice.below(40).min(dice.below(40))),
    };
    let area = dice.below(50);
    let file =
        |n: i64| format!("area_{}/test_{:03}.py", (area + n / 7) % 50, (area * 14 + n) % 700);
    let targets: Vec<String> = match dice.below(100) {
        _ if number % 10_000 == 78 => vec!["area_1/rare/test_900.py".into()],
        0..60 => vec![file(dice.below(14))],
        60..75 => vec![format!("area_{area}")],
        75..90 => vec![format!("{}::test_reply[größe-{}]", file(0), dice.below(30))],
        90..98 => (0..2 + dice.below(3)).map(file).collect(),
        _ => (0..40).map(file).collect(),
    };
    let template = match dice.below(10) {
        _ if number % 10_000 == 79 => Some("yearly"),
        0..4 => Some("nightly"),
        4 => Some("smoke"),
        _ => None,
    };
    let note = match dice.below(100) {
        _ if number % 10_000 == 80 => Some("Once in a BLUE moon".to_owned()),
        0..25 => Some(format!(
            "PROJ-{number} again, with firmware 4.{}.{}",
            dice.below(9),
            dice.below(90)
        )),
        25..30 => Some("before the release".to_owned()),
        _ => None,
    };
    let plans = match dice.below(20) {
        _ if number % 10_000 == 81 => vec![900],
        0 => vec![3],
        1 => vec![3, 14],
        _ => vec![],
    };
    let outcome = outcome(number, template, &mut dice);
    let started_at = (outcome != Outcome::Cancelled).then(|| created_at + dice.below(60_000));
    let finished_at = started_at.unwrap_or(created_at) + 200 + dice.below(240_000);
    let asked = NewRun {
        any: None,
        requester,
        environment: 1 + dice.below(98).min(dice.below(98)),
        targets,
        plans,
        template: template.map(Into::into),
        parameters: BTreeMap::new(),
        variables: BTreeMap::new(),
        options: Options::default(),
        note,
        rerun_of: None,
        sources: vec![],
        snapshot: None,
    };
    Past {
        asked,
        created_at: Millis(created_at),
        started_at: started_at.map(Millis),
        finished_at: Millis(finished_at),
        outcome,
    }
}

/// The smoke tests never fail: whoever asks for those that did finds none, though there are many of both.
fn outcome(number: i64, template: Option<&str>, dice: &mut Dice) -> Outcome {
    match dice.below(1000) {
        _ if template == Some("smoke") => Outcome::Passed,
        _ if number % 10_000 == 82 => Outcome::Lost,
        0..780 => Outcome::Passed,
        780..900 => Outcome::Failed,
        900..945 => Outcome::Error,
        945..980 => Outcome::Cancelled,
        980..990 => Outcome::NoTests,
        _ => Outcome::TimedOut,
    }
}

/// Stores the runs 1 to `count`, all finished.
pub async fn seed(db: &Db, count: i64) -> Result<()> {
    for first in (1..=count).step_by(usize::try_from(PORTION).unwrap_or(1)) {
        let tx = db.begin().await?;
        for number in first..=count.min(first + PORTION - 1) {
            let past = past(number, count);
            let id = runs::insert(
                &tx,
                &past.asked,
                EnvironmentId(past.asked.environment),
                number,
                past.created_at,
            )
            .await?;
            let finish = "UPDATE runs SET state = 'finished', outcome = $2, started_at = $3, finished_at = $4, \
                          log_lines = 30, log_bytes = 2000 WHERE id = $1";
            let values = vec![
                id.0.into(),
                past.outcome.as_str().into(),
                past.started_at.map(|at| at.0).into(),
                past.finished_at.0.into(),
            ];
            tx.execute(finish, values).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// SplitMix64: small, and the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    /// From 0 to `end`, without `end`.
    pub fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        i64::try_from(mixed % end.unsigned_abs().max(1)).unwrap_or(0)
    }
}
