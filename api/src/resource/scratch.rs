//! Files for the time of one piece of work.

use std::fs::File;
use std::io;
use uuid::Uuid;

/// A file without a name that only this process can read, gone with whoever has it open.
///
/// # Errors
/// When there is no room for it.
pub fn scratch() -> io::Result<File> {
    let path = std::env::temp_dir().join(format!("isms-{}", Uuid::now_v7()));
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}
