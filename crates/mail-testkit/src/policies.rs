use std::collections::BTreeMap;
use std::fmt::Write;

/// A generator of SPF policies, the zones around them, and clients to check against them: bounded, and the same for the
/// same seed. Most of what it writes is sound; a share has every mistake that policies are made with.
///
/// ```
/// use mail_testkit::Policies;
///
/// let first = Policies::seeded(1).next().unwrap();
/// assert_eq!(Some(first), Policies::seeded(1).next());
/// ```
#[derive(Debug, Clone)]
pub struct Policies {
    state: u64,
}

/// One check: a zone, and who claims to be allowed by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyCase {
    /// The zone, as [`to_json`](Self::to_json) writes it: by name and type, each record in the form of its type.
    pub zone: BTreeMap<String, BTreeMap<&'static str, Vec<String>>>,
    /// The client's address.
    pub ip: String,
    /// What it said in HELO.
    pub helo: String,
    /// What it said in MAIL FROM.
    pub mail_from: String,
}

const DOMAINS: [&str; 6] = ["d0.example", "d1.example", "d2.example", "d3.example", "d4.example", "sub.d0.example"];
const HOSTS: [&str; 6] = ["h0.example", "h1.example", "h2.example", "mail.d0.example", "h4.d1.example", "h5.example"];
const ABSENT: [&str; 4] = ["void0.example", "void1.example", "void2.example", "void3.example"];
const ADDRESSES: [&str; 8] = [
    "192.0.2.1",
    "192.0.2.65",
    "192.0.2.129",
    "198.51.100.7",
    "203.0.113.200",
    "2001:db8::1",
    "2001:db8:1::5",
    "2001:db8:ffff::9",
];

