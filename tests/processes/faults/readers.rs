//! Readers of the stream that are slow, or vanish: the run and all others do not notice.

use std::io::{Read, Write};
use std::net::TcpStream;

use nix::sys::socket::{setsockopt, sockopt};
use proctor::wire::Outcome;

use super::no_double;
use crate::harness::{Proctor, Settings, processes};

const READERS: usize = 200;
/// Beyond what `serve` has without readers; one of them could hold the whole log.
const MOST_MEMORY: u64 = 96 << 20;

/// Prints 40 MB, with many results.
const LOUD: &str = "
import pytest
from tools import claim

held = claim()

@pytest.mark.parametrize('number', range(400))
def test_loud(number):
    print('x' * 100_000)
";

fn reader(address: &str, run: i64) -> TcpStream {
    let host = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    let topics = format!("runs,environments,run:{run}");
    write!(stream, "GET /api/v1/stream?topics={topics} HTTP/1.1\r\nhost: {host}\r\n\r\n").unwrap();
    stream
}

#[test]
fn readers_that_take_nothing_or_vanish_cost_nobody_anything() {
    let proctor = Proctor::with(Settings { slots: 2, ..Settings::default() });
    proctor.tests.write("test_loud.py", LOUD);
    let run = proctor.api().submit(7, "test_loud.py");
    let address = proctor.api().address().to_owned();
    let mut readers: Vec<_> = (0..READERS).map(|_| reader(&address, run)).collect();
    for (number, reader) in readers.iter_mut().enumerate() {
        if number % 2 == 0 {
            // Whoever vanishes leaves without a word.
            let mut some = [0; 100];
            let _ = reader.read(&mut some);
            let at_once = nix::libc::linger { l_onoff: 1, l_linger: 0 };
            setsockopt(reader, sockopt::Linger, &at_once).unwrap();
        }
    }
    let mut number = 0;
    readers.retain(|_| {
        number += 1;
        number % 2 == 0
    });
    let ended = proctor.api().wait_until_finished(run).run;
    assert_eq!((ended.outcome, ended.progress.passed), (Some(Outcome::Passed), 400), "{ended:#?}");
    assert!(proctor.api().run(run).log.bytes > 40_000_000);
    let data = proctor.data();
    let serve = processes().into_iter().find(|one| one.plays("serve", &data)).unwrap();
    assert!(serve.peak_memory() < MOST_MEMORY, "{} bytes", serve.peak_memory());
    no_double(&proctor);
    drop(readers);
}
