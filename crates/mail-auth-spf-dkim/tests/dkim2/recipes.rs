//! Section 5: how the message was before a hop changed it.

use mail_auth_spf_dkim::dkim2::{Cause, Dkim2Result, FieldError};
use proptest::prelude::*;

use crate::host::{Message, original, verify};

const BODY: &str = "one\r\ntwo\r\nthree\r\n";

/// What comes of the list's message, which it made of Ann's with `body` in it, by this recipe.
fn revised(recipe: &str, change: impl Fn(&mut Message)) -> (Dkim2Result, Option<Cause>) {
    let mut message = original(BODY);
    change(&mut message);
    let message = message.instance(2, Some(recipe));
    let message = message.hop("i=2; m=2;", "b.example", "<list@b.example>", "<bob@c.example>");
    verify(&message, "<list@b.example>", "<bob@c.example>")
}

fn body(recipe: &str, body: &str) -> (Dkim2Result, Option<Cause>) {
    revised(recipe, |message| message.body = body.into())
}

const PASS: (Dkim2Result, Option<Cause>) = (Dkim2Result::Pass, None);
const MALFORMED: (Dkim2Result, Option<Cause>) =
    (Dkim2Result::PermError, Some(Cause::InstanceField(0, FieldError::Recipe)));
const DOES_NOT_FIT: (Dkim2Result, Option<Cause>) = (Dkim2Result::PermError, Some(Cause::RecipeDoesNotFit(2)));

