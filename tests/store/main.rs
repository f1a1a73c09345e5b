//! The store and the actions on it. Every case runs on SQLite and on PostgreSQL: what holds on one holds on the other.

mod any;
mod boards;
mod claims;
mod cluster;
mod connections;
mod depot;
#[path = "../harness/door.rs"]
#[expect(dead_code, reason = "the tests of processes do more with it")]
mod door;
mod events;
mod files;
mod history;
mod hosts;
mod kept_logs;
mod leases;
mod lists;
mod migrations;
mod plans;
mod records;
mod retention;
#[path = "../harness/s3.rs"]
mod s3;
#[path = "../../bench/seed.rs"]
mod seed;
mod silence;
mod simulation;
mod sqlite;
mod submit;
mod test_cases;
mod texts;
mod times;
mod workers;
mod world;
