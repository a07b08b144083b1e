use alloc::vec::Vec;

use mail_wire::Instant;

use super::{Cause, Key, KeyRecordError};
use crate::crypto::Provider;
use crate::dns::{Answer, DnsError, Name, Query, QueryId, RecordType};

/// The keys that signatures need, each asked for once however many need it, until the DNS has had its time.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    questions: Vec<Question>,
    deadline: Option<Instant>,
}

#[derive(Debug)]
struct Question {
    name: Name,
    asked: bool,
    keys: Option<Result<Vec<Result<Key, KeyRecordError>>, DnsError>>,
}

impl Keys {
    /// A key that is needed: the number under which it will be found.
    pub(crate) fn want(&mut self, name: Name) -> usize {
        self.questions.iter().position(|question| question.name == name).unwrap_or_else(|| {
            self.questions.push(Question { name, asked: false, keys: None });
            self.questions.len() - 1
        })
    }

    pub(crate) fn poll_query(&mut self) -> Option<Query> {
        let unasked = |(_, question): &(u32, &mut Question)| !question.asked && question.keys.is_none();
        let (number, question) = (0..).zip(&mut self.questions).find(unasked)?;
        question.asked = true;
        Some(Query::new(QueryId::new(number), question.name.clone(), RecordType::Txt))
    }

    /// Takes an answer, and reads so many records of it. Answers to questions that are not open change nothing.
    pub(crate) fn handle_answer(
        &mut self,
        now: Instant,
        provider: &dyn Provider,
        most: usize,
        id: QueryId,
        answer: Answer<'_>,
    ) {
        self.handle_timeout(now);
        let Some(question) = self.open(id) else { return };
        question.keys = Some(match answer {
            // An answer to another question says nothing about the key.
            Ok(records) if records.record_type() != RecordType::Txt => Err(DnsError::Temporary),
            Ok(records) if records.is_empty() => Err(DnsError::NoData),
            Ok(records) => Ok(records.texts().take(most).map(|text| Key::parse(provider, text)).collect()),
            Err(error) => Err(error),
        });
    }

    /// Takes a key that was made ready before.
    pub(crate) fn handle_key(&mut self, now: Instant, id: QueryId, key: Key) {
        self.handle_timeout(now);
        if let Some(question) = self.open(id) {
            question.keys = Some(Ok(Vec::from([Ok(key)])));
        }
    }

    fn open(&mut self, id: QueryId) -> Option<&mut Question> {
        let question = usize::try_from(id.number()).ok().and_then(|index| self.questions.get_mut(index));
        question.filter(|question| question.asked && question.keys.is_none())
    }

    /// Sets the moment when the DNS must have answered.
    pub(crate) const fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = Some(deadline);
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) if no answer comes until then; `None` while nothing is
    /// asked.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.deadline.filter(|_| !self.are_complete())
    }

    /// Gives up what is not answered in time.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.poll_timeout().is_some_and(|deadline| now >= deadline) {
            let open = self.questions.iter_mut().filter(|question| question.keys.is_none());
            open.for_each(|question| question.keys = Some(Err(DnsError::Temporary)));
        }
    }

    /// Whether everything is answered.
    pub(crate) fn are_complete(&self) -> bool {
        self.questions.iter().all(|question| question.keys.is_some())
    }

    /// What was published under a number: none of it may be a key.
    pub(crate) fn get(&self, number: usize) -> Result<&[Result<Key, KeyRecordError>], Cause> {
        match self.questions.get(number).and_then(|question| question.keys.as_ref()) {
            Some(Ok(keys)) => Ok(keys),
            Some(Err(error)) if error.is_void() => Err(Cause::NoKey(*error)),
            Some(Err(error)) => Err(Cause::Dns(*error)),
            None => Err(Cause::Dns(DnsError::Temporary)),
        }
    }
}
