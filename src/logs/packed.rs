//! A log that has ended, in little room: chunks of what was printed, each compressed, with the times at which it was.
//!
//! The times stand in frames that decoders of zstd skip, see <https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2>: so
//! `zstd -dc` writes the log byte for byte. Neither writing nor reading holds more than one chunk.

use std::io::{self, Read, Write};

use zstd::bulk::{Compressor, Decompressor};

use super::count::newlines;
use crate::domain::{LogSize, Millis};

/// Bytes of the log in one chunk, and stretches of it with times of their own.
const CHUNK: usize = 4 * 1024 * 1024;
const STRETCHES: usize = 64 * 1024;
/// The usual one: higher ones take several times as long for a tenth less.
const LEVEL: i32 = 3;
/// The first bytes of a frame that is skipped.
const SKIPPED: [u8; 4] = 0x184D_2A57_u32.to_le_bytes();
/// More than the times of one chunk can have.
const LONGEST_TIMES: usize = 2 * 1024 * 1024;

/// Some bytes that were printed at one moment.
struct Stretch {
    bytes: usize,
    at: Millis,
}

/// Packs a log into `to`.
pub struct Packer<W> {
    to: W,
    compressor: Compressor<'static>,
    text: Vec<u8>,
    stretches: Vec<Stretch>,
    bytes: u64,
    newlines: u64,
    ends_in_line: bool,
}

impl<W: Write> Packer<W> {
    /// # Errors
    /// When there is no memory for it.
    pub fn new(to: W) -> io::Result<Self> {
        Ok(Self {
            to,
            compressor: Compressor::new(LEVEL)?,
            text: Vec::new(),
            stretches: Vec::new(),
            bytes: 0,
            newlines: 0,
            ends_in_line: false,
        })
    }

    /// Takes what comes next in the log.
    ///
    /// # Errors
    /// Of what it is written to.
    pub fn push(&mut self, bytes: &[u8], at: Millis) -> io::Result<()> {
        for bytes in bytes.chunks(CHUNK) {
            if self.text.len() + bytes.len() > CHUNK || self.stretches.len() == STRETCHES {
                self.write_chunk()?;
            }
            self.text.extend_from_slice(bytes);
            match self.stretches.last_mut().filter(|last| last.at == at) {
                Some(last) => last.bytes += bytes.len(),
                None => self.stretches.push(Stretch { bytes: bytes.len(), at }),
            }
            self.bytes += bytes.len() as u64;
            self.newlines += newlines(bytes);
            self.ends_in_line = bytes.last() != Some(&b'\n');
        }
        Ok(())
    }

    /// Answers what it was written to, and how long the log is.
    ///
    /// # Errors
    /// Of what it is written to.
    pub fn finish(mut self) -> io::Result<(W, LogSize)> {
        self.write_chunk()?;
        let lines = self.newlines + u64::from(self.ends_in_line);
        Ok((self.to, LogSize { lines, bytes: self.bytes }))
    }

    fn write_chunk(&mut self) -> io::Result<()> {
        if self.text.is_empty() {
            return Ok(());
        }
        let packed = self.compressor.compress(&self.text)?;
        let mut times = Vec::new();
        put(&mut times, packed.len() as u64);
        let mut before = 0;
        for Stretch { bytes, at } in self.stretches.drain(..) {
            put(&mut times, bytes as u64);
            put(&mut times, zigzag(at.0.wrapping_sub(before)));
            before = at.0;
        }
        self.text.clear();
        self.to.write_all(&SKIPPED)?;
        self.to.write_all(&length(&times)?.to_le_bytes())?;
        self.to.write_all(&times)?;
        self.to.write_all(&packed)
    }
}

/// Hands over a packed log from byte `start` on, in portions with their times.
///
/// # Errors
/// Of what it is read from, when that is no packed log, or of `take`.
pub fn unpack(
    mut from: impl Read,
    start: u64,
    mut take: impl FnMut(&[u8], Millis) -> io::Result<()>,
) -> io::Result<()> {
    let mut decompressor = Decompressor::new()?;
    let mut begins_at = 0;
    while let Some(chunk) = read_chunk(&mut from)? {
        let begins = begins_at;
        begins_at += chunk.bytes() as u64;
        if begins_at <= start {
            continue;
        }
        let text = decompressor.decompress(&chunk.packed, chunk.bytes())?;
        if text.len() != chunk.bytes() {
            return Err(damaged());
        }
        let mut skip = usize::try_from(start.saturating_sub(begins)).map_err(io::Error::other)?;
        let mut rest = &text[..];
        for Stretch { bytes, at } in chunk.stretches {
            let (stretch, others) = rest.split_at(bytes);
            rest = others;
            let skipped = skip.min(bytes);
            skip -= skipped;
            if skipped < bytes {
                take(&stretch[skipped..], at)?;
            }
        }
    }
    Ok(())
}

struct Chunk {
    packed: Vec<u8>,
    stretches: Vec<Stretch>,
}

impl Chunk {
    fn bytes(&self) -> usize {
        self.stretches.iter().map(|stretch| stretch.bytes).sum()
    }
}

