//! What the system tells of a process: its time on processors and its memory.

use std::time::Duration;

/// Memory of a process, KiB.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// What is resident now.
    pub resident: u64,
    /// The most that was, since it started or since [`forget_peak`].
    pub peak: u64,
}

/// Memory of a process; none once it has ended.
pub fn memory_of(pid: u32) -> Option<Memory> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    };
    Some(Memory { resident: line("VmRSS:")?, peak: line("VmHWM:")? })
}

/// From now on, the peak of a process is counted anew.
pub fn forget_peak(pid: u32) {
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5").expect("a process of our own");
}

/// Processor time of a process: fields 14 and 15 of its `stat`, in hundredths of a second.
pub fn cpu_of(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Duration::from_millis((user + system) * 10))
}
