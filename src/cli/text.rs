//! How much of what tests print reaches whoever reads: a terminal must not be steered by a test.

use std::io::IsTerminal;

/// What is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Every byte as it was printed.
    Raw,
    /// Text and colours; no titles, links, cursor moves.
    Coloured,
    /// Text.
    Plain,
}

impl Text {
    /// What the standard output should get: colours for a terminal and for the CI systems that show them, unless
    /// `NO_COLOR` is set (<https://no-color.org>).
    pub fn for_stdout() -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let shows_colours =
            std::io::stdout().is_terminal() || is_set("GITHUB_ACTIONS") || is_set("GITLAB_CI");
        if is_set("NO_COLOR") {
            Self::Plain
        } else if shows_colours || is_set("FORCE_COLOR") {
            Self::Coloured
        } else {
            Self::Plain
        }
    }
}

/// Lets a stream of bytes through as far as `Text` allows, in whatever portions it comes.
pub struct Filter {
    text: Text,
    state: State,
    /// The control sequence that is being read.
    sequence: Vec<u8>,
}

/// Where in a control sequence (ECMA-48) the stream is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ground,
    Escape,
    /// `ESC [`
    Sequence,
    /// A string for the terminal: title, link, clipboard, device control.
    String,
    /// `ESC` within such a string.
    StringEscape,
    /// The first byte of a control character of two bytes in UTF-8, U+0080 to U+009F.
    TwoBytes,
}

/// Bytes of a colour sequence; a longer one is dropped.
const LONGEST_SEQUENCE: usize = 128;
const ESC: u8 = 0x1b;

impl Filter {
    pub fn new(text: Text) -> Self {
        Self { text, state: State::Ground, sequence: Vec::new() }
    }

    /// Appends to `passed` what of `bytes` is let through.
    pub fn pass(&mut self, bytes: &[u8], passed: &mut Vec<u8>) {
        if self.text == Text::Raw {
            passed.extend_from_slice(bytes);
            return;
        }
        let mut rest = bytes;
        while let Some(&byte) = rest.first() {
            if self.state == State::Ground {
                let plain = rest.iter().position(|byte| is_special(*byte)).unwrap_or(rest.len());
                passed.extend_from_slice(&rest[..plain]);
                rest = &rest[plain..];
                if plain > 0 {
                    continue;
                }
            }
            rest = &rest[1..];
            self.take(byte, passed);
        }
    }

    fn take(&mut self, byte: u8, passed: &mut Vec<u8>) {
        self.state = match (self.state, byte) {
            (State::Ground | State::Escape | State::Sequence, ESC) => {
                self.sequence.clear();
                State::Escape
            }
            (State::Ground, 0xc2) => State::TwoBytes,
            (State::Escape, b'[') => State::Sequence,
            (State::Escape, b'P' | b']' | b'^' | b'_' | b'X') => State::String,
            (State::Escape, b' '..=b'/') => State::Escape,
            (State::Sequence, b' '..=b'?') => {
                if self.sequence.len() < LONGEST_SEQUENCE {
                    self.sequence.push(byte);
                }
                State::Sequence
            }
            (State::Sequence, _) => {
                self.end_sequence(byte, passed);
                State::Ground
            }
            // No string goes on over a line end, or one could swallow the rest of the log.
            (State::String | State::StringEscape, b'\n') => {
                passed.push(b'\n');
                State::Ground
            }
            (State::String | State::StringEscape, ESC) => State::StringEscape,
            (State::String, 0x07)
            | (State::StringEscape, b'\\')
            | (State::Ground | State::Escape, _) => State::Ground,
            (State::String | State::StringEscape, _) => State::String,
            (State::TwoBytes, _) => {
                if !matches!(byte, 0x80..=0x9f) {
                    passed.extend_from_slice(&[0xc2, byte]);
                }
                State::Ground
            }
        };
    }

    fn end_sequence(&mut self, last: u8, passed: &mut Vec<u8>) {
        let is_colour = last == b'm'
            && self.sequence.len() < LONGEST_SEQUENCE
            && self.sequence.iter().all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':'));
        if is_colour && self.text == Text::Coloured {
            passed.extend_from_slice(b"\x1b[");
            passed.extend_from_slice(&self.sequence);
            passed.push(b'm');
        }
    }
}

/// Begins a control sequence, or is a control character other than those that lay out text.
fn is_special(byte: u8) -> bool {
    matches!(byte, 0..=0x07 | 0x0b..=0x0c | 0x0e..=0x1f | 0x7f | 0xc2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn passed(text: Text, portions: &[&[u8]]) -> Vec<u8> {
        let mut filter = Filter::new(text);
        let mut passed = Vec::new();
        for portion in portions {
            filter.pass(portion, &mut passed);
        }
        passed
    }

    fn coloured(bytes: &[u8]) -> String {
        String::from_utf8(passed(Text::Coloured, &[bytes])).unwrap()
    }

    #[test]
    fn text_layout_and_colours_pass() {
        let text = "ü 漢\tx\r\n\x1b[1;31mred\x1b[0m \u{a0}|\u{8}";
        assert_eq!(coloured(text.as_bytes()), text);
        assert_eq!(
            passed(Text::Plain, &[text.as_bytes()]),
            "ü 漢\tx\r\nred \u{a0}|\u{8}".as_bytes()
        );
        assert_eq!(passed(Text::Raw, &[b"\x1b]0;t\x07\xff"]), b"\x1b]0;t\x07\xff");
    }

    #[test]
    fn what_steers_a_terminal_does_not_pass() {
        assert_eq!(coloured(b"a\x1b]0;title\x07b\x1b]8;;http://x\x1b\\c\x1b]8;;\x1b\\"), "abc");
        assert_eq!(coloured(b"a\x1b[2J\x1b[H\x1b[?1049hb\x1bcc\x1b(0d\x00\x07"), "abcd");
        assert_eq!(coloured("a\u{9b}31mb\u{9d}c".as_bytes()), "a31mbc");
        assert_eq!(coloured(b"a\x1b]0;no end\nb"), "a\nb");
        assert_eq!(coloured(b"a\x1bPq\x1b\\b\x1b[>4;2mc\x1b\x1b[31md"), "abc\u{1b}[31md");
    }

    proptest! {
        #[test]
        fn any_split_passes_the_same(bytes in proptest::collection::vec(
            prop_oneof![any::<u8>(), Just(ESC), Just(b'['), Just(b'm'), Just(b';'), Just(b']'), Just(0xc2)], 0..60)
        ) {
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            prop_assert_eq!(passed(Text::Coloured, &single), passed(Text::Coloured, &[&bytes]));
        }
    }
}
