//! The text of one line as a terminal would show it at the end: progress that overwrites itself is carried out, colours
//! (SGR) are kept, every other control of a terminal (titles, links, cursor moves, clipboard) is left out.

/// What a terminal shows of `line`, which has no newline. Columns are characters: wide ones count once.
pub(super) fn shown(line: &[u8]) -> String {
    let line = without_returns(line);
    let text = String::from_utf8_lossy(line);
    if is_plain(&text) {
        return text.into_owned();
    }
    let mut row = Row::default();
    let mut rest = text.as_ref();
    while let Some(first) = rest.chars().next() {
        let (control, length) = match first {
            '\u{1b}' => read_escape(rest),
            other => (read_character(other), other.len_utf8()),
        };
        row.take(control);
        rest = &rest[length..];
    }
    row.into_text()
}

pub(super) fn without_returns(line: &[u8]) -> &[u8] {
    let returns = line.iter().rev().take_while(|byte| **byte == b'\r').count();
    &line[..line.len() - returns]
}

/// Nothing but printable characters, tabs and colours.
fn is_plain(text: &str) -> bool {
    let mut rest = text;
    loop {
        let Some(found) = rest.find(|character: char| character.is_control() && character != '\t')
        else {
            return true;
        };
        rest = &rest[found..];
        match read_escape(rest) {
            (Control::Colour(_), length) if rest.starts_with('\u{1b}') => rest = &rest[length..],
            _ => return false,
        }
    }
}

#[derive(Clone, Copy)]
enum Control<'a> {
    Print(char),
    Colour(&'a str),
    Return,
    Back,
    EraseToEnd,
    EraseAll,
    Nothing,
}

fn read_character<'a>(character: char) -> Control<'a> {
    match character {
        '\r' => Control::Return,
        '\u{8}' => Control::Back,
        '\t' => Control::Print('\t'),
        other if other.is_control() => Control::Nothing,
        other => Control::Print(other),
    }
}

/// Reads the escape sequence that `text` begins with (ECMA-48): what it does, and its length in bytes.
fn read_escape(text: &str) -> (Control<'_>, usize) {
    let bytes = text.as_bytes();
    match bytes.get(1) {
        Some(b'[') => {
            let is_final = |byte: &u8| !matches!(byte, b' '..=b'?');
            let Some(end) = bytes[2..].iter().position(is_final).map(|end| end + 2) else {
                return (Control::Nothing, bytes.len());
            };
            let control = match (bytes[end], &text[2..end]) {
                (b'm', codes)
                    if codes.bytes().all(|code| matches!(code, b'0'..=b'9' | b';' | b':')) =>
                {
                    Control::Colour(&text[..=end])
                }
                (b'K', "" | "0") => Control::EraseToEnd,
                (b'K', "2") => Control::EraseAll,
                _ => Control::Nothing,
            };
            // What ends a sequence out of turn is no part of it.
            let length = if matches!(bytes[end], b'@'..=b'~') { end + 1 } else { end };
            (control, length)
        }
        // Strings for the terminal: device control, title and links, privacy, application.
        Some(b'P' | b']' | b'^' | b'_' | b'X') => {
            let bell = text.find('\u{7}').map(|at| at + 1);
            let terminator = text[2..].find("\u{1b}\\").map(|at| at + 4);
            let end = bell.into_iter().chain(terminator).min();
            (Control::Nothing, end.unwrap_or(bytes.len()))
        }
        Some(b' '..=b'~') => (Control::Nothing, 2),
        _ => (Control::Nothing, 1),
    }
}

/// One line of a terminal.
#[derive(Default)]
struct Row {
    cells: Vec<Cell>,
    column: usize,
    styles: Vec<Style>,
}

#[derive(Clone, Copy)]
struct Cell {
    character: char,
    style: usize,
}

/// Colours in force: those from before the line when `is_reset` is false, then `codes`.
#[derive(Clone, Default, PartialEq, Eq)]
struct Style {
    is_reset: bool,
    codes: String,
}

/// Longer heaps of codes without a reset are cut down to the newest.
const LONGEST_CODES: usize = 128;

impl Row {
    fn take(&mut self, control: Control<'_>) {
        match control {
            Control::Print(character) => self.print(character),
            Control::Colour(sequence) => self.colour(sequence),
            Control::Return => self.column = 0,
            Control::Back => self.column = self.column.saturating_sub(1),
            Control::EraseToEnd => self.cells.truncate(self.column),
            Control::EraseAll => {
                let blank = Cell { character: ' ', style: self.style() };
                self.cells.clear();
                self.cells.resize(self.column, blank);
            }
            Control::Nothing => {}
        }
    }

