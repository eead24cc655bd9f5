//! Benchmarks of the pure part of the program with 3, 1,000 and 10,000 profiles: `cargo bench --bench library`.

use std::hint::black_box;

use awsmfa::document::Document;
use awsmfa::environment::Environment;
use awsmfa::profile::{ProfileName, Profiles, SharedFile};
use awsmfa::resolve::{self, Choice, Request, Situation};
use awsmfa::secret::Secret;
use awsmfa::session::{self, Session};
use awsmfa::time::{Clock, Timestamp, parse_expiration};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

#[path = "../tests/support/many.rs"]
mod many;

const PROFILES: [usize; 3] = [3, 1_000, 10_000];

/// The two files after they have been read.
struct Files {
    config: SharedFile,
    credentials: SharedFile,
}

impl Files {
    fn new(profiles: usize) -> Self {
        Self {
            config: SharedFile::config("config".into(), parsed(many::config(profiles))),
            credentials: SharedFile::credentials("credentials".into(), parsed(many::credentials(profiles))),
        }
    }

    fn profiles(&self) -> Profiles<'_> {
        Profiles { config: &self.config, credentials: &self.credentials }
    }
}

fn parsed(text: String) -> Document {
    Document::parse(text.into_bytes()).expect("not UTF-16")
}

fn name(name: &str) -> ProfileName {
    name.parse().expect("a good name")
}

fn in_a_year() -> Timestamp {
    parse_expiration("2027-11-21T05:00:00Z").expect("RFC 3339")
}

/// Measures a full parse, which `list` needs; other commands search the file instead.
fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for profiles in PROFILES {
        let text = many::credentials(profiles);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(profiles), |bencher| {
            bencher.iter(|| parsed(black_box(text.clone())).sections().count());
        });
    }
    group.finish();
}

/// Measures the edit of a login into a new section, and its verification by the second parser.
fn edit_and_verify(criterion: &mut Criterion) {
    let session = Session {
        access_key_id: "ASIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        session_token: Secret::new("example/".repeat(45)),
        expiration: in_a_year(),
        is_narrowed: false,
    };
    let edits = session::login_edits(&session, false);
    let mut group = criterion.benchmark_group("edit and verify");
    for profiles in PROFILES {
        let text = many::credentials(profiles);
        group.bench_function(BenchmarkId::from_parameter(profiles), |bencher| {
            bencher.iter(|| parsed(black_box(text.clone())).edited(many::TARGET, &edits).expect("it can be edited"));
        });
    }
    group.finish();
}

/// Measures the decision of `status`: the session profile, and its source profile.
fn link(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("link");
    for profiles in PROFILES {
        let (files, selected) = (Files::new(profiles), name(many::TARGET));
        group.bench_function(BenchmarkId::from_parameter(profiles), |bencher| {
            bencher
                .iter(|| resolve::link(Choice::of(black_box(&selected)), files.profiles()).expect("it has a source"));
        });
    }
    group.finish();
}

/// Measures the plan of `login`.
fn plan(criterion: &mut Criterion) {
    let request = Request { profiles: vec![name(many::TARGET)], ..Request::default() };
    let environment = Environment::default();
    let mut group = criterion.benchmark_group("plan");
    for profiles in PROFILES {
        let files = Files::new(profiles);
        group.bench_function(BenchmarkId::from_parameter(profiles), |bencher| {
            bencher.iter(|| {
                let situation = Situation {
                    profiles: files.profiles(),
                    environment: &environment,
                    clock: &Clock::utc(Timestamp::UNIX_EPOCH),
                };
                resolve::resolve(black_box(&request), situation).expect("it can be planned")
            });
        });
    }
    group.finish();
}

/// Measures the decision of `list`: the link of each profile, with a new index.
fn link_all(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("link all");
    group.sample_size(10);
    for profiles in PROFILES {
        group.throughput(Throughput::Elements(profiles as u64));
        group.bench_function(BenchmarkId::from_parameter(profiles), |bencher| {
            bencher.iter_with_setup(
                || Files::new(profiles),
                |files| {
                    files.profiles().make_index();
                    let names = files.profiles().names().into_iter().map(name);
                    names.filter(|name| resolve::link(Choice::of(name), files.profiles()).is_ok()).count()
                },
            );
        });
    }
    group.finish();
}

criterion_group!(benches, parse, edit_and_verify, link, plan, link_all);
criterion_main!(benches);
