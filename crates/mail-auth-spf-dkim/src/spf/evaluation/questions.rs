use alloc::vec::Vec;

use crate::dns::{Name, Query, QueryId, RecordType};

/// The questions that are open: one, or one for each host of a list. They are handed out in order, and their answers
/// are worked off in that order too, whatever the order in which they come.
#[derive(Debug, Default)]
pub(super) struct Questions {
    /// Mostly there is no other, and so there is no list to allocate.
    first: Option<Question>,
    others: Vec<Question>,
    /// How many were handed out.
    asked: usize,
    /// How many were worked off.
    done: usize,
    next_id: u32,
}

#[derive(Debug)]
struct Question {
    query: Query,
    answer: Option<HostAnswer>,
}

/// What is kept of the answer to a question for a host's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostAnswer {
    Match,
    NoMatch,
    Failed,
}

impl Questions {
    /// Forgets the questions there were. Late answers find nothing, since numbers are not used twice.
    pub(super) fn clear(&mut self) {
        self.first = None;
        self.others.clear();
        self.asked = 0;
        self.done = 0;
    }

    /// Asks this, and nothing else any more.
    #[inline]
    pub(super) fn ask_only(&mut self, name: Name, record_type: RecordType) {
        let question = self.question(name, record_type);
        self.first = Some(question);
        self.others.clear();
        self.asked = 0;
        self.done = 0;
    }

    /// Asks this too.
    pub(super) fn ask(&mut self, name: Name, record_type: RecordType) {
        let question = self.question(name, record_type);
        match &self.first {
            None => self.first = Some(question),
            Some(_) => self.others.push(question),
        }
    }

    #[inline]
    fn question(&mut self, name: Name, record_type: RecordType) -> Question {
        let id = QueryId::new(self.next_id);
        self.next_id += 1;
        Question { query: Query::new(id, name, record_type), answer: None }
    }

    /// Hands out the next question.
    #[inline]
    pub(super) fn poll(&mut self) -> Option<&Query> {
        let position = self.asked;
        self.asked += usize::from(self.has_unasked());
        self.get(position).map(|question| &question.query)
    }

    pub(super) fn has_unasked(&self) -> bool {
        self.get(self.asked).is_some()
    }

    /// The question that this answers, if it is open.
    pub(super) fn open(&self, id: QueryId) -> Option<&Query> {
        let question = self.position(id).and_then(|position| self.get(position))?;
        question.answer.is_none().then_some(&question.query)
    }

    /// The question that this answers, if it is the only one, and open; then there is none left.
    #[inline]
    pub(super) fn take_only(&mut self, id: QueryId) -> Option<Query> {
        let is_open = |question: &mut Question| question.query.id == id && question.answer.is_none();
        if self.asked != 1 || !self.others.is_empty() {
            return None;
        }
        let question = self.first.take_if(is_open)?;
        self.asked = 0;
        Some(question.query)
    }

    pub(super) fn answered(&mut self, id: QueryId, answer: HostAnswer) {
        let question = match self.position(id) {
            None => None,
            Some(0) => self.first.as_mut(),
            Some(position) => self.others.get_mut(position - 1),
        };
        if let Some(question) = question {
            question.answer = Some(answer);
        }
    }

    /// Waits for no answer any more: what was not answered has failed.
    pub(super) fn give_up(&mut self) {
        for question in self.first.iter_mut().chain(&mut self.others) {
            question.answer.get_or_insert(HostAnswer::Failed);
        }
        self.asked = usize::from(self.first.is_some()) + self.others.len();
    }

    /// Works off the next answer in line.
    pub(super) fn next_answer(&mut self) -> Option<(Query, HostAnswer)> {
        let question = self.get(self.done)?;
        let next = (question.query.clone(), question.answer?);
        self.done += 1;
        Some(next)
    }

    pub(super) fn all_done(&self) -> bool {
        self.get(self.done).is_none()
    }

    fn get(&self, position: usize) -> Option<&Question> {
        match position {
            0 => self.first.as_ref(),
            _ => self.others.get(position - 1),
        }
    }

    /// Where the question of this number stands among those that were handed out: the numbers are consecutive.
    fn position(&self, id: QueryId) -> Option<usize> {
        let first = self.first.as_ref()?.query.id;
        let position = usize::try_from(id.number().checked_sub(first.number())?).ok()?;
        (position < self.asked).then_some(position)
    }
}
