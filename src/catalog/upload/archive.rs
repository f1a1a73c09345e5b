//! Takes the files out of a zip archive. Whatever it claims of itself is checked against what is in it, and it comes no
//! farther than the limits.

use std::io::{self, Read, Write};

use flate2::read::DeflateDecoder;
use rawzip::{
    CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipSliceArchive,
};

use super::UploadLimits;
use super::name::{self, Sent};
use crate::catalog::blobs::{Spool, Spooled};

/// Entries of an archive for each file that an upload may have: some are directories, some are left out.
const ENTRIES_PER_FILE: usize = 2;
/// A file that unpacks to more than this many times its packed size is a bomb and no test data.
const LARGEST_RATIO: u64 = 200;
/// Below this size the ratio says nothing.
const RATIO_FROM: u64 = 1024 * 1024;
const PORTION: usize = 64 * 1024;
/// The type of a file in its Unix mode: <https://man7.org/linux/man-pages/man7/inode.7.html>
const FILE_TYPE: u32 = 0o170_000;

/// A file of an archive, or the words why it is refused.
pub struct Unpacked {
    pub name: String,
    pub content: Result<Spooled, String>,
}

#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("is no zip archive, or a damaged one: {0}")]
    Damaged(String),
    #[error("has more than {0} entries, the limit of an archive (twice upload_files)")]
    TooManyEntries(usize),
    #[error("has more than {0} files, the limit of an upload (upload_files)")]
    TooManyFiles(usize),
    #[error("unpacks to more than {0} bytes, the limit of an upload (upload_bytes)")]
    TooLarge(u64),
    #[error(
        "unpacks {0:?} to more than {LARGEST_RATIO} times its packed size, the limit of an archive"
    )]
    Bomb(String),
    #[error("has entries that share their bytes, as bombs do")]
    Overlap,
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl ArchiveError {
    /// Whether it is larger than an upload may be, and nothing else is wrong with it.
    pub fn is_beyond_limit(&self) -> bool {
        matches!(self, Self::TooManyEntries(_) | Self::TooManyFiles(_) | Self::TooLarge(_))
    }
}

