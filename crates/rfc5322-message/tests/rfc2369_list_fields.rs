//! RFC 2369, with RFC 2919 and RFC 8058: every example of what a mailing list says of itself, read and built again.

use rfc5322_message::{
    Message,
    build::{Field, ListHeaders, ListUri},
};

fn urls(body: &str) -> Vec<String> {
    let input = format!("List-Help: {body}\r\n\r\n");
    let message = Message::parse(input.as_bytes());
    message.field("List-Help").unwrap().list_urls().map(|url| url.into_owned()).collect()
}

/// RFC 2369 section 3: the URLs, in the order in which the list would have them tried.
#[test]
fn the_examples_of_rfc_2369() {
    for (body, expected) in [
        ("<mailto:list@host.com?subject=help> (List Instructions)", &["mailto:list@host.com?subject=help"][..]),
        ("<mailto:list-manager@host.com?body=info>", &["mailto:list-manager@host.com?body=info"]),
        ("<mailto:list-info@host.com> (Info about the list)", &["mailto:list-info@host.com"]),
        (
            "<http://www.host.com/list/>, <mailto:list-info@host.com>",
            &["http://www.host.com/list/", "mailto:list-info@host.com"],
        ),
        (
            "<ftp://ftp.host.com/list.txt> (FTP), <mailto:list@host.com?subject=help>",
            &["ftp://ftp.host.com/list.txt", "mailto:list@host.com?subject=help"],
        ),
        (
            "(Use this command to get off the list)\r\n <mailto:list-manager@host.com?body=unsubscribe%20list>",
            &["mailto:list-manager@host.com?body=unsubscribe%20list"],
        ),
        (
            "<http://www.host.com/list.cgi?cmd=unsub&lst=list>,\r\n <mailto:list-request@host.com?subject=unsubscribe>",
            &["http://www.host.com/list.cgi?cmd=unsub&lst=list", "mailto:list-request@host.com?subject=unsubscribe"],
        ),
        ("NO (posting not allowed on this list)", &[]),
        ("<mailto:archive@host.com?subject=index%20list>", &["mailto:archive@host.com?subject=index%20list"]),
    ] {
        assert_eq!(urls(body), expected, "{body}");
        let uris: Vec<_> = expected.iter().map(|url| ListUri::new(*url).unwrap()).collect();
        for field in ListHeaders::new().help(uris).fields() {
            assert_eq!(urls(std::str::from_utf8(&field.to_vec()).unwrap().trim_start_matches("List-Help:")), expected);
        }
    }
}

/// RFC 2919 section 3: white space within the brackets is ignored.
#[test]
fn blanks_in_an_identifier_are_ignored() {
    for id in ["<list.\r\n example.org>", "< list . example\t.org >", "<list\u{a0}.example\u{2003}.org>"] {
        let input = format!("List-ID: A list {id}\r\n\r\n");
        let message = Message::parse(input.as_bytes());
        let list = message.field("List-ID").unwrap().list_id().unwrap();
        assert_eq!((list.name.as_deref(), list.id.as_ref()), (Some("A list"), "list.example.org"));
    }
}

#[test]
fn the_examples_of_rfc_2919() {
    for (body, name, id) in [
        ("List Header Mailing List <list-header.nisto.com>", Some("List Header Mailing List"), "list-header.nisto.com"),
        ("<commonspace-users.list-id.within.com>", None, "commonspace-users.list-id.within.com"),
        (
            "\"Lena's Personal Joke List\"\r\n <lenas-jokes.da39efc25c530ad145d41b86f7420c3b.021999.localhost>",
            Some("Lena's Personal Joke List"),
            "lenas-jokes.da39efc25c530ad145d41b86f7420c3b.021999.localhost",
        ),
        (
            "\"An internal CMU List\" <0Jks9449.list-id.cmu.edu>",
            Some("An internal CMU List"),
            "0Jks9449.list-id.cmu.edu",
        ),
        (
            "<da39efc25c530ad145d41b86f7420c3b.052000.localhost>",
            None,
            "da39efc25c530ad145d41b86f7420c3b.052000.localhost",
        ),
    ] {
        let read = |field: &[u8]| {
            let message = Message::parse(field);
            let list = message.field("List-ID").unwrap().list_id().unwrap();
            (list.name.map(|name| name.into_owned()), list.id.into_owned())
        };
        let expected = (name.map(str::to_owned), id.to_owned());
        assert_eq!(read(format!("List-Id: {body}\r\n\r\n").as_bytes()), expected);
        let built = ListHeaders::new().id(name.unwrap_or_default(), id).unwrap();
        assert_eq!(read(&built.fields()[0].to_vec()), expected);
    }
}

/// RFC 8058 section 8: simple, and with an address for those who cannot POST.
#[test]
fn the_examples_of_rfc_8058() {
    for urls in [
        &["https://example.com/unsubscribe/opaquepart"][..],
        &[
            "mailto:listrequest@example.com?subject=unsubscribe",
            "https://example.com/unsubscribe.html?opaque=123456789",
        ],
    ] {
        let uris: Vec<_> = urls.iter().map(|url| ListUri::new(*url).unwrap()).collect();
        let built = ListHeaders::new().unsubscribe_one_click(uris).unwrap();
        let header: Vec<u8> = built.fields().iter().flat_map(Field::to_vec).collect();
        let message = Message::parse(&header);
        assert_eq!(message.field("List-Unsubscribe").unwrap().list_urls().collect::<Vec<_>>(), urls);
        assert_eq!(message.field("List-Unsubscribe-Post").unwrap().text(), "List-Unsubscribe=One-Click");
    }
}
