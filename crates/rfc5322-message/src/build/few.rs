//! Lists that mostly have one element, which then needs no memory of its own.

use alloc::vec::Vec;

/// None, one or several.
#[derive(Debug, Clone, Default)]
pub(super) enum Few<T> {
    #[default]
    None,
    One(T),
    Several(Vec<T>),
}

impl<T> Few<T> {
    pub(super) fn as_slice(&self) -> &[T] {
        match self {
            Self::None => &[],
            Self::One(one) => core::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }

    pub(super) fn push(&mut self, element: T) {
        *self = match core::mem::take(self) {
            Self::None => Self::One(element),
            Self::One(first) => Self::Several(Vec::from([first, element])),
            Self::Several(mut several) => {
                several.push(element);
                Self::Several(several)
            }
        };
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        match self {
            Self::None => {}
            Self::One(one) if keep(one) => {}
            Self::One(_) => *self = Self::None,
            Self::Several(several) => several.retain(keep),
        }
    }
}

impl<T> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut elements = elements.into_iter();
        match (elements.next(), elements.next()) {
            (None, _) => Self::None,
            (Some(one), None) => Self::One(one),
            (Some(first), Some(second)) => {
                let mut several = Vec::with_capacity(2 + elements.size_hint().0);
                several.extend([first, second]);
                several.extend(elements);
                Self::Several(several)
            }
        }
    }
}

impl<T: PartialEq> PartialEq for Few<T> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<T: Eq> Eq for Few<T> {}
