//! Cuts the runner's marks out of what a run prints.
//!
//! At each border of a test's phases the runner writes one mark into the very pipe that carries the output:
//! `ESC _proctor;<nonce>;<what>;<index> ESC \`. The place of a mark in the stream therefore tells which bytes
//! belong to which test, those of subprocesses and raw descriptor writes included. Only marks with the run's own nonce
//! count: whatever else looks like one stays in the log byte for byte.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memmem};

const ESC: u8 = 0x1b;
const INTRODUCER: &[u8] = b"\x1b_proctor;";
const NONCE_LENGTH: usize = 32;
/// `teardown;`, twenty digits of an index, `ESC \`.
const LONGEST_TAIL: usize = 9 + 20 + 2;
const LONGEST_MARK: usize = INTRODUCER.len() + NONCE_LENGTH + 1 + LONGEST_TAIL;

/// The secret of one run that makes its marks its own: 32 lowercase hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Nonce(String);

#[derive(Debug, thiserror::Error)]
#[error("nonce of {length} characters is not 32 lowercase hexadecimal digits")]
pub struct NonceError {
    length: usize,
}

impl Nonce {
    /// A new nonce of 128 random bits.
    ///
    /// # Errors
    /// When `/dev/urandom` cannot be read.
    pub fn random() -> io::Result<Self> {
        let mut bytes = [0_u8; NONCE_LENGTH / 2];
        File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        Ok(Self(format!("{:032x}", u128::from_be_bytes(bytes))))
    }

    /// # Errors
    /// When `text` is anything but 32 lowercase hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, NonceError> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == NONCE_LENGTH && text.bytes().all(is_digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NonceError { length: text.len() })
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A nonce is a secret: it does not show in debug output.
impl fmt::Debug for Nonce {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Nonce(…)")
    }
}

/// The border that a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    Begin,
    Setup,
    Call,
    Teardown,
    End,
}

impl Border {
    fn parse(text: &[u8]) -> Option<Self> {
        match text {
            b"begin" => Some(Self::Begin),
            b"setup" => Some(Self::Setup),
            b"call" => Some(Self::Call),
            b"teardown" => Some(Self::Teardown),
            b"end" => Some(Self::End),
            _ => None,
        }
    }
}

/// What the cutter made of some bytes: the text without the marks, and the marks with their places in that text.
#[derive(Debug, Default)]
pub(super) struct Cut {
    pub text: Vec<u8>,
    pub marks: Vec<CutMark>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CutMark {
    pub what: Border,
    pub index: u64,
    /// Bytes of `Cut::text` before the mark.
    pub position: usize,
}

/// Splits a stream of bytes, read in any portions, into text and marks.
pub(super) struct Cutter {
    prefix: Vec<u8>,
    finder: memmem::Finder<'static>,
    /// The beginning of what may become a mark, at most one byte shorter than the longest mark.
    held: Vec<u8>,
}

/// What the bytes from an ESC on are.
enum Reading {
    Mark { what: Border, index: u64, length: usize },
    Unfinished,
    Text,
}

impl Cutter {
    pub fn new(nonce: &Nonce) -> Self {
        let prefix = [INTRODUCER, nonce.as_str().as_bytes(), b";"].concat();
        let finder = memmem::Finder::new(&prefix).into_owned();
        Self { prefix, finder, held: Vec::with_capacity(LONGEST_MARK) }
    }

    /// Adds the text and the marks of `bytes` to `cut`. At most 73 bytes that may still become a mark are held back
    /// until the next call.
    pub fn cut(&mut self, bytes: &[u8], cut: &mut Cut) {
        let mut rest = self.settle_held(bytes, cut);
        while let Some(start) = self.finder.find(rest) {
            cut.text.extend_from_slice(&rest[..start]);
            match self.read(&rest[start..]) {
                Reading::Mark { what, index, length } => {
                    cut.marks.push(CutMark { what, index, position: cut.text.len() });
                    rest = &rest[start + length..];
                }
                Reading::Unfinished => {
                    self.held.extend_from_slice(&rest[start..]);
                    return;
                }
                Reading::Text => {
                    cut.text.push(ESC);
                    rest = &rest[start + 1..];
                }
            }
        }
        let whole = rest.len() - self.unfinished_prefix(rest);
        cut.text.extend_from_slice(&rest[..whole]);
        self.held.extend_from_slice(&rest[whole..]);
    }

