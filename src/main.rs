//! The `proctor` program.
#![expect(
    unsafe_code,
    reason = "the allocator reads its settings from a symbol with a name of its own"
)]

use tikv_jemallocator::Jemalloc;

/// One that gives memory back, and that can say who holds what: see `api::operator`.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// One heap without caches for each thread, and what was freed goes back at once: an idle process is small. Profiles can be
/// switched on while it runs.
// SAFETY: this is the name by which it looks for its settings, a pointer to a text that ends with a zero.
#[unsafe(export_name = "_rjem_malloc_conf")]
static SETTINGS: &[u8; 103] =
    b"narenas:1,tcache:false,dirty_decay_ms:0,muzzy_decay_ms:0,prof:true,prof_active:false,lg_prof_sample:15\0";

fn main() -> std::process::ExitCode {
    proctor::cli::main()
}
