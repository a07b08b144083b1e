//! RFC 8621 section 4.1.4: which parts are the text of a message, which its HTML, and which are attached.

use rfc5322_message::{
    Message, Part,
    jmap::{self, BodyLists},
};

/// A multipart of `parts`, each a header, an empty line and a body.
fn multipart(subtype: &str, boundary: &str, parts: &[&str]) -> String {
    let mut text = format!("Content-Type: multipart/{subtype}; boundary={boundary}\r\n\r\n");
    for part in parts {
        text += &format!("--{boundary}\r\n{part}\r\n");
    }
    text + &format!("--{boundary}--\r\n")
}

fn leaf(content_type: &str, disposition: &str, name: &str) -> String {
    let disposition =
        if disposition.is_empty() { String::new() } else { format!("Content-Disposition: {disposition}\r\n") };
    format!("Content-Type: {content_type}\r\n{disposition}\r\n{name}")
}

fn names(parts: &[Part<'_>]) -> String {
    parts.iter().map(|part| String::from_utf8_lossy(part.body()).trim().to_owned()).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_example_of_the_section() {
    let text = |name| leaf("text/plain", "inline", name);
    let image = |disposition, name| leaf("image/jpeg", disposition, name);
    let inner = multipart("mixed", "d", &[&text("B"), &image("inline", "C"), &text("D")]);
    let related = multipart("related", "e", &[&leaf("text/html", "", "E"), &image("", "F")]);
    let alternative = multipart("alternative", "c", &[&inner, &related]);
    let embedded = leaf("message/rfc822", "", "Subject: J\r\n\r\nJ");
    let middle = multipart(
        "mixed",
        "b",
        &[&alternative, &image("attachment", "G"), &leaf("application/x-excel", "", "H"), &embedded],
    );
    let message = multipart("mixed", "a", &[&text("A"), &middle, &text("K")]);
    let message = Message::parse(message.as_bytes());
    assert_eq!(message.defects(), []);
    let lists = BodyLists::of(&message);
    assert_eq!(names(&lists.text_body), "A B C D K");
    assert_eq!(names(&lists.html_body), "A E K");
    assert_eq!(names(&lists.attachments), "C F G H Subject: J\r\n\r\nJ");
    assert!(jmap::has_attachment(&message));
}

#[test]
fn a_message_in_one_form_serves_as_both() {
    for content_type in ["text/plain", "text/html"] {
        let input = leaf(content_type, "", "<b>Hello,</b>\r\n  world");
        let message = Message::parse(input.as_bytes());
        let lists = BodyLists::of(&message);
        assert_eq!((lists.text_body.len(), lists.html_body.len(), lists.attachments.len()), (1, 1, 0));
        let preview = if content_type == "text/html" { "Hello, world" } else { "<b>Hello,</b> world" };
        assert_eq!(jmap::preview(&message, 100), preview);
        assert_eq!(jmap::preview(&message, 3), preview[..3]);
        assert!(!jmap::has_attachment(&message));
    }
}

/// What the HTML shows is no attachment for a list of messages, though it is in the list of attachments.
#[test]
fn an_image_inside_html_does_not_count_as_an_attachment() {
    let image = "Content-Type: image/png\r\nContent-ID: <i@x>\r\nContent-Disposition: inline\r\n\r\npng";
    let related = multipart("related", "r", &[&leaf("text/html", "", "<img src=cid:i@x>"), image]);
    let message = Message::parse(related.as_bytes());
    assert_eq!(names(&BodyLists::of(&message).attachments), "png");
    assert!(!jmap::has_attachment(&message));
}

/// Text that is attached is no text of the message, and its bytes are there whatever its charset says.
#[test]
fn attached_text_stays_bytes() {
    let attached = "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=a.bin\r\n\
        Content-Transfer-Encoding: base64\r\n\r\n//4AAQ==";
    let message = multipart("mixed", "a", &[&leaf("text/plain", "", "Hello"), attached]);
    let message = Message::parse(message.as_bytes());
    let lists = BodyLists::of(&message);
    assert_eq!((names(&lists.text_body).as_str(), lists.attachments.len()), ("Hello", 1));
    assert_eq!(lists.attachments[0].decoded().bytes, &b"\xff\xfe\0\x01"[..]);
    assert!(lists.attachments[0].text().unwrap().contains('\u{fffd}'));
}
