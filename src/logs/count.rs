//! Counts newlines in a file.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

use memchr::memchr_iter;

/// Bytes read at a time.
pub(super) const PORTION: usize = 256 * 1024;

pub(super) fn newlines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

/// Calls `each` with the portions of `range`, in order, each with its offset, until `range` or the file ends.
pub(super) fn for_each_portion(
    file: &File,
    range: Range<u64>,
    mut each: impl FnMut(u64, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer =
        vec![
            0;
            PORTION.min(usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(PORTION))
        ];
    let mut offset = range.start;
    while offset < range.end {
        let wanted =
            usize::try_from(range.end - offset).map_or(buffer.len(), |left| left.min(buffer.len()));
        let read = read_at(file, &mut buffer[..wanted], offset)?;
        if read == 0 {
            break;
        }
        each(offset, &buffer[..read])?;
        offset += read as u64;
    }
    Ok(())
}

/// Newlines in `range`.
pub(super) fn newlines_in(file: &File, range: Range<u64>) -> io::Result<u64> {
    let mut count = 0;
    for_each_portion(file, range, |_, portion| {
        count += newlines(portion);
        Ok(())
    })?;
    Ok(count)
}

/// Fills `buffer` from `offset` on, short only at the end of the file.
pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