#[test]
fn lines_added_changed_and_taken_away() {
    assert_eq!(body(r#"{"b":[{"c":[1,3]}]}"#, "one\r\ntwo\r\nthree\r\n-- \r\nThe list\r\n"), PASS);
    assert_eq!(body(r#"{"b":[{"c":[2,4]}]}"#, "Banner\r\none\r\ntwo\r\nthree\r\n"), PASS);
    assert_eq!(body(r#"{"b":[{"c":[1,1]},{"d":["two"]},{"c":[3,3]}]}"#, "one\r\nTWO\r\nthree\r\n"), PASS);
    assert_eq!(body(r#"{"b":[{"c":[1,1]},{"d":["two","three"]}]}"#, "one\r\n"), PASS);
    assert_eq!(body(r#"{"b":[{"d":["one"]},{"u":["dHdv"]},{"d":["three"]}]}"#, ""), PASS);
    assert_eq!(body(r#"{"B":[{"C":[1,1]},{"D":["two","thr\u0065e"]}],"later":[{"x":-1.5e3},"\""]}"#, "one"), PASS);
    assert_eq!(body(r#"{"b":[{"c":[1,2]}]}"#, BODY), (Dkim2Result::Fail, Some(Cause::BodyHash(1))));
}

#[test]
fn a_recipe_for_more_than_there_is() {
    assert_eq!(body(r#"{"b":[{"c":[1,4]}]}"#, BODY), DOES_NOT_FIT);
    assert_eq!(body(r#"{"b":[{"c":[1,18446744073709551615]}]}"#, BODY), DOES_NOT_FIT);
    assert_eq!(revised(r#"{"h":{"to":[{"c":[1,1]}]}}"#, |_| ()), DOES_NOT_FIT);
}

#[test]
fn a_body_that_is_lost_fails() {
    assert_eq!(body(r#"{"b":null}"#, "other\r\n"), (Dkim2Result::Fail, Some(Cause::BodyLost(2))));
}

#[test]
fn fields_added_changed_and_copied() {
    let list = |message: &mut Message| {
        let from = message.fields.iter_mut().find(|field| field.starts_with("From")).unwrap();
        *from = "From: Ann via list <list@b.example>".into();
        message.fields.push("List-Id: <list.b.example>".into());
        message.fields.insert(0, "Subject: first".into());
    };
    let from = r#""from":[{"d":["Ann <ann@a.example>"]}]"#;
    let all = format!(r#"{{"h":{{{from},"List-ID":[],"subject":[{{"c":[1,1]}}]}}}}"#);
    assert_eq!(revised(&all, list), PASS);
    let other = format!(r#"{{"h":{{{from},"List-ID":[],"subject":[{{"c":[2,2]}}]}}}}"#);
    assert_eq!(revised(&other, list), (Dkim2Result::Fail, Some(Cause::HeaderHash(1))));
    let eve = |message: &mut Message| message.fields.retain(|field| !field.starts_with("From"));
    let result = revised(&format!(r#"{{"h":{{{from}}}}}"#), eve);
    assert_eq!(result, (Dkim2Result::Fail, Some(Cause::NotAuthentic(2))));
}

#[test]
fn malformed_recipes() {
    let deep = format!(r#"{{"b":[],"x":{}}}"#, "[".repeat(100_000));
    for recipe in [
        "",
        "{}",
        "[]",
        "null",
        r#"{"h":{}}"#,
        r#"{"h":null}"#,
        r#"{"x":1}"#,
        r#"{"b":[{"c":[1,1]}]"#,
        r#"{"b":[{"c":[1,1]}]}x"#,
        r#"{"b":[{"c":[0,1]}]}"#,
        r#"{"b":[{"c":[2,1]}]}"#,
        r#"{"b":[{"c":[1]}]}"#,
        r#"{"b":[{"c":["1",1]}]}"#,
        r#"{"b":[{"c":[1.0,1]}]}"#,
        r#"{"b":[{"c":[1,99999999999999999999]}]}"#,
        r#"{"b":[{"c":[2,2]},{"c":[1,1]}]}"#,
        r#"{"b":[{"c":[1,2]},{"c":[2,3]}]}"#,
        r#"{"b":[{}]}"#,
        r#"{"b":[{"d":[]}]}"#,
        r#"{"b":["line"]}"#,
        r#"{"b":[{"d":["a\r\nb"]}]}"#,
        r#"{"b":[{"d":["\ud800"]}]}"#,
        r#"{"b":[{"u":["YQ"]}]}"#,
        r#"{"b":[{"u":["YQo="]}]}"#,
        r#"{"b":[{"z":true}]}"#,
        r#"{"b":[{"d":["a"],"c":[1,1]}]}"#,
        r#"{"b":[],"B":[]}"#,
        r#"{"h":{"a":[],"A":[]}}"#,
        r#"{"h":{"a:b":[]}}"#,
        &deep,
    ] {
        assert_eq!(revised(recipe, |_| ()), MALFORMED, "{recipe:.40}");
    }
}

#[test]
fn several_changes_are_taken_back_one_after_another() {
    let mut message = original(BODY);
    message.body = format!("Banner\r\n{BODY}");
    let message = message.instance(2, Some(r#"{"b":[{"c":[2,4]}]}"#));
    let mut message = message.hop("i=2; m=2;", "b.example", "<list@b.example>", "<bob@c.example>");
    message.body = "Banner\r\none\r\nTWO\r\nthree\r\nFooter\r\n".into();
    let message = message.instance(3, Some(r#"{"b":[{"c":[1,2]},{"d":["two"]},{"c":[4,4]}]}"#));
    let message = message.hop("i=3; m=3;", "c.example", "<bob@c.example>", "<eve@d.example>");
    assert_eq!(verify(&message, "<bob@c.example>", "<eve@d.example>"), PASS);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Which lines a hop keeps, and which it takes away: the recipe brings them back.
    #[test]
    fn what_a_recipe_takes_back_is_what_was_there(kept in proptest::collection::vec(any::<bool>(), 1..12)) {
        let line = |number: usize| format!("line {number}");
        let original: String = (0..kept.len()).map(|number| line(number) + "\r\n").collect();
        let mut message = crate::host::original(&original);
        let (mut body, mut steps, mut place) = (String::new(), Vec::new(), 0);
        for (number, kept) in kept.iter().enumerate() {
            if *kept {
                place += 1;
                body.push_str(&(line(number) + "\r\n"));
                steps.push(format!(r#"{{"c":[{place},{place}]}}"#));
            } else {
                steps.push(format!(r#"{{"d":["{}"]}}"#, line(number)));
            }
        }
        message.body = body;
        let message = message.instance(2, Some(&format!(r#"{{"b":[{}]}}"#, steps.join(","))));
        let message = message.hop("i=2; m=2;", "b.example", "<list@b.example>", "<bob@c.example>");
        prop_assert_eq!(verify(&message, "<list@b.example>", "<bob@c.example>"), PASS);
    }
}
