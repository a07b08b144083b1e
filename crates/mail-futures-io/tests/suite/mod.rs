//! What every runtime's adapter must do, written once. Each test is an async function over a [`World`]; the `suite!`
//! macro makes tests of them.

pub(crate) mod clients_pop3;
pub(crate) mod clients_smtp;
pub(crate) mod driver;
mod pipe;
mod post_office;
pub(crate) mod sockets;
pub(crate) mod tls;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use mail_futures_io::{BoxedStream, Runtime};

/// A runtime to be tested.
pub(crate) trait World: Runtime + Sized + 'static {
    /// A port on the loopback interface that listens, and the first connection to it.
    fn listen() -> impl Future<Output = (u16, impl Future<Output = BoxedStream>)>;
}

/// Runs a client and a server until both are done.
pub(crate) async fn together<A, B>(client: impl Future<Output = A>, server: impl Future<Output = B>) -> (A, B) {
    let (mut client, mut server) = (pin!(client), pin!(server));
    let (mut first, mut second) = (None, None);
    poll_fn(|context| {
        if first.is_none()
            && let Poll::Ready(done) = client.as_mut().poll(context)
        {
            first = Some(done);
        }
        if second.is_none()
            && let Poll::Ready(done) = server.as_mut().poll(context)
        {
            second = Some(done);
        }
        if first.is_some() && second.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    (first.expect("it is done"), second.expect("it is done"))
}

/// The tests, for one world and the function that runs a future in it.
macro_rules! suite {
    ($world:ty, $run:expr) => {
        crate::suite::suite! { @ $world, $run,
            driver: two_full_pipes_do_not_block_each_other,
            driver: the_end_of_the_peer_is_told,
            driver: a_broken_connection_is_told_once_and_then_its_end,
            driver: what_the_peer_said_before_it_went_is_read,
            driver: last_words_are_written_before_the_end_is_told,
            driver: a_peer_that_never_reads_does_not_hold_the_end_up,
            driver: a_client_that_goes_within_a_message_is_gone,
            driver: a_reply_that_nobody_takes_does_not_hide_the_end,
            driver: a_quit_is_obeyed_though_nobody_hears_it,
            driver: last_words_that_nobody_reads_do_not_hide_the_end,
            driver: last_words_that_fail_are_no_error,
            driver: a_flush_is_not_waited_for_for_ever,
            driver: a_busy_peer_does_not_stop_the_clock,
            driver: a_peer_that_floods_the_end_lets_others_have_their_turn,
            driver: much_to_flush_lets_others_have_their_turn,
            driver: a_request_that_waits_for_its_answer_is_not_the_end,
            driver: patience_ends,
            driver: an_idle_driver_holds_no_buffer,
            driver: a_driver_can_be_dropped_in_the_middle_and_goes_on,
            driver: a_handshake_that_fails_ends_the_session,
            driver: a_handshake_that_never_ends_is_ended,
            driver: tls_that_ends_without_a_word_is_an_end,
            clients_smtp: one_refused_recipient_does_not_keep_the_message_from_the_others,
            clients_smtp: a_large_message_passes_through_a_small_pipe,
            clients_smtp: a_refused_sender_is_told_for_each_recipient,
            clients_smtp: lmtp_answers_for_each_recipient,
            clients_smtp: a_body_that_cannot_be_read_is_not_delivered,
            clients_smtp: a_message_may_come_slowly,
            clients_smtp: a_bare_line_feed_is_not_sent,
            clients_smtp: no_password_travels_in_the_clear,
            clients_smtp: a_wrong_password_is_refused,
            clients_smtp: starttls_is_required_but_not_offered,
            clients_smtp: starttls_is_used_if_offered,
            clients_smtp: plaintext_behind_starttls_is_not_parsed,
            clients_smtp: a_message_whose_reply_never_came_is_in_doubt,
            clients_smtp: who_has_the_message_is_known_though_the_session_is_lost,
            clients_smtp: a_421_that_is_the_last_verdict_is_one,
            clients_smtp: what_a_server_says_when_it_closes_is_told,
            clients_smtp: a_session_may_be_refused,
            clients_smtp: a_server_without_ehlo_is_told_helo,
            clients_smtp: a_server_offers_starttls_and_has_it_not,
            clients_smtp: a_server_that_asks_too_much_is_told_nothing,
            clients_smtp: a_response_that_is_too_long_gives_the_login_up_and_no_more,
            clients_pop3: a_maildrop_may_be_refused,
            clients_pop3: a_maildrop_is_listed_fetched_and_emptied,
            clients_pop3: nothing_is_deleted_without_quit,
            clients_pop3: a_message_that_is_not_read_to_its_end_is_skipped,
            clients_pop3: the_answer_to_an_abandoned_command_is_not_taken_for_another,
            clients_pop3: a_listing_without_end_is_broken_off,
            clients_pop3: an_abandoned_login_is_given_up,
            clients_pop3: a_login_ends_whatever_the_server_asks,
            clients_pop3: a_login_is_refused,
            clients_pop3: no_password_goes_to_a_server_without_tls,
            clients_pop3: plaintext_behind_stls_is_not_parsed,
            tls: starttls_and_a_login,
            tls: implicit_tls_and_a_login,
            tls: a_certificate_of_nobody_known_is_not_trusted,
            tls: a_certificate_for_another_name_is_not_trusted,
            tls: anybody_is_trusted_if_asked,
            tls: stls_and_a_login,
            tls: pop3_inside_tls,
            sockets: mail_is_sent_and_fetched_over_tcp,
            sockets: nobody_listens,
        }
    };
    (@ $world:ty, $run:expr, $($file:ident: $test:ident,)*) => {
        $(#[test]
        fn $test() {
            $run(crate::suite::$file::$test::<$world>());
        })*
    };
}
pub(crate) use suite;