impl Policies {
    /// The policies of a seed.
    pub const fn seeded(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A number below `end` (splitmix64).
    fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap_or(0)
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick(&mut self, choices: &[&'static str]) -> &'static str {
        choices[self.below(choices.len())]
    }

    fn case(&mut self) -> PolicyCase {
        let mut zone: BTreeMap<String, BTreeMap<&'static str, Vec<String>>> = BTreeMap::new();
        for host in HOSTS {
            let records = zone.entry(host.to_owned()).or_default();
            for _ in 0..=self.below(2) {
                let address = self.pick(&ADDRESSES);
                records.entry(if address.contains(':') { "AAAA" } else { "A" }).or_default().push(address.to_owned());
            }
        }
        for domain in DOMAINS {
            let mut texts = Vec::new();
            if !self.one_in(12) {
                texts.push(self.record());
            }
            if self.one_in(25) {
                texts.push(self.record());
            }
            if self.one_in(4) {
                texts.push("unrelated text".to_owned());
            }
            let exchangers: Vec<String> =
                (0..self.below(4)).map(|_| format!("{} {}", self.below(30), self.target())).collect();
            let address = self.pick(&ADDRESSES);
            let with_address = self.one_in(2);
            let records = zone.entry(domain.to_owned()).or_default();
            if !texts.is_empty() {
                records.insert("TXT", texts);
            }
            if !exchangers.is_empty() {
                records.insert("MX", exchangers);
            }
            if with_address {
                records.insert(if address.contains(':') { "AAAA" } else { "A" }, vec![address.to_owned()]);
            }
        }
        let ip = self.pick(&ADDRESSES).to_owned();
        if self.one_in(2) {
            let names = (0..=self.below(3)).map(|_| self.target()).collect();
            zone.entry(reverse(&ip)).or_default().insert("PTR", names);
        }
        // Names that macros lead to.
        zone.entry("exists.example".to_owned()).or_default().insert("A", vec!["127.0.0.2".to_owned()]);
        zone.entry(format!("{ip}.macro.example")).or_default().insert("A", vec!["127.0.0.2".to_owned()]);
        zone.entry("why.example".to_owned())
            .or_default()
            .insert("TXT", vec!["%{i} is not allowed for %{s}".to_owned()]);
        let helo = if self.one_in(3) { self.pick(&DOMAINS) } else { self.pick(&HOSTS) }.to_owned();
        let domain = self.pick(&DOMAINS);
        let mail_from = match self.below(12) {
            0 => String::new(),
            1 => format!("two.parts+tag@{domain}"),
            _ => format!("ann@{domain}"),
        };
        PolicyCase { zone, ip, helo, mail_from }
    }

    /// A name that records point to.
    fn target(&mut self) -> String {
        match self.below(10) {
            0 => self.pick(&ABSENT).to_owned(),
            1 => "error.example".to_owned(),
            2 | 3 => self.pick(&DOMAINS).to_owned(),
            _ => self.pick(&HOSTS).to_owned(),
        }
    }

    /// A domain-spec: a name, or macros that make one.
    fn domain_spec(&mut self) -> String {
        match self.below(12) {
            0 => "%{i}.macro.example".to_owned(),
            1 => "%{d}".to_owned(),
            2 => "%{l}.%{o}".to_owned(),
            3 => "%{ir}.%{v}.example".to_owned(),
            4 => "%{d2}".to_owned(),
            5 => "%{h}".to_owned(),
            _ => self.target(),
        }
    }

    fn record(&mut self) -> String {
        let mut record = String::from(if self.one_in(40) { "V=SPF1" } else { "v=spf1" });
        for _ in 0..self.below(5) {
            record.push_str(if self.one_in(20) { "  " } else { " " });
            let term = self.term();
            record.push_str(&term);
        }
        match self.below(8) {
            0 => {}
            1 => {
                let domain = self.pick(&DOMAINS);
                _ = write!(record, " redirect={domain}");
            }
            2 => record.push_str(" exp=why.example ?all"),
            3 => record.push_str(" exp=why.example -all"),
            4 => record.push_str(" ~all"),
            _ => record.push_str(" -all"),
        }
        record
    }

    fn term(&mut self) -> String {
        let qualifier = self.pick(&["", "", "", "", "+", "-", "~", "?"]);
        let mechanism = match self.below(16) {
            0..=2 => {
                let length = self.pick(&["", "/24", "/26", "/32", "/0", "/8"]);
                format!("ip4:{}{length}", self.pick(&ADDRESSES[..5]))
            }
            3 | 4 => {
                let length = self.pick(&["", "/32", "/48", "/128", "/0"]);
                format!("ip6:{}{length}", self.pick(&ADDRESSES[5..]))
            }
            5 => "a".to_owned() + self.pick(&["", "/24", "//64", "/24//64"]),
            6 => format!("a:{}{}", self.domain_spec(), self.pick(&["", "/25", "//48"])),
            7 => "mx".to_owned() + self.pick(&["", "/24", "//64"]),
            8 => format!("mx:{}", self.domain_spec()),
            9 => "ptr".to_owned(),
            10 => format!("ptr:{}", self.target()),
            11 => format!("exists:{}", self.domain_spec()),
            12 | 13 => format!("include:{}", self.pick(&DOMAINS)),
            14 => format!("include:{}", self.domain_spec()),
            _ => return self.mistake().to_owned(),
        };
        format!("{qualifier}{mechanism}")
    }

    /// What is wrong in policies, and modifiers that are not known.
    fn mistake(&mut self) -> &'static str {
        self.pick(&[
            "ip4:192.0.2.1/33",
            "ip4:192.0.2",
            "ip6:2001:db8::1/129",
            "ip4",
            "include",
            "include:",
            "exists",
            "a:",
            "a/33",
            "mx//129",
            "all:example",
            "unknown",
            "unknown:d0.example",
            "x-modifier=anything",
            "exp=",
            "redirect=",
            "redirect=d1.example",
            "exists:%{q}.example",
            "a:%{d",
            "ptr/24",
            "-redirect=d1.example",
            "a:d0.example/024",
            "all",
        ])
    }
}

impl Iterator for Policies {
    type Item = PolicyCase;

    fn next(&mut self) -> Option<PolicyCase> {
        Some(self.case())
    }
}

/// The name under which the DNS tells the names of an address.
fn reverse(address: &str) -> String {
    match address.parse::<std::net::Ipv6Addr>() {
        Err(_) => address.split('.').rev().collect::<Vec<_>>().join(".") + ".in-addr.arpa",
        Ok(address) => {
            let digits: String = address.segments().iter().map(|segment| format!("{segment:04x}")).collect();
            let mut name: String = digits.chars().rev().flat_map(|digit| [digit, '.']).collect();
            name.push_str("ip6.arpa");
            name
        }
    }
}

impl PolicyCase {
    /// The zone as JSON: `{"name": {"TYPE": [record, …]}}`, where a text is a list of its strings and an exchanger a list
    /// of preference and name. Names that begin with `error.` and are not there fail.
    pub fn to_json(&self) -> String {
        let mut json = String::from("{");
        for (number, (name, types)) in self.zone.iter().enumerate() {
            let separator = if number == 0 { "" } else { ", " };
            _ = write!(json, "{separator}\"{name}\": {{");
            for (number, (record_type, records)) in types.iter().enumerate() {
                let separator = if number == 0 { "" } else { ", " };
                let records: Vec<String> = records.iter().map(|record| record_json(record_type, record)).collect();
                _ = write!(json, "{separator}\"{record_type}\": [{}]", records.join(", "));
            }
            json.push('}');
        }
        json.push('}');
        json
    }
}

fn record_json(record_type: &str, record: &str) -> String {
    match record_type {
        "TXT" => format!("[\"{record}\"]"),
        "MX" => {
            let (preference, name) = record.split_once(' ').unwrap_or(("0", record));
            format!("[{preference}, \"{name}\"]")
        }
        _ => format!("\"{record}\""),
    }
}
