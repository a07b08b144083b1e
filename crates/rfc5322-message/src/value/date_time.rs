//! Dates (RFC 5322 sections 3.3 and 4.3).

use core::fmt;

use super::InvalidValue;

/// What a date says about its zone. The three cases mean different things and none is guessed from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Local time this many minutes east of UTC; `Offset(0)` is `+0000`.
    Offset(i16),
    /// `-0000`: the time is in UTC, and says nothing about where the sender was (RFC 5322 section 3.3). So do the
    /// military letters and unknown names of obsolete syntax (section 4.3).
    Unknown,
    /// There was no zone at all. The time is taken as UTC; a caller may know better.
    Missing,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    pub(super) const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// `Mon`, `Tue` and so on.
    #[must_use]
    pub const fn abbreviation(self) -> &'static str {
        match self {
            Self::Monday => "Mon",
            Self::Tuesday => "Tue",
            Self::Wednesday => "Wed",
            Self::Thursday => "Thu",
            Self::Friday => "Fri",
            Self::Saturday => "Sat",
            Self::Sunday => "Sun",
        }
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A point in time as a message states it: the local date and time, and the zone.
///
/// `Display` writes the form of RFC 5322 section 3.3: `Mon, 23 Nov 2026 16:55:00 +0100`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    zone: Zone,
}

impl DateTime {
    /// A date of its local parts. Months and days count from 1; a second may be 60.
    ///
    /// # Errors
    /// [`InvalidValue::Date`] if there is no such day or time, the year is not within 1900..=9999 or the zone is farther
    /// than 99 hours and 59 minutes.
    pub const fn new(date: (u16, u8, u8), time: (u8, u8, u8), zone: Zone) -> Result<Self, InvalidValue> {
        let (year, month, day) = date;
        let (hour, minute, second) = time;
        let zone_ok = match zone {
            Zone::Offset(minutes) => minutes.unsigned_abs() < 100 * 60,
            Zone::Unknown | Zone::Missing => true,
        };
        if year < 1900 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in(year, month) {
            return Err(InvalidValue::Date);
        }
        if hour > 23 || minute > 59 || second > 60 || !zone_ok {
            return Err(InvalidValue::Date);
        }
        Ok(Self { year, month, day, hour, minute, second, zone })
    }

    /// What the parser found: as [`new`](Self::new), but the year may be before 1900.
    pub(crate) const fn parsed(date: (u16, u8, u8), time: (u8, u8, u8), zone: Zone) -> Result<Self, InvalidValue> {
        // What a date without its years is valid in: leap years repeat after 400 of them.
        let (year, month, day) = date;
        match Self::new((if year < 1900 { year + 2000 } else { year }, month, day), time, zone) {
            Ok(valid) => Ok(Self { year, ..valid }),
            Err(invalid) => Err(invalid),
        }
    }

    /// The date that many seconds after 1970-01-01T00:00:00Z, told in `zone`.
    ///
    /// # Errors
    /// [`InvalidValue::Date`] as for [`new`](Self::new).
    pub const fn from_unix(seconds: i64, zone: Zone) -> Result<Self, InvalidValue> {
        let Some(local) = seconds.checked_add(zone_minutes(zone) as i64 * 60) else {
            return Err(InvalidValue::Date);
        };
        let (days, clock) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        if days < -25_567 || days > 2_932_896 {
            return Err(InvalidValue::Date);
        }
        let (year, month, day) = civil(days);
        Self::new((year, month, day), ((clock / 3600) as u8, (clock / 60 % 60) as u8, (clock % 60) as u8), zone)
    }

    /// Seconds since 1970-01-01T00:00:00Z. Without a zone the time is taken as UTC.
    #[must_use]
    pub const fn unix(&self) -> i64 {
        days_since_epoch(self.year, self.month, self.day) * 86_400
            + self.hour as i64 * 3600
            + self.minute as i64 * 60
            + self.second as i64
            - zone_minutes(self.zone) as i64 * 60
    }

