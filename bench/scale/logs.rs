//! One run prints, many read it live: how much reaches them, and how late.

use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use proctor::actions::{self, Claimer, Context, LeaseTimes};
use proctor::domain::{LogSize, RunId, Serves};
use proctor::live::Hint;
use proctor::logs::{Limits, LogWriter, Nonce};
use proctor::store::log_pieces::Piece;
use proctor::store::workers::NewWorker;

use crate::requests::Service;
use crate::{Any, Place, asked, print_times};

const READERS: usize = 20;
/// Bytes printed each second, in portions of 50 ms.
const RATE: usize = 10_000_000;
const GATHER: Duration = Duration::from_millis(50);
const LINE: usize = 200;

/// With PostgreSQL the service is another host than the one that executes the run.
pub async fn logs(name: &str, place: &Place, seconds: u64) -> Any {
    let ctx = place.open().await?;
    let service = Service::start(&ctx, &place.data).await?;
    let run = begin(&ctx, if ctx.db.is_shared() { "far" } else { "service" }).await?;
    let there = if ctx.db.is_shared() { place.of_host(0).open().await? } else { ctx.clone() };
    let printing = tokio::spawn(print(there, place.clone(), run, seconds));
    let address = format!("{}/api/v1/runs/{run}/log", service.address);
    let readers: Vec<_> = (0..READERS)
        .map(|_| {
            let address = address.clone();
            tokio::task::spawn_blocking(move || follow(&address, seconds))
        })
        .collect();
    let printed = printing.await??;
    let (mut read, mut lags) = (0, Vec::new());
    for reader in readers {
        let (bytes, late) = reader.await??;
        read += bytes;
        lags.extend(late);
    }
    println!(
        "\n{name}: {:.1} MB printed in {seconds} s, {READERS} readers were sent {:.0} MB/s together",
        printed as f64 / 1e6,
        read as f64 / 1e6 / seconds as f64
    );
    print_times("  printed → read, each portion", lags);
    service.stop().await;
    ctx.db.close().await;
    Ok(())
}

async fn begin(ctx: &Context, home: &str) -> Any<RunId> {
    let run = actions::submit(ctx, &asked(1, 7), None).await?.run;
    let worker = NewWorker {
        name: "prints".into(),
        home: home.into(),
        boot_id: "boot".into(),
        pid: 1,
        version: String::new(),
        slots: 1,
        labels: vec![],
        serves: Serves::default(),
    };
    let times = LeaseTimes { lease_ms: 600_000, ..LeaseTimes::default() };
    let worker = actions::register(ctx, &worker, times).await?;
    let serves = Serves::default();
    let claimer = Claimer { worker, name: "prints", times, serves: &serves };
    actions::claim(ctx, &claimer).await?.ok_or("nothing to claim")?;
    Ok(run)
}

/// Lines that begin with the time at which they were printed, in milliseconds.
async fn print(ctx: Context, place: Place, run: RunId, seconds: u64) -> Any<u64> {
    let home = place.data.join("runs").join(run.to_string());
    fs::create_dir_all(&home)?;
    let mut log = LogWriter::create(&home, &Nonce::random()?, Limits { max_bytes: u64::MAX })?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let portion = RATE / 1000 * usize::try_from(GATHER.as_millis())?;
    let (mut start, mut tick) = (0, tokio::time::interval(GATHER));
    while Instant::now() < until {
        tick.tick().await;
        let line = format!("{:<width$}\n", now_ms(), width = LINE - 1);
        let bytes = line.repeat(portion / LINE).into_bytes();
        let (length, now) = (bytes.len() as u64, ctx.clock.now());
        let mut size = LogSize { lines: (start + length) / LINE as u64, bytes: start + length };
        if ctx.db.is_shared() {
            let pieces = bytes.chunks(256 * 1024).scan(start, |at, bytes| {
                let piece =
                    Piece { run, attempt: 1, start: *at, printed_at: now, bytes: bytes.into() };
                *at += bytes.len() as u64;
                Some(piece)
            });
            actions::keep_log_pieces(&ctx, &pieces.collect::<Vec<_>>()).await?;
        } else {
            size = log.append(&bytes, now)?.size;
        }
        start += length;
        let hint = Hint::Log { run, size, complete: false };
        if ctx.db.is_shared() { ctx.live.send_far(hint) } else { ctx.live.send(hint) }
    }
    Ok(start)
}

/// Reads what is new as soon as it is there; answers the bytes, and how late the end of each portion was.
fn follow(address: &str, seconds: u64) -> Any<(u64, Vec<f64>)> {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
    let until = Instant::now() + Duration::from_secs(seconds);
    let (mut from, mut lags) = (0_u64, Vec::new());
    while Instant::now() < until {
        let mut answer = agent.get(address).header("Range", format!("bytes={from}-")).call()?;
        if answer.status() == 416 {
            std::thread::sleep(Duration::from_millis(5));
            continue;
        }
        let bytes = answer.body_mut().with_config().limit(u64::MAX).read_to_vec()?;
        if !matches!(answer.status().as_u16(), 200 | 206) {
            return Err(String::from_utf8_lossy(&bytes).into());
        }
        let last = bytes.chunks_exact(LINE).next_back().unwrap_or_default();
        let printed: f64 = String::from_utf8_lossy(last).trim().parse().unwrap_or(f64::NAN);
        if printed.is_finite() {
            lags.push(now_ms() as f64 - printed);
        }
        from += bytes.len() as u64;
    }
    Ok((from, lags))
}

fn now_ms() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
}
