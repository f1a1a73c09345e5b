//! The store and the actions on it. Every case runs on SQLite and on PostgreSQL: what holds on one holds on the other.

mod claims;
mod cluster;
mod leases;
mod migrations;
mod submit;
mod world;
