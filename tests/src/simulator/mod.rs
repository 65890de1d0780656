//! A world in one thread: desks, a server of either kind, persons, and everything that goes wrong between them, all
//! from one number. The same number is the same history, written as an account that can be read.
//!
//! The desks' own sync speaks with the server's own routes; only the line between them, the clock and the moments of
//! crashes are made up. What must hold in the end is in `docs/SYNC.md`, by number; `verdict` asks it.

mod clock;
mod content;
mod fuse;
mod ground;
mod house;
mod ledger;
mod line;
mod oracle;
mod others;
mod person;
mod shelf;
mod station;
mod template;
mod verdict;

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tokio::runtime::Runtime;

use ground::Ground;
use house::House;
use oracle::Oracle;
use station::Station;
use template::Template;

/// Which server the desks of a world speak with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Ours.
    Fonds,
    /// A stock ArchivesSpace, as `stock` stands in for one.
    ArchivesSpace,
}

/// How one world ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// What happened, a line each.
    pub account: Vec<String>,
    /// What did not hold.
    pub broken: Option<String>,
}

/// Makes worlds against one kind of server.
pub struct Simulator {
    kind: Kind,
    runtime: Runtime,
    template: Template,
}

type Judge = Arc<Mutex<Oracle>>;

/// One world.
struct World {
    ground: Ground,
    house: Arc<House>,
    stations: Vec<Station>,
    oracle: Judge,
    /// Whose last sync did not come to its end.
    broken_off: Vec<bool>,
    /// Programs die in this one.
    crashes: bool,
    /// The server may be set back to an older backup in this one.
    restores: bool,
    _dir: TempDir,
}

impl Simulator {
    /// Sets up where the worlds begin.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let template = Template::new(kind, &runtime);
        Self { kind, runtime, template }
    }

    /// Lets the world of a seed happen.
    #[must_use]
    pub fn run(&self, seed: u64) -> Ended {
        let ground = Ground::new(seed);
        let ran = std::panic::catch_unwind(AssertUnwindSafe(|| {
            let mut world = World::begin(self, &ground);
            world.happen(&self.runtime);
        }));
        if let Err(panic) = ran {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("panic");
            ground.broken(0, text);
        }
        let (account, broken) = ground.ended();
        Ended { account, broken }
    }
}

impl World {
    fn begin(simulator: &Simulator, ground: &Ground) -> Self {
        clock::set(0);
        let dir = template::folder();
        let template = &simulator.template;
        let house = Arc::new(House::open(simulator.kind, ground, dir.path(), &template.server()));
        let desks = 2 + usize::from(ground.percent(25));
        let stations = (0..desks)
            .map(|number| {
                let from = if ground.percent(15) { template.bare() } else { template.known() };
                Station::open(number, others::USERS[number], &house, ground, dir.path(), &from)
            })
            .collect();
        let crashes = ground.percent(60);
        let restores = ground.percent(8) && simulator.kind == Kind::Fonds;
        Self {
            ground: ground.clone(),
            house,
            stations,
            oracle: Judge::default(),
            broken_off: vec![false; desks],
            crashes,
            restores,
            _dir: dir,
        }
    }

    fn happen(&mut self, runtime: &Runtime) {
        let steps = 6 + self.ground.below(40);
        for step in 0..steps {
            self.ground.say(&format!("-- {step}"));
            clock::pass(1_000 * i64::try_from(self.ground.below(180)).unwrap_or(0));
            let who = self.ground.below(self.stations.len());
            match self.ground.below(10) {
                0..=4 => self.act(who),
                5 | 6 => others::act(&self.house, &self.ground, &self.oracle),
                7 | 8 => self.sync(who, runtime),
                _ => self.trouble(),
            }
            self.soon();
            if self.ground.is_broken() {
                return;
            }
        }
        let hidden =
            if self.restores { self.house.read(shelf::hidden).unwrap_or_default() } else { String::new() };
        if self.restores && self.house.restore() {
            self.set_back(&hidden, runtime);
        } else {
            self.settle(runtime);
        }
    }

    /// Something that is nobody's act.
    fn trouble(&mut self) {
        match self.ground.below(4) {
            0 if self.house.is_up() => {
                self.ground.say("the server goes down");
                self.house.crash(fuse::Crash::Killed);
            }
            1 if self.restores => {
                self.ground.say("the server's data are backed up");
                self.house.back_up();
            }
            2 => {
                // Lists of changes reach back a minute: further back, a stock server's clock must not go.
                let seconds = if self.house.kind() == Kind::Fonds { 3_600 } else { 50 };
                self.ground.say(&format!("the clock is set back {seconds} seconds"));
                clock::pass(-1_000 * seconds);
            }
            _ => drop(self.house.arrive()),
        }
        if !self.house.is_up() && self.ground.percent(70) {
            self.ground.say("the server starts");
            self.house.start();
        }
    }

    /// A sync, often over a bad line.
    fn sync(&mut self, who: usize, runtime: &Runtime) {
        if !self.house.is_up() && self.ground.percent(50) {
            self.ground.say("the server starts");
            self.house.start();
        }
        let station = &self.stations[who];
        let trouble = *self.ground.one_of(&[0, 0, 3, 10, 30]).unwrap_or(&0);
        station.line.set_trouble(trouble);
        if self.crashes && self.ground.percent(25) {
            station.fuse.light(1 + self.ground.below(30));
        }
        let (house, ground, oracle) =
            (Arc::clone(&self.house), self.ground.clone(), Arc::clone(&self.oracle));
        match self.ground.below(10) {
            0 | 1 => station.line.interrupt(Box::new(move |_| others::act(&house, &ground, &oracle))),
            2 | 3 => {
                let desk = station.desk().clone();
                let act = move |sent: &str| person::meanwhile(&desk, who, sent, &ground, &oracle);
                station.line.interrupt(Box::new(act));
            }
            _ => {}
        }
        self.ground.say(&format!("{} at desk {who}: sync ({trouble} % trouble)", station.user));
        let before = shelf::changeable(station.store());
        let asked = station.asked();
        let ended = if self.ground.percent(10) {
            station.sync_for(runtime, 1 + u32::try_from(self.ground.below(6)).unwrap_or(0))
        } else {
            station.sync(runtime)
        };
        self.ground.say(&format!("  ends: {ended:?}"));
        self.broken_off[who] = ended.is_err();
        self.heard(&ended);
        station.fuse.quench();
        station.line.set_trouble(0);
        station.line.interrupt(Box::new(|_| {}));
        let crashed = station.fuse.is_blown();
        self.rise(who);
        if !crashed {
            self.after_sync(who, &before, &asked);
        }
    }
}
