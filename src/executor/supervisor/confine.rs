//! What the processes of a run may ask of the kernel: the rights that are left to root, and the system calls that are
//! refused. Done in the process that is about to become the runner; everything that it starts inherits it.
//!
//! A process that comes into being in another way does the same with [`Confinement`]: the numbers are those that
//! `PR_SET_SECCOMP` takes, and the mask of capabilities that of `capset`.

use std::collections::BTreeMap;
use std::io;

use rustix::thread::{
    CapabilitySet, CapabilitySets, capabilities, remove_capability_from_bounding_set,
    set_capabilities, set_no_new_privs,
};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, apply_filter, sock_filter,
};
use serde::{Deserialize, Serialize};

use super::landlock;
use super::sandbox::Sandbox;

/// With these root is what an ordinary user is, who owns all files: it installs, serves, switches users, and has no
/// power over the machine.
const KEPT: CapabilitySet = CapabilitySet::CHOWN
    .union(CapabilitySet::DAC_OVERRIDE)
    .union(CapabilitySet::FOWNER)
    .union(CapabilitySet::FSETID)
    .union(CapabilitySet::KILL)
    .union(CapabilitySet::SETGID)
    .union(CapabilitySet::SETUID)
    .union(CapabilitySet::NET_BIND_SERVICE)
    .union(CapabilitySet::NET_RAW);

/// Refused as to somebody without the right.
const REFUSED: [libc::c_long; 32] = [
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_mount_setattr,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_setns,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_open_by_handle_at,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
];

/// Answered as by a kernel that does not know them; callers then do without. The flags of `clone3` are in memory, where
/// no filter can see them.
const UNKNOWN: [libc::c_long; 4] = [
    libc::SYS_clone3,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
];

/// What is taken away from a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// Mask of the capabilities that are left.
    pub capabilities: u64,
    /// Filters of system calls, each a list of instructions: code, jump if true, jump if false, value.
    pub filters: Vec<Vec<(u16, u8, u8, u32)>>,
}

impl Confinement {
    pub fn new() -> io::Result<Self> {
        let refused = program(refused(), libc::EPERM);
        let unknown = program(UNKNOWN.map(|call| (call, Vec::new())).into(), libc::ENOSYS);
        let filters = [refused, unknown].into_iter().map(|program| {
            let program = program.map_err(io::Error::other)?;
            Ok(program.iter().map(|one| (one.code, one.jt, one.jf, one.k)).collect())
        });
        Ok(Self { capabilities: KEPT.bits(), filters: filters.collect::<io::Result<_>>()? })
    }

    /// Confines this process, which has one thread; where there is no sandbox, to the files that it would have there.
    pub(super) fn enter(&self, files: Option<&Sandbox>) -> io::Result<()> {
        let present = capabilities(None)?;
        let left = CapabilitySet::from_bits_retain(self.capabilities) & present.permitted;
        if present.effective.contains(CapabilitySet::SETPCAP) {
            // What executing a program gives back to root.
            for number in 0..u64::BITS {
                let one = CapabilitySet::from_bits_retain(1 << number);
                // The kernel knows fewer than there are bits.
                if !left.contains(one) && remove_capability_from_bounding_set(one).is_err() {
                    break;
                }
            }
        }
        let inheritable = CapabilitySet::empty();
        set_capabilities(None, CapabilitySets { effective: left, permitted: left, inheritable })?;
        set_no_new_privs(true)?;
        if let Some(files) = files {
            landlock::enter(files)?;
        }
        for filter in &self.filters {
            let program: BpfProgram =
                filter.iter().map(|&(code, jt, jf, k)| sock_filter { code, jt, jf, k }).collect();
            apply_filter(&program).map_err(io::Error::other)?;
        }
        Ok(())
    }
}

/// Rules for the calls that are refused, some of them only with certain arguments.
fn refused() -> BTreeMap<i64, Vec<SeccompRule>> {
    let mut rules: BTreeMap<_, _> = REFUSED.map(|call| (call, Vec::new())).into();
    let new_user = u64::from(libc::CLONE_NEWUSER.unsigned_abs());
    for call in [libc::SYS_clone, libc::SYS_unshare] {
        rules.insert(call, when(0, SeccompCmpOp::MaskedEq(new_user), &[new_user]));
    }
    // Debuggers may follow what they start themselves, and take nobody else over.
    let takeovers = [libc::PTRACE_ATTACH, libc::PTRACE_SEIZE].map(u64::from);
    rules.insert(libc::SYS_ptrace, when(0, SeccompCmpOp::Eq, &takeovers));
    rules
}

fn when(argument: u8, comparison: SeccompCmpOp, values: &[u64]) -> Vec<SeccompRule> {
    let rule = |value: &u64| {
        let length = SeccompCmpArgLen::Qword;
        let condition = SeccompCondition::new(argument, length, comparison.clone(), *value).ok()?;
        SeccompRule::new(vec![condition]).ok()
    };
    values.iter().filter_map(rule).collect()
}

fn program(rules: BTreeMap<i64, Vec<SeccompRule>>, errno: i32) -> Result<BpfProgram, BackendError> {
    let refusal = SeccompAction::Errno(errno.unsigned_abs());
    let machine = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, SeccompAction::Allow, refusal, machine)?.try_into()
}