/// `None` at the end.
fn read_chunk(from: &mut impl Read) -> io::Result<Option<Chunk>> {
    let mut head = Vec::new();
    from.take(8).read_to_end(&mut head)?;
    if head.is_empty() {
        return Ok(None);
    }
    let length = match head.split_at_checked(4) {
        Some((first, length)) if first == SKIPPED => length.try_into().map_err(|_| damaged())?,
        _ => return Err(damaged()),
    };
    let times = read(from, u32::from_le_bytes(length) as usize, LONGEST_TIMES)?;
    let mut times = &times[..];
    let packed = usize::try_from(get(&mut times)?).map_err(|_| damaged())?;
    let (mut stretches, mut at, mut room) = (Vec::new(), 0_i64, CHUNK);
    while !times.is_empty() {
        let bytes = usize::try_from(get(&mut times)?).map_err(|_| damaged())?;
        room = room.checked_sub(bytes).ok_or_else(damaged)?;
        at = at.wrapping_add(unzigzag(get(&mut times)?));
        stretches.push(Stretch { bytes, at: Millis(at) });
    }
    let packed = read(from, packed, CHUNK + CHUNK / 2)?;
    Ok(Some(Chunk { packed, stretches }))
}

fn read(from: &mut impl Read, length: usize, most: usize) -> io::Result<Vec<u8>> {
    if length > most {
        return Err(damaged());
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn length(bytes: &[u8]) -> io::Result<u32> {
    u32::try_from(bytes.len()).map_err(io::Error::other)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is no packed log")
}

/// Seven bits in each byte, the lowest first; the highest bit says that more follow.
fn put(to: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = (number & 0x7f).to_le_bytes();
        number >>= 7;
        if number == 0 {
            return to.push(low);
        }
        to.push(low | 0x80);
    }
}

fn get(from: &mut &[u8]) -> io::Result<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first().ok_or_else(damaged)?;
        *from = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(damaged())
}

/// Small numbers stay small, whatever their sign.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Printed = Vec<(Vec<u8>, Millis)>;

    fn pack(printed: &[(Vec<u8>, Millis)]) -> (Vec<u8>, LogSize) {
        let mut packer = Packer::new(Vec::new()).unwrap();
        for (bytes, at) in printed {
            packer.push(bytes, *at).unwrap();
        }
        packer.finish().unwrap()
    }

    fn unpacked(packed: &[u8], start: u64) -> io::Result<Printed> {
        let mut found: Printed = Vec::new();
        unpack(packed, start, |bytes, at| {
            match found.last_mut().filter(|last| last.1 == at) {
                Some(last) => last.0.extend_from_slice(bytes),
                None => found.push((bytes.to_vec(), at)),
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn large() -> Printed {
        let line = |number: i64| format!("tests/test_{number}.py::test_it PASSED\n").into_bytes();
        (0..300_000).map(|number| (line(number), Millis(1_700_000_000_000 + number / 3))).collect()
    }

    fn text(printed: &[(Vec<u8>, Millis)]) -> Vec<u8> {
        printed.iter().flat_map(|(bytes, _)| bytes.clone()).collect()
    }

    #[test]
    fn every_byte_and_every_time_comes_back() {
        let printed = large();
        let (packed, size) = pack(&printed);
        assert_eq!(size, LogSize { lines: 300_000, bytes: text(&printed).len() as u64 });
        let found = unpacked(&packed, 0).unwrap();
        assert!(text(&found) == text(&printed));
        assert_eq!(found.len(), 100_000, "one for each millisecond");
        assert_eq!(found[99_999].1, Millis(1_700_000_099_999));
    }

    #[test]
    fn a_reader_goes_on_from_any_byte() {
        let printed = large();
        let (whole, (packed, _)) = (text(&printed), pack(&printed));
        for start in [1, CHUNK - 1, CHUNK, CHUNK + 1, whole.len() - 1, whole.len()] {
            assert!(text(&unpacked(&packed, start as u64).unwrap()) == whole[start..], "{start}");
        }
    }

    #[test]
    fn tools_for_zstd_read_the_log_itself() {
        let printed = large();
        assert!(zstd::decode_all(&pack(&printed).0[..]).unwrap() == text(&printed));
    }

    #[test]
    fn a_log_may_be_empty_or_go_back_in_time_or_be_no_text() {
        assert_eq!(unpacked(&pack(&[]).0, 0).unwrap(), []);
        let printed =
            vec![(vec![0, 255, 10], Millis(i64::MAX)), (vec![7; CHUNK * 2 + 1], Millis(i64::MIN))];
        let (packed, size) = pack(&printed);
        assert_eq!(size.lines, 2);
        assert!(unpacked(&packed, 0).unwrap() == printed);
    }

    #[test]
    fn what_is_no_packed_log_is_refused() {
        let (packed, _) = pack(&large());
        for wrong in [&b"a log"[..], &packed[..7], &packed[..packed.len() - 1], &packed[1..]] {
            assert!(unpacked(wrong, 0).is_err());
        }
        let mut enormous = SKIPPED.to_vec();
        enormous.extend(u32::MAX.to_le_bytes());
        assert!(unpacked(&enormous, 0).is_err());
    }
}