    /// The year, 1900..=9999. A parsed date may have an earlier one, as some senders write: a year of four digits means what
    /// it says (RFC 5322 section 4.3), also where no message can be so old (section 3.3). See
    /// [`Field::value_defect`](crate::Field::value_defect).
    #[must_use]
    pub const fn year(&self) -> u16 {
        self.year
    }

    /// The month, 1..=12.
    #[must_use]
    pub const fn month(&self) -> u8 {
        self.month
    }

    /// The day of the month, 1..=31.
    #[must_use]
    pub const fn day(&self) -> u8 {
        self.day
    }

    /// The hour, 0..=23.
    #[must_use]
    pub const fn hour(&self) -> u8 {
        self.hour
    }

    /// The minute, 0..=59.
    #[must_use]
    pub const fn minute(&self) -> u8 {
        self.minute
    }

    /// The second, 0..=60.
    #[must_use]
    pub const fn second(&self) -> u8 {
        self.second
    }

    /// What it says about its zone.
    #[must_use]
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// Minutes east of UTC; 0 for [`Zone::Unknown`] and [`Zone::Missing`].
    #[must_use]
    pub const fn offset_minutes(&self) -> i16 {
        zone_minutes(self.zone)
    }

    /// The day of the week, worked out from the date.
    #[must_use]
    pub fn weekday(&self) -> Weekday {
        // 1970-01-01 was a Thursday.
        let day = (days_since_epoch(self.year, self.month, self.day) + 3).rem_euclid(7);
        Weekday::ALL.get(day as usize).copied().unwrap_or(Weekday::Monday)
    }
}

const fn zone_minutes(zone: Zone) -> i16 {
    match zone {
        Zone::Offset(minutes) => minutes,
        Zone::Unknown | Zone::Missing => 0,
    }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar, the year counted from March so that the leap day is last.
const fn days_since_epoch(year: u16, month: u8, day: u8) -> i64 {
    let year = year as i64 - (month <= 2) as i64;
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month as i64 + 9) % 12) + 2) / 5 + day as i64 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_since_epoch`].
const fn civil(days: i64) -> (u16, u8, u8) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + (month <= 2) as i64;
    (year as u16, month as u8, day as u8)
}

impl DateTime {
    /// The form of RFC 5322 section 3.3, at the end of an array; and where it begins, since a day may have one digit.
    pub(crate) fn text(&self) -> ([u8; 31], usize) {
        let mut text = *b"DDD, 00 MMM 0000 00:00:00 +0000";
        let mut put = |at: usize, bytes: &[u8]| {
            if let Some(place) = text.get_mut(at..at + bytes.len()) {
                place.copy_from_slice(bytes);
            }
        };
        let two = |number: u16| [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8];
        let start = usize::from(self.day < 10);
        put(5, &two(self.day.into()));
        put(start, self.weekday().abbreviation().as_bytes());
        put(start + 3, b", ");
        put(8, MONTHS.get(usize::from(self.month).wrapping_sub(1)).copied().unwrap_or("Jan").as_bytes());
        put(12, &two(self.year / 100));
        put(14, &two(self.year % 100));
        put(17, &two(self.hour.into()));
        put(20, &two(self.minute.into()));
        put(23, &two(self.second.into()));
        // A date without a zone cannot be written; in UTC and of unknown origin is what it was taken for.
        let (sign, minutes) = match self.zone {
            Zone::Offset(minutes) => (if minutes < 0 { b"-" } else { b"+" }, minutes.unsigned_abs()),
            Zone::Unknown | Zone::Missing => (b"-", 0),
        };
        put(26, sign);
        put(27, &two(minutes / 60));
        put(29, &two(minutes % 60));
        (text, start)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, start) = self.text();
        f.write_str(text.get(start..).and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default())
    }
}
