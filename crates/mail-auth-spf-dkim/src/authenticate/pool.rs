use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::dns::{Answer, DnsError, Name, Query, QueryId, RecordType, Records};

/// The questions of several machines, each asked once, however many of them want to know.
#[derive(Debug, Default)]
pub(super) struct Pool {
    questions: Vec<Question>,
    /// The author's domain, when it is known.
    author: Option<Name>,
}

#[derive(Debug)]
struct Question {
    name: Name,
    record_type: RecordType,
    state: State,
    /// Who asked, and by which of its own questions.
    askers: Vec<(Party, QueryId)>,
}

#[derive(Debug)]
enum State {
    Unasked,
    Asked,
    /// The answer, kept for those who ask later.
    Answered(Result<Records, DnsError>),
    /// The answer was too large to be kept, or a key that was ready.
    Forgotten,
}

/// The machines that ask. Those in front are asked for first: how many questions the others have, and who is to answer
/// them, is up to whoever wrote the message, and must not delay the author's policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Party {
    Dmarc,
    MailFrom,
    Helo,
    Iprev,
    Dkim,
    Arc,
}

/// How many questions for keys are out at the same time, so that a driver has room for the others. Those that may make DMARC
/// pass come first, for nobody may answer for the others.
const MOST_KEYS: usize = 8;

/// The largest answer that is kept, in records and in octets of text.
const MOST_RECORDS: usize = 64;
const MOST_OCTETS: usize = 16 * 1024;

impl Pool {
    /// From now on the keys of domains near the author's are asked for before others.
    pub(super) fn prefer(&mut self, author: Name) {
        self.author = Some(author);
    }

    /// Takes a question over, unless its answer is known.
    pub(super) fn add(&mut self, party: Party, query: Query) -> Option<Answer<'_>> {
        let Query { id, name, record_type } = query;
        let same =
            |q: &Question| q.record_type == record_type && q.name == name && !matches!(q.state, State::Forgotten);
        let Some(index) = self.questions.iter().position(same) else {
            self.questions.push(Question { name, record_type, state: State::Unasked, askers: vec![(party, id)] });
            return None;
        };
        let question = self.questions.get_mut(index)?;
        if let State::Answered(answer) = &question.state {
            return Some(answer.as_ref().map_err(|error| *error));
        }
        question.askers.push((party, id));
        None
    }

    /// The next question that nobody was asked yet.
    pub(super) fn poll(&mut self) -> Option<Query> {
        let keys = self.questions.iter().filter(|question| question.is_asked() && question.is_for_key()).count();
        let may_be_asked = |question: &Question| keys < MOST_KEYS || !question.is_for_key();
        let author = self.author.as_ref();
        let unasked = (0..).zip(&mut self.questions).filter(|(_, question)| question.is_unasked());
        let (number, question) = unasked
            .filter(|(_, question)| may_be_asked(question))
            .min_by_key(|(_, question)| (question.first_party(), Reverse(question.nearness(author))))?;
        question.state = State::Asked;
        Some(Query::new(QueryId::new(number), question.name.clone(), question.record_type))
    }

    /// Closes a question, and tells who wants its answer; nobody if it is not open.
    pub(super) fn close(&mut self, id: QueryId, answer: Answer<'_>) -> Vec<(Party, QueryId)> {
        let octets = answer.map_or(0, |records| records.texts().map(<[u8]>::len).sum());
        let kept = answer.map_or(0, Records::len) <= MOST_RECORDS && octets <= MOST_OCTETS;
        self.close_as(id, || if kept { State::Answered(answer.cloned()) } else { State::Forgotten })
    }

    /// The same, with an answer that is not kept.
    pub(super) fn close_and_forget(&mut self, id: QueryId) -> Vec<(Party, QueryId)> {
        self.close_as(id, || State::Forgotten)
    }

    fn close_as(&mut self, id: QueryId, state: impl FnOnce() -> State) -> Vec<(Party, QueryId)> {
        let question = usize::try_from(id.number()).ok().and_then(|index| self.questions.get_mut(index));
        let Some(question) = question.filter(|question| question.is_asked()) else {
            return Vec::new();
        };
        question.state = state();
        core::mem::take(&mut question.askers)
    }
}

impl Question {
    const fn is_unasked(&self) -> bool {
        matches!(self.state, State::Unasked)
    }

    const fn is_asked(&self) -> bool {
        matches!(self.state, State::Asked)
    }

    fn first_party(&self) -> Option<Party> {
        self.askers.iter().map(|(party, _)| *party).min()
    }

    /// How many labels the domain of a key has in common with the author's, from the right: none that is not aligned has as
    /// many as one that is.
    fn nearness(&self, author: Option<&Name>) -> usize {
        let Some((_, domain)) = self.name.as_str().rsplit_once("._domainkey.") else { return 0 };
        let of_author = author.into_iter().flat_map(|author| author.labels().rev());
        domain.rsplit('.').zip(of_author).take_while(|(one, other)| one == other).count()
    }

    /// Whether only signatures want to know.
    fn is_for_key(&self) -> bool {
        self.first_party() >= Some(Party::Dkim)
    }
}
