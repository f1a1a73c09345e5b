//! The REST service, asked over TCP, with a real store in a temporary directory. No worker runs here: tests that need one
//! play its part with the actions that it would call.

mod any;
mod badge;
mod environments;
mod harness;
mod health;
mod limits;
mod openapi;
mod plans;
mod preview;
mod requests;
mod reservations;
mod results;
mod retention;
mod runs;
mod stream;
mod templates;
mod test_files;
mod tests_root;
mod tests_watch;
mod uploads;
mod web;
mod webhooks;
mod workers;