    /// Gives up what is held back: the stream has ended, so it is text.
    pub fn flush(&mut self, cut: &mut Cut) {
        cut.text.append(&mut self.held);
    }

    /// Decides what the held bytes are with the help of `bytes`, and returns those of `bytes` that are still to be read.
    fn settle_held<'a>(&mut self, mut bytes: &'a [u8], cut: &mut Cut) -> &'a [u8] {
        while !self.held.is_empty() {
            let before = self.held.len();
            let taken = bytes.len().min(LONGEST_MARK - before);
            self.held.extend_from_slice(&bytes[..taken]);
            match self.read(&self.held) {
                Reading::Unfinished => return &[],
                Reading::Mark { what, index, length } => {
                    cut.marks.push(CutMark { what, index, position: cut.text.len() });
                    self.held.clear();
                    bytes = &bytes[length - before..];
                }
                Reading::Text => {
                    // The ESC that ended this candidate may begin the next one.
                    self.held.truncate(before);
                    let next = memchr(ESC, &self.held[1..]).map_or(before, |found| found + 1);
                    cut.text.extend(self.held.drain(..next));
                }
            }
        }
        bytes
    }

    /// `bytes` begins with an ESC. The answer depends on the bytes alone, never on where a read ended.
    fn read(&self, bytes: &[u8]) -> Reading {
        let Some(tail) = bytes.strip_prefix(&*self.prefix) else {
            return if self.prefix.starts_with(bytes) {
                Reading::Unfinished
            } else {
                Reading::Text
            };
        };
        let window = &tail[..tail.len().min(LONGEST_TAIL)];
        let Some(end) = memchr(ESC, window) else {
            return if window.len() < LONGEST_TAIL { Reading::Unfinished } else { Reading::Text };
        };
        match (window.get(end + 1), read_body(&window[..end])) {
            (None, Some(_)) if window.len() < LONGEST_TAIL => Reading::Unfinished,
            (Some(b'\\'), Some((what, index))) => {
                Reading::Mark { what, index, length: self.prefix.len() + end + 2 }
            }
            _ => Reading::Text,
        }
    }

    /// How many bytes at the end of `bytes` may be the beginning of a mark.
    fn unfinished_prefix(&self, bytes: &[u8]) -> usize {
        let tail = &bytes[bytes.len().saturating_sub(self.prefix.len() - 1)..];
        memchr_iter(ESC, tail)
            .find(|&start| self.prefix.starts_with(&tail[start..]))
            .map_or(0, |start| tail.len() - start)
    }
}

