//! What the operating system has noted about a process: CPU time and memory.

use std::time::Duration;

/// CPU time of this process so far, in its own code and in the kernel.
pub fn own_cpu() -> Duration {
    cpu(libc::RUSAGE_SELF)
}

/// The same of all processes that it started and that have ended, and of theirs.
pub fn childrens_cpu() -> Duration {
    cpu(libc::RUSAGE_CHILDREN)
}

fn cpu(whose: libc::c_int) -> Duration {
    // SAFETY: `rusage` is plain numbers, for which zero is a value, and getrusage only writes to
    // it.
    let usage = unsafe {
        let mut usage = std::mem::zeroed::<libc::rusage>();
        libc::getrusage(whose, &mut usage);
        usage
    };
    [usage.ru_utime, usage.ru_stime]
        .iter()
        .map(|it| {
            Duration::new(
                it.tv_sec.unsigned_abs(),
                it.tv_usec.unsigned_abs() as u32 * 1000,
            )
        })
        .sum()
}

/// Keeps this process on the first or the last processor that it may use. Where the system puts two
/// processes that talk to each other, on one processor or on two, doubles or halves what a call
/// costs, and it changes its mind every few seconds.
pub fn keep_to_processor(last: bool) {
    // SAFETY: `cpu_set_t` is plain bits, for which zero is a value, and the size of it is passed
    // along.
    unsafe {
        let mut allowed = std::mem::zeroed::<libc::cpu_set_t>();
        libc::sched_getaffinity(0, size_of_val(&allowed), &mut allowed);
        let mut processors =
            (0..libc::CPU_SETSIZE as usize).filter(|it| libc::CPU_ISSET(*it, &allowed));
        let Some(chosen) = (if last {
            processors.next_back()
        } else {
            processors.next()
        }) else {
            return;
        };
        let mut one = std::mem::zeroed::<libc::cpu_set_t>();
        libc::CPU_SET(chosen, &mut one);
        libc::sched_setaffinity(0, size_of_val(&one), &one);
    }
}

/// Memory of this process in bytes: the most there ever was (`VmHWM`), or what there is now
/// (`VmRSS`).
pub fn memory(which: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(which)?.strip_prefix(':'));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}