    fn print(&mut self, character: char) {
        let cell = Cell { character, style: self.style() };
        match self.cells.get_mut(self.column) {
            Some(place) => *place = cell,
            None => self.cells.push(cell),
        }
        self.column += 1;
    }

    fn colour(&mut self, sequence: &str) {
        let mut style = self.styles.last().cloned().unwrap_or_default();
        let codes = sequence.trim_start_matches("\u{1b}[").trim_end_matches('m');
        if codes.is_empty() || codes == "0" {
            style = Style { is_reset: true, codes: String::new() };
        } else {
            if codes.starts_with("0;") || style.codes.len() + sequence.len() > LONGEST_CODES {
                style = Style {
                    is_reset: style.is_reset || codes.starts_with("0;"),
                    codes: String::new(),
                };
            }
            style.codes.push_str(sequence);
        }
        self.styles.push(style);
    }

    /// The number of the style in force: 0 is that from before the line.
    fn style(&self) -> usize {
        self.styles.len()
    }

    fn into_text(self) -> String {
        let before = Style::default();
        let style =
            |number: usize| number.checked_sub(1).map_or(&before, |number| &self.styles[number]);
        let mut text = String::with_capacity(self.cells.len());
        let mut current = 0;
        for cell in &self.cells {
            if cell.style != current {
                style(cell.style).write_after(style(current), &mut text);
                current = cell.style;
            }
            text.push(cell.character);
        }
        // The next line goes on in the colours that this one ends with.
        style(self.styles.len()).write_after(style(current), &mut text);
        text
    }
}

impl Style {
    fn write_after(&self, before: &Self, text: &mut String) {
        let added = self
            .codes
            .strip_prefix(before.codes.as_str())
            .filter(|_| self.is_reset == before.is_reset);
        if let Some(added) = added {
            text.push_str(added);
        } else {
            text.push_str("\u{1b}[0m");
            text.push_str(&self.codes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_and_coloured_lines_stay_as_they_are() {
        for line in [
            "",
            "plain",
            "tab\there",
            "\u{1b}[1;31mred\u{1b}[0m and \u{1b}[38:2:1:2:3mrgb\u{1b}[m",
            "grüße 漢字",
        ] {
            assert_eq!(shown(line.as_bytes()), line);
        }
    }

    #[test]
    fn progress_shows_what_a_terminal_shows_last() {
        assert_eq!(shown(b" 10%\r 50%\r100%"), "100%");
        assert_eq!(shown(b"downloading\rdone"), "doneloading");
        assert_eq!(shown(b"downloading\r\x1b[Kdone"), "done");
        assert_eq!(shown(b"downloading\x1b[2K\rdone"), "done       ");
        assert_eq!(shown(b"abc\x08\x08X"), "aXc");
        assert_eq!(shown(b"windows\r"), "windows");
        assert_eq!(shown(b"windows\r\r"), "windows");
    }

    #[test]
    fn colours_follow_their_characters_when_overwritten() {
        assert_eq!(shown(b"\x1b[31mab\x1b[0m\rX"), "\u{1b}[0mX\u{1b}[0m\u{1b}[31mb\u{1b}[0m");
        assert_eq!(shown(b"ab\r\x1b[32mX"), "\u{1b}[32mX\u{1b}[0mb\u{1b}[32m");
    }

    #[test]
    fn titles_links_cursor_moves_and_controls_are_left_out() {
        assert_eq!(shown(b"a\x1b]0;title\x07b"), "ab");
        assert_eq!(shown(b"\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\"), "link");
        assert_eq!(shown(b"a\x1b[2J\x1b[1;1H\x1b[?25lb\x00\x07c"), "abc");
        assert_eq!(shown(b"a\x1b]52;c;ZXZpbA=="), "a");
        assert_eq!(shown(b"a\x1b[>4;2m\x1bcb"), "ab");
        assert_eq!(shown("a\u{9b}31mb".as_bytes()), "a31mb");
        assert_eq!(shown(b"a\x1b["), "a");
        assert_eq!(shown(b"a\x1b"), "a");
    }

    #[test]
    fn bytes_that_are_no_text_become_replacement_characters() {
        assert_eq!(shown(b"a\xff\xfeb"), "a\u{fffd}\u{fffd}b");
    }

    proptest! {
        #[test]
        fn nothing_but_text_tabs_and_colours_comes_out(line in proptest::collection::vec(
            prop_oneof![any::<u8>(), Just(b'\r'), Just(0x1b), Just(b'['), Just(b';'), Just(b'm'), Just(b']'), Just(b'K')], 0..200)
        ) {
            let text = shown(&line);
            prop_assert!(is_plain(&text), "{text:?}");
        }
    }
}
