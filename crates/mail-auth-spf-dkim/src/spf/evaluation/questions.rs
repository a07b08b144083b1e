use alloc::vec::Vec;

use crate::dns::{Name, Query, QueryId, RecordType};

/// The questions that are open: one, or one for each host of a list. Their answers are worked off in the order of the
/// questions, whatever the order in which they come.
#[derive(Debug, Default)]
pub(super) struct Questions {
    list: Vec<Question>,
    /// How many were worked off.
    done: usize,
    next_id: u32,
}

#[derive(Debug)]
struct Question {
    query: Query,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unasked,
    Asked,
    Answered(HostAnswer),
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
        self.list.clear();
        self.done = 0;
    }

    pub(super) fn ask(&mut self, name: Name, record_type: RecordType) {
        let id = QueryId::new(self.next_id);
        self.next_id += 1;
        self.list.push(Question { query: Query::new(id, name, record_type), state: State::Unasked });
    }

    pub(super) fn poll(&mut self) -> Option<Query> {
        let next = self.list.iter_mut().find(|question| question.state == State::Unasked)?;
        next.state = State::Asked;
        Some(next.query.clone())
    }

    pub(super) fn has_unasked(&self) -> bool {
        self.list.iter().any(|question| question.state == State::Unasked)
    }

    /// The question that this answers, if it is open.
    pub(super) fn open(&self, id: QueryId) -> Option<&Query> {
        let question = self.list.iter().find(|question| question.query.id == id)?;
        (question.state == State::Asked).then_some(&question.query)
    }

    /// The question that this answers, if it is open and the only one; then there is none left.
    pub(super) fn take_only(&mut self, id: QueryId) -> Option<Query> {
        self.open(id)?;
        let question = self.list.pop();
        self.clear();
        question.map(|question| question.query)
    }

    pub(super) fn answered(&mut self, id: QueryId, answer: HostAnswer) {
        if let Some(question) = self.list.iter_mut().find(|question| question.query.id == id) {
            question.state = State::Answered(answer);
        }
    }

    /// Works off the next answer in line.
    pub(super) fn next_answer(&mut self) -> Option<(Query, HostAnswer)> {
        let question = self.list.get(self.done)?;
        let State::Answered(answer) = question.state else { return None };
        self.done += 1;
        Some((question.query.clone(), answer))
    }

    pub(super) fn all_done(&self) -> bool {
        self.done >= self.list.len()
    }
}
