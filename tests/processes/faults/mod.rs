//! What goes wrong around a Proctor: its disk is full, its database damaged, restarted or failed over, the clock jumps,
//! readers are slow or vanish, a worker of an older version is still at work. `kills` has what goes wrong in it.

mod as_postgres;
#[cfg(feature = "failpoints")]
mod borders;
mod clock;
mod disk;
mod failover;
mod load;
mod patroni;
mod readers;
mod upgrade;

use crate::gated::{GATED, gated_run, let_pass, no_double};

/// Claims its environment for a moment.
const SHORT: &str = "
import time
from tools import claim

def test_short():
    held = claim()
    time.sleep(0.05)
";
