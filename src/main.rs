//! The `proctor` program.
#![expect(
    unsafe_code,
    reason = "the allocator reads its settings from a symbol with a name of its own"
)]

use tikv_jemallocator::Jemalloc;

/// One that gives memory back, and that can say who holds what: see `api::operator`. It is that of SQLite, too: the C
/// library's own keeps most of what statements leave behind.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// One heap without caches for each thread, and what was freed goes back when it was not asked for again within a second: an
/// idle process is small. Profiles can be switched on while it runs.
// SAFETY: this is the name by which it looks for its settings, a pointer to a text that ends with a zero.
#[unsafe(export_name = "malloc_conf")]
static SETTINGS: &[u8; 106] =
    b"narenas:1,tcache:false,dirty_decay_ms:1000,muzzy_decay_ms:0,prof:true,prof_active:false,lg_prof_sample:15\0";

fn main() -> std::process::ExitCode {
    proctor::cli::main()
}
