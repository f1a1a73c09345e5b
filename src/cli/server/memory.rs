//! How the C library in a process that lives long asks for memory, which is for SQLite above all. All else has an allocator
//! of its own, see `main.rs`.
#![expect(unsafe_code, reason = "the allocator can be told in no other way")]

/// Heaps of the allocator. Left alone it takes up to eight for each core, and what one thread of the store has freed is
/// not used by the next.
const HEAPS: libc::c_int = 2;

/// Lets all threads share a few heaps.
pub fn share_heaps() {
    #[cfg(target_env = "gnu")]
    // SAFETY: it changes one number of the allocator, which takes its own lock for that.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, HEAPS);
    }
}
