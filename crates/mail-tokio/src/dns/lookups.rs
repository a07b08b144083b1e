use std::collections::{HashMap, HashSet};
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::task::Poll;

use mail_auth_spf_dkim::dns::{Asks, DnsError, Query, QueryId};
use mail_wire::Clock;
use tokio::task::{self, JoinError, JoinSet};

use super::{Found, Resolve};

/// The open questions of one machine. Another machine may follow when the one before is [finished](Self::finish). What one
/// that is not still asks is given up when the next is seen to be another, for its answers would be taken for those of the
/// next; what that has asked before is then given up too.
///
/// Each question is resolved in a task of its own, so that the DNS works while the program does something else: feed the
/// machine, for instance. Dropping this gives all of them up.
///
/// # Panics
///
/// Outside of a tokio runtime with time enabled.
#[derive(Debug)]
pub struct Lookups<L> {
    resolver: L,
    clock: Clock,
    /// How many may be open.
    most: usize,
    open: JoinSet<Found>,
    /// Which question each task resolves.
    questions: HashMap<task::Id, QueryId>,
    /// Everything that the machine has asked.
    asked: HashSet<QueryId>,
}

/// How many questions are open at the same time: those that a message's HELO, reverse-path and client can lead to, some for
/// its keys, and those for its author's policy.
const MOST: usize = 48;

impl<L: Resolve> Lookups<L> {
    /// Nothing is asked yet. `clock` is the one that the machine was made with.
    pub fn new(resolver: L, clock: Clock) -> Self {
        Self { resolver, clock, most: MOST, open: JoinSet::new(), questions: HashMap::new(), asked: HashSet::new() }
    }

    /// Resolves at most so many questions at the same time, and at least one. The default is 48.
    #[must_use]
    pub fn at_most(mut self, questions: usize) -> Self {
        self.most = questions.max(1);
        self
    }

    /// How many questions are being resolved.
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// Asks what the machine wants to know, and gives it the answers that are there. It does not wait: an answer that comes
    /// later reaches the machine with the next call, and may be too late for it then. Where something is waited for, wait
    /// for it with [`until`](Self::until).
    pub fn proceed(&mut self, machine: &mut impl Asks) {
        loop {
            self.ask(machine);
            while let Some(ended) = self.open.try_join_next_with_id() {
                self.answer(machine, ended);
                self.ask(machine);
            }
            let (now, due) = (self.clock.now(), machine.poll_timeout());
            if due.is_none_or(|due| due > now) {
                return;
            }
            // It may go on without an answer that has not come, and ask for something else.
            machine.handle_timeout(now);
            if machine.poll_timeout() == due {
                return;
            }
        }
    }

    /// Resolves until the machine waits for no answer, or its time is over. Questions that are still open then are given up;
    /// a machine that still wants input may ask again after that, or another machine may follow.
    ///
    /// The future can be dropped at any time; a later call goes on where it was.
    pub async fn finish(&mut self, machine: &mut impl Asks) {
        loop {
            self.proceed(machine);
            if self.open.is_empty() || machine.poll_timeout().is_none() {
                break;
            }
            self.answer_one(machine).await;
        }
        self.give_up();
    }

    /// Forgets what was asked.
    fn give_up(&mut self) {
        self.open = JoinSet::new();
        self.questions.clear();
        self.asked.clear();
    }

    /// Waits for something else, such as more of a message, and resolves meanwhile, so that answers reach the machine when
    /// they come and what follows from them is asked at once. Gives what was waited for.
    ///
    /// The future can be dropped at any time, as far as `other` can: a later call goes on resolving where it was.
    pub async fn until<T>(&mut self, machine: &mut impl Asks, other: impl Future<Output = T>) -> T {
        let mut other = pin!(other);
        loop {
            self.proceed(machine);
            let mut answered = pin!(self.answer_one(machine));
            let happened = poll_fn(|context| match other.as_mut().poll(context) {
                Poll::Ready(output) => Poll::Ready(Some(output)),
                Poll::Pending => answered.as_mut().poll(context).map(|()| None),
            });
            if let Some(output) = happened.await {
                return output;
            }
        }
    }

    /// Waits for an answer or the machine's deadline, for ever if neither will come.
    async fn answer_one(&mut self, machine: &mut impl Asks) {
        let deadline = machine.poll_timeout();
        let ended = async {
            match self.open.join_next_with_id().await {
                Some(ended) => ended,
                None => pending().await,
            }
        };
        let ended = match deadline {
            None => Ok(ended.await),
            Some(deadline) => tokio::time::timeout_at(self.clock.at(deadline).into(), ended).await,
        };
        match ended {
            Ok(ended) => self.answer(machine, ended),
            Err(_) => machine.handle_timeout(self.clock.now()),
        }
    }

    fn ask(&mut self, machine: &mut impl Asks) {
        while self.open.len() < self.most
            && let Some(Query { id, name, record_type, .. }) = machine.poll_query()
        {
            if self.asked.contains(&id) {
                // No machine uses a number twice: this is another one.
                self.give_up();
            }
            self.asked.insert(id);
            let resolver = self.resolver.clone();
            let task = self.open.spawn(async move { resolver.resolve(name, record_type).await });
            self.questions.insert(task.id(), id);
        }
    }

    fn answer(&mut self, machine: &mut impl Asks, ended: Result<(task::Id, Found), JoinError>) {
        let (task, found) = match ended {
            Ok((task, found)) => (task, found),
            // A resolver that panicked has no answer.
            Err(error) => (error.id(), Err(DnsError::Temporary)),
        };
        if let Some(id) = self.questions.remove(&task) {
            machine.handle_answer(self.clock.now(), id, found.as_deref().map_err(|error| *error));
        }
    }
}
