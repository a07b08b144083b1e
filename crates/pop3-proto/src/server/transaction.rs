//! The TRANSACTION state (RFC 1939, section 5, and the optional commands of section 7).

use super::listing::{Listing, What};
use super::{Activity, Asked, Maildrop, Server, Session};
use crate::{Command, MessageNumber, ScanListing, UniqueIdListing};

impl Server {
    pub(super) fn obey_in_transaction(&mut self, command: Command<'static>) {
        let Session::Transaction(maildrop) = &mut self.session else { return };
        match command {
            Command::Stat => {
                let (messages, octets) = (maildrop.kept(), maildrop.kept_octets());
                self.print(format_args!("+OK {messages} {octets}\r\n"));
            }
            Command::List(None) => {
                let (messages, octets) = (maildrop.kept(), maildrop.kept_octets());
                self.print(format_args!("+OK {messages} messages ({octets} octets)\r\n"));
                self.activity = Activity::Listing(Listing::new(What::Sizes));
            }
            Command::Uidl(None) => {
                self.say_ok("Unique ids follow");
                self.activity = Activity::Listing(Listing::new(What::UniqueIds));
            }
            Command::List(Some(message)) => match maildrop.octets(message) {
                Some(octets) => {
                    self.output.push(b"+OK ");
                    ScanListing { message, octets: Some(octets) }.encode(|bytes| self.output.push(bytes));
                }
                None => self.refuse_message(message),
            },
            Command::Uidl(Some(message)) => match maildrop.unique_id(message) {
                Some(id) => {
                    self.output.push(b"+OK ");
                    UniqueIdListing { message, id }.encode(|bytes| self.output.push(bytes));
                }
                None => self.refuse_message(message),
            },
            Command::Dele(message) => {
                if maildrop.delete(message) {
                    self.print(format_args!("+OK Message {message} will be deleted\r\n"));
                } else {
                    self.refuse_message(message);
                }
            }
            Command::Rset => {
                maildrop.reset();
                let messages = maildrop.kept();
                self.print(format_args!("+OK {messages} messages\r\n"));
            }
            Command::Retr(message) => self.ask_for(message, Asked::Retrieve(message)),
            Command::Top { message, lines } => self.ask_for(message, Asked::Top { message, lines }),
            Command::Noop => self.say_ok(""),
            Command::Quit => self.ask(Asked::Update),
            Command::Stls => self.refuse("Not after login"),
            Command::AuthList => self.refuse("Already logged in"),
            _ => self.refuse("Not now"),
        }
    }

    fn ask_for(&mut self, message: MessageNumber, asked: Asked) {
        if self.maildrop().and_then(|maildrop| maildrop.octets(message)).is_some() {
            self.ask(asked);
        } else {
            self.refuse_message(message);
        }
    }

    /// There is no such message, or it is marked as deleted. That is no bad command.
    fn refuse_message(&mut self, message: MessageNumber) {
        let messages = self.maildrop().map_or(0, Maildrop::len);
        if message.index() < messages {
            self.say_err("The message is marked as deleted");
        } else {
            self.print(format_args!("-ERR No such message, there are {messages}\r\n"));
        }
    }
}