/// `<what>;<index>`
fn read_body(body: &[u8]) -> Option<(Border, u64)> {
    let separator = memchr(b';', body)?;
    let what = Border::parse(&body[..separator])?;
    let digits = &body[separator + 1..];
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let index = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((what, index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NONCE: &str = "0123456789abcdef0123456789abcdef";

    fn cut_in(portions: &[&[u8]]) -> (Vec<u8>, Vec<CutMark>) {
        let mut cutter = Cutter::new(&Nonce::parse(NONCE).unwrap());
        let mut cut = Cut::default();
        for portion in portions {
            cutter.cut(portion, &mut cut);
            assert!(cutter.held.len() < LONGEST_MARK);
        }
        cutter.flush(&mut cut);
        (cut.text, cut.marks)
    }

    fn mark(what: &str, index: &str) -> Vec<u8> {
        format!("\x1b_proctor;{NONCE};{what};{index}\x1b\\").into_bytes()
    }

    #[test]
    fn a_mark_leaves_the_text_and_keeps_its_place() {
        let stream = [b"one\n".as_slice(), &mark("call", "7"), b"two\n"].concat();
        let (text, marks) = cut_in(&[&stream]);
        assert_eq!(text, b"one\ntwo\n");
        assert_eq!(marks, [CutMark { what: Border::Call, index: 7, position: 4 }]);
    }

    #[test]
    fn what_is_no_mark_of_this_run_stays_byte_for_byte() {
        let foreign = b"\x1b_proctor;ffffffffffffffffffffffffffffffff;call;1\x1b\\".to_vec();
        let odd = [
            foreign,
            mark("cleanup", "1"),
            mark("call", ""),
            mark("call", "-1"),
            mark("call", "99999999999999999999999"),
            mark("call", "99999999999999999999"),
            b"\x1b_proctor;\x1b_proctor\x1b\x1b[31m".to_vec(),
            format!("\x1b_proctor;{NONCE};call;1").into_bytes(),
        ];
        for stream in odd {
            let (text, marks) = cut_in(&[&stream]);
            assert_eq!(String::from_utf8_lossy(&text), String::from_utf8_lossy(&stream));
            assert_eq!(marks, []);
        }
    }

    #[test]
    fn a_mark_that_follows_a_broken_one_is_found() {
        let stream = [
            format!("\x1b_proctor;{NONCE};call;1").as_bytes(),
            &mark("end", "18446744073709551615"),
        ]
        .concat();
        for split in 0..=stream.len() {
            let (text, marks) = cut_in(&[&stream[..split], &stream[split..]]);
            assert_eq!(
                text,
                format!("\x1b_proctor;{NONCE};call;1").into_bytes(),
                "split at {split}"
            );
            assert_eq!(marks.len(), 1, "split at {split}");
            assert_eq!(marks[0].index, u64::MAX);
        }
    }

    #[test]
    fn ordinary_bytes_are_never_held_back() {
        let mut cutter = Cutter::new(&Nonce::parse(NONCE).unwrap());
        let mut cut = Cut::default();
        cutter.cut(b"\x1b[32mPASSED\x1b[0m 50% ", &mut cut);
        assert_eq!(cut.text, b"\x1b[32mPASSED\x1b[0m 50% ");
        cutter.cut(b"\x1b_proctor;\x1b", &mut cut);
        cutter.cut(b"x", &mut cut);
        assert!(cut.text.ends_with(b"\x1b_proctor;\x1bx"));
    }

    #[test]
    fn a_nonce_is_32_lowercase_hexadecimal_digits_and_a_secret() {
        assert!(Nonce::parse(NONCE).is_ok());
        for wrong in
            ["", "0123", "0123456789ABCDEF0123456789abcdef", "0123456789abcdef0123456789abcde;"]
        {
            assert!(Nonce::parse(wrong).is_err(), "{wrong}");
        }
        let random = Nonce::random().unwrap();
        assert!(Nonce::parse(random.as_str()).is_ok());
        assert!(!format!("{random:?}").contains(random.as_str()));
    }

    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            "[a-z\n]{0,12}".prop_map(String::into_bytes),
            Just(mark("begin", "0")),
            Just(mark("teardown", "12345678901234567890")),
            Just(mark("call", "x")),
            (0..mark("call", "12").len()).prop_map(|length| mark("call", "12")[..length].to_vec()),
            proptest::collection::vec(any::<u8>(), 0..8),
            Just(b"\x1b".to_vec()),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_text_and_marks(
            stream in stream(),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let mut borders: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
            borders.extend([0, stream.len()]);
            borders.sort_unstable();
            let portions: Vec<&[u8]> = borders.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect();
            let single: Vec<&[u8]> = stream.chunks(1).collect();
            let whole = cut_in(&[&stream]);
            prop_assert_eq!(&cut_in(&portions), &whole);
            prop_assert_eq!(&cut_in(&single), &whole);
        }
    }
}
