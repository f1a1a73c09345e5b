//! The store and the actions on it. Every case runs on SQLite and on PostgreSQL: what holds on one holds on the other.

mod claims;
mod cluster;
mod events;
mod leases;
mod migrations;
mod records;
mod submit;
mod test_cases;
mod texts;
mod workers;
mod world;
