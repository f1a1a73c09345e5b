//! A leak hunt: one test case again and again in one process, and whether the memory of that process grows with it.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// How often the test is repeated when nobody says it.
pub const USUAL_ITERATIONS: u32 = 20;
/// With fewer there is no verdict; more take longer to judge than they tell.
pub const ITERATIONS: RangeInclusive<u32> = 8..=1000;
/// Sites of one result.
const MOST_SITES: usize = 50;
const LONGEST_TEXT: usize = 4096;

/// That a run is a leak hunt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeakHunt {
    /// Repetitions that are measured, after those that warm up.
    pub iterations: u32,
}

/// What a hunt found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeakReport {
    pub nodeid: String,
    pub verdict: LeakVerdict,
    /// Why, in words.
    pub reason: String,
    pub bytes_per_iteration: i64,
    /// Holds the true growth per iteration in 95 of 100 hunts.
    pub interval: [i64; 2],
    /// Of the verdict, 0 to 1.
    pub confidence: f64,
    /// Growth per iteration below which nothing is called a leak.
    pub threshold_bytes: i64,
    pub warm_up: i64,
    /// Bytes of memory that the process had after each iteration.
    pub iterations: Vec<i64>,
    /// Blocks that Python's allocator had given out.
    pub blocks: Vec<i64>,
    /// Bytes that malloc had given out.
    pub heap_bytes: Vec<i64>,
    /// What found the sites: `memray` or `tracemalloc`.
    pub traced_by: Option<String>,
    pub sites: Vec<LeakSite>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeakVerdict {
    Leak,
    Clean,
    Unclear,
}

/// A line and what it allocated in each iteration that nobody has freed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeakSite {
    /// Relative to the tests root, or absolute outside of it.
    pub file: String,
    pub line: i64,
    pub bytes: i64,
    pub count: i64,
    /// The nearest line below the tests root that led there, when the site itself is elsewhere.
    pub called_from: Option<LeakLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeakLine {
    pub file: String,
    pub line: i64,
}

impl LeakReport {
    /// All that the process of the tests has a say in, which may say anything.
    pub fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        let sites = self.sites.iter_mut().flat_map(|site| {
            [Some(&mut site.file), site.called_from.as_mut().map(|line| &mut line.file)]
        });
        [&mut self.nodeid, &mut self.reason]
            .into_iter()
            .chain(&mut self.traced_by)
            .chain(sites.flatten())
    }

    /// At most as large as a hunt makes it.
    pub fn bound(&mut self) {
        let most = *ITERATIONS.end() as usize;
        for series in [&mut self.iterations, &mut self.blocks, &mut self.heap_bytes] {
            series.truncate(most);
        }
        self.sites.truncate(MOST_SITES);
        for text in self.texts() {
            text.truncate(text.floor_char_boundary(LONGEST_TEXT));
        }
    }
}