impl From<rawzip::Error> for ArchiveError {
    fn from(error: rawzip::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// The files of `archive` with names as in it; those that are left out for their names have no content here.
///
/// # Errors
/// When it is no zip archive, or goes beyond a limit.
pub fn unpack(
    archive: &[u8],
    limits: &UploadLimits,
    spool: &mut Spool,
) -> Result<(Vec<Unpacked>, Vec<String>), ArchiveError> {
    let archive = ZipArchive::from_slice(archive)?;
    let entries = look_at(&archive, limits)?;
    let mut left = limits.bytes;
    let (mut files, mut left_out) = (Vec::new(), Vec::new());
    for entry in entries {
        let content = match entry.verdict {
            Verdict::LeaveOut => {
                left_out.push(entry.name);
                continue;
            }
            Verdict::Refuse(why) => Err(why),
            Verdict::Take => Ok(take_out(&archive, &entry, &mut left, limits, spool)?),
        };
        files.push(Unpacked { name: entry.name, content });
        if files.len() > limits.files {
            return Err(ArchiveError::TooManyFiles(limits.files));
        }
    }
    Ok((files, left_out))
}

/// An entry that is no harmless directory.
struct Entry {
    name: String,
    raw_name: Vec<u8>,
    verdict: Verdict,
    is_packed: bool,
    place: ZipArchiveEntryWayfinder,
}

enum Verdict {
    Take,
    LeaveOut,
    Refuse(String),
}

/// Reads the list of contents, without the contents.
fn look_at(
    archive: &ZipSliceArchive<&[u8]>,
    limits: &UploadLimits,
) -> Result<Vec<Entry>, ArchiveError> {
    let most = limits.files.saturating_mul(ENTRIES_PER_FILE);
    let mut entries = Vec::new();
    let mut ranges = Vec::new();
    let mut claimed: u64 = 0;
    let mut count = 0;
    for record in archive.entries() {
        let record = record?;
        count += 1;
        if count > most {
            return Err(ArchiveError::TooManyEntries(most));
        }
        ranges.push(archive.get_entry(record.wayfinder())?.compressed_data_range());
        let entry = judge(&record);
        if matches!(entry.verdict, Verdict::Take) {
            if is_harmless_directory(&record) {
                continue;
            }
            claimed = claimed.saturating_add(record.uncompressed_size_hint());
            if claimed > limits.bytes {
                return Err(ArchiveError::TooLarge(limits.bytes));
            }
        }
        entries.push(entry);
    }
    if archive.entries_hint() != count as u64 {
        let words = format!("it claims {} entries and has {count}", archive.entries_hint());
        return Err(ArchiveError::Damaged(words));
    }
    ranges.sort_unstable();
    if ranges.windows(2).any(|two| two[0].1 > two[1].0) {
        return Err(ArchiveError::Overlap);
    }
    Ok(entries)
}

fn judge(record: &ZipFileHeaderRecord<'_>) -> Entry {
    let raw_name = record.file_path().as_bytes();
    let name = String::from_utf8_lossy(raw_name).into_owned();
    let refuse = |why: &str| Verdict::Refuse(format!("{name:?} {why}"));
    let method = record.compression_method();
    let verdict = if std::str::from_utf8(raw_name).is_err() {
        refuse("has a name that is not UTF-8")
    } else {
        match (name::read(name.trim_end_matches('/')), kind_of(record)) {
            (Err(error), _) => Verdict::Refuse(error.to_string()),
            (Ok(Sent::LeftOut), _) => Verdict::LeaveOut,
            (_, Err(what)) => refuse(&format!("is {what}; only regular files are taken")),
            _ if record.flags().is_encrypted() => {
                refuse("is encrypted; pack it without a password")
            }
            _ if !matches!(method, CompressionMethod::STORE | CompressionMethod::DEFLATE) => {
                refuse("is packed in a way that is not known here; use deflate")
            }
            _ => Verdict::Take,
        }
    };
    Entry {
        name,
        raw_name: raw_name.to_owned(),
        verdict,
        is_packed: method == CompressionMethod::DEFLATE,
        place: record.wayfinder(),
    }
}

/// Says what an entry is when it is neither a regular file nor a directory. The mode counts whichever system is said to
/// have written it.
fn kind_of(record: &ZipFileHeaderRecord<'_>) -> Result<(), &'static str> {
    match (record.external_attributes() >> 16) & FILE_TYPE {
        0 | 0o100_000 | 0o040_000 => Ok(()),
        0o120_000 => Err("a symbolic link"),
        0o020_000 | 0o060_000 => Err("a device"),
        0o010_000 => Err("a named pipe"),
        0o140_000 => Err("a socket"),
        _ => Err("no regular file"),
    }
}

fn is_harmless_directory(record: &ZipFileHeaderRecord<'_>) -> bool {
    record.is_dir() || (record.external_attributes() >> 16) & FILE_TYPE == 0o040_000
}

fn take_out(
    archive: &ZipSliceArchive<&[u8]>,
    entry: &Entry,
    left: &mut u64,
    limits: &UploadLimits,
    spool: &mut Spool,
) -> Result<Spooled, ArchiveError> {
    let found = archive.get_entry(entry.place)?;
    if found.local_header().file_path().as_bytes() != entry.raw_name {
        return Err(ArchiveError::Damaged(format!("{:?} has another name inside", entry.name)));
    }
    let packed = found.data();
    let plain: Box<dyn Read + '_> =
        if entry.is_packed { Box::new(DeflateDecoder::new(packed)) } else { Box::new(packed) };
    let mut plain = found.verifying_reader(plain);
    let most = (packed.len() as u64).saturating_mul(LARGEST_RATIO).max(RATIO_FROM);
    let mut file = spool.create()?;
    let mut portion = vec![0; PORTION];
    let mut size = 0;
    loop {
        let read = plain.read(&mut portion).map_err(|error| {
            ArchiveError::Damaged(format!("{:?} cannot be unpacked: {error}", entry.name))
        })?;
        if read == 0 {
            return Ok(file.finish());
        }
        size += read as u64;
        *left = left.checked_sub(read as u64).ok_or(ArchiveError::TooLarge(limits.bytes))?;
        if size > most {
            return Err(ArchiveError::Bomb(entry.name.clone()));
        }
        file.write_all(&portion[..read])?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;
    use rawzip::ZipArchiveWriter;

    use super::*;
    use crate::catalog::blobs::Blobs;

    const LIMITS: UploadLimits = UploadLimits { bytes: 4 * 1024 * 1024, files: 10 };

    /// An archive of files; the mode is that of Unix.
    fn zip(files: &[(&str, u32, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut archive = ZipArchiveWriter::new(&mut bytes);
        for (name, mode, content) in files {
            let name = rawzip::path::EntryPath::verbatim(name.as_bytes());
            let builder = archive.new_file(name).compression_method(CompressionMethod::DEFLATE);
            let (mut entry, config) = builder.unix_permissions(*mode).start().unwrap();
            let encoder =
                flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default());
            let mut writer = config.wrap(encoder);
            writer.write_all(content).unwrap();
            let (encoder, descriptor) = writer.finish().unwrap();
            encoder.finish().unwrap();
            entry.finish(descriptor).unwrap();
        }
        archive.finish().unwrap();
        bytes
    }

    type Shown = (String, Result<u64, String>);

    /// What comes out: names with sizes or refusals, and what is left out.
    fn unpacked(bytes: &[u8]) -> Result<(Vec<Shown>, Vec<String>), String> {
        let data = tempfile::tempdir().unwrap();
        let mut spool = Blobs::new(data.path().to_owned()).spool().unwrap();
        let (files, left_out) = unpack(bytes, &LIMITS, &mut spool).map_err(|e| e.to_string())?;
        let show = |one: Unpacked| (one.name, one.content.map(|content| content.size));
        Ok((files.into_iter().map(show).collect(), left_out))
    }

    fn refusal(bytes: &[u8]) -> String {
        unpacked(bytes).unwrap_err()
    }

    #[test]
    fn files_come_out_with_their_directories_and_without_leftovers() {
        let bytes = zip(&[
            ("api/", 0o040_755, b""),
            ("api/test_a.py", 0o100_644, b"def test_a(): pass\n"),
            ("api/data.json", 0, b"{}"),
            ("api/__pycache__/test_a.pyc", 0o100_644, b"x"),
            ("__MACOSX/._test_a.py", 0o100_644, b"x"),
        ]);
        let (files, left_out) = unpacked(&bytes).unwrap();
        assert_eq!(
            files,
            [("api/test_a.py".to_owned(), Ok(19)), ("api/data.json".to_owned(), Ok(2))]
        );
        assert_eq!(left_out, ["api/__pycache__/test_a.pyc", "__MACOSX/._test_a.py"]);
    }

    #[test]
    fn names_that_lead_out_and_what_is_no_file_are_refused_one_by_one() {
        let bytes = zip(&[
            ("../../slip.py", 0o100_644, b"x"),
            ("/etc/cron.d/x", 0o100_644, b"x"),
            ("..\\..\\slip.py", 0o100_644, b"x"),
            ("link", 0o120_777, b"/etc/passwd"),
            ("device", 0o020_666, b""),
            ("disk", 0o060_666, b""),
            ("pipe", 0o010_666, b""),
            ("../evil/", 0o040_755, b""),
            ("good.py", 0o100_644, b""),
        ]);
        let (files, _) = unpacked(&bytes).unwrap();
        let why: Vec<_> =
            files.into_iter().map(|(_, taken)| taken.err().unwrap_or_default()).collect();
        let expected = [
            "leaves the tests root",
            "is absolute",
            "backslash",
            "a symbolic link",
            "a device",
            "a device",
            "a named pipe",
            "leaves the tests root",
            "",
        ];
        assert_eq!(why.len(), expected.len());
        for (why, expected) in why.iter().zip(expected) {
            assert!(why.contains(expected), "{why} / {expected}");
        }
    }

    #[test]
    fn bombs_are_refused_by_size_ratio_count_and_shared_bytes() {
        let zeros = vec![0; 3 * 1024 * 1024];
        let bomb = zip(&[("zeros.bin", 0o100_644, &zeros)]);
        assert!(refusal(&bomb).contains("200 times its packed size"), "{}", refusal(&bomb));
        let noise: Vec<u8> = (0..2_500_000_u32)
            .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
            .take(2_500_000)
            .collect();
        let large = zip(&[("a.bin", 0o100_644, &noise), ("b.bin", 0o100_644, &noise)]);
        assert!(refusal(&large).contains("more than 4194304 bytes"), "{}", refusal(&large));
        let names: Vec<_> = (0..11).map(|number| format!("f{number}.py")).collect();
        let many: Vec<(&str, u32, &[u8])> =
            names.iter().map(|name| (name.as_str(), 0, &b""[..])).collect();
        assert!(refusal(&zip(&many)).contains("more than 10 files"));
        let names: Vec<_> = (0..21).map(|number| format!("d{number}/")).collect();
        let many: Vec<(&str, u32, &[u8])> =
            names.iter().map(|name| (name.as_str(), 0o040_755, &b""[..])).collect();
        assert!(refusal(&zip(&many)).contains("more than 20 entries"));
        assert_eq!(refusal(&overlapping()), "has entries that share their bytes, as bombs do");
    }

    /// Two entries in the list of contents that lead to the same bytes.
    fn overlapping() -> Vec<u8> {
        let mut bytes = zip(&[("aa.py", 0, b"one"), ("bb.py", 0, b"two")]);
        let list: Vec<usize> = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").collect();
        // The offset of the local header is 42 bytes into a record of the list: APPNOTE 4.3.12.
        bytes[list[1] + 42..list[1] + 46].fill(0);
        bytes
    }

    #[test]
    fn what_is_no_archive_or_says_two_things_is_refused() {
        assert!(refusal(b"").contains("no zip archive"));
        assert!(refusal(b"def test_a(): pass").contains("no zip archive"));
        let good = zip(&[("aa.py", 0, b"one")]);
        assert!(refusal(&good[..good.len() - 10]).contains("damaged"));
        let mut other_name = good.clone();
        // The name in the local header: APPNOTE 4.3.7.
        other_name[30] = b'x';
        assert!(refusal(&other_name).contains("has another name inside"));
        let mut other_content = good;
        let content = other_content.len() / 3;
        other_content[content] ^= 0xff;
        assert!(unpacked(&other_content).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fail_or_go_beyond_its_limits(
            changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
            cut in any::<prop::sample::Index>()
        ) {
            let mut bytes = zip(&[("a/test_a.py", 0o100_644, b"def test_a(): pass\n"), ("b.py", 0, b"two two two")]);
            for (place, byte) in changes {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
                if let Ok((files, _)) = unpacked(bytes) {
                    let size: u64 = files.iter().filter_map(|(_, taken)| taken.as_ref().ok()).sum();
                    prop_assert!(size <= LIMITS.bytes && files.len() <= LIMITS.files);
                    let good = files.iter().filter(|(_, taken)| taken.is_ok());
                    prop_assert!(good.clone().all(|(name, _)| matches!(name::read(name), Ok(Sent::At(_)))));
                }
            }
        }
    }
}
