//! RFC 3676: text that a reader wraps to its own width.

use proptest::prelude::*;
use rfc5322_message::encode::flow;

proptest! {
    /// Undone by the rules of RFC 3676 section 4, the text is there again but for blanks at the ends of lines.
    #[test]
    fn flowed_text_is_read_back(lines in prop::collection::vec("[a-zA-Z> \u{e4}-]{0,200}", 0..8)) {
        let text = lines.join("\n");
        let flowed = flow(&text);
        let mut read = String::new();
        let mut first = true;
        let mut joined = false;
        for line in flowed.split("\r\n") {
            if !first && !joined {
                read.push('\n');
            }
            first = false;
            joined = line.ends_with(' ') && line != "-- ";
            read.push_str(line.strip_prefix(' ').unwrap_or(line));
        }
        let trimmed = |line: &String| if line == "-- " { line.clone() } else { line.trim_end_matches(' ').to_owned() };
        prop_assert_eq!(read, lines.iter().map(trimmed).collect::<Vec<_>>().join("\n"));
        for line in flowed.split("\r\n") {
            prop_assert!(line.chars().count() <= 78 || !line.trim().contains(' '));
        }
    }
}

/// Section 4.2: paragraphs are broken after a blank, and lines are at most 78 characters long.
#[test]
fn s4_2_generating() {
    let flowed = flow(&"word ".repeat(40));
    let lines: Vec<_> = flowed.split("\r\n").collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[..2].iter().all(|line| line.ends_with(' ') && line.len() <= 78));
    assert!(!lines[2].ends_with(' '));
}

/// Section 4.4: what begins with a blank, with a quote mark or with `From ` is stuffed.
#[test]
fn s4_4_space_stuffing() {
    assert_eq!(flow(" a\n>b\nFrom c\nFrom: d"), "  a\r\n >b\r\n From c\r\nFrom: d");
}

/// Section 4.3: the line before a signature is fixed, and no other line becomes one.
#[test]
fn s4_3_signatures() {
    assert_eq!(flow("text \n-- \nJo"), "text\r\n-- \r\nJo");
    assert!(flow(&format!("-- {}", "x".repeat(80))).starts_with("-- x"));
}
