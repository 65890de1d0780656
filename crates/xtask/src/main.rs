//! The project's chores: `cargo xtask test|run|bench|simulate|kills|schemathesis|codegen|setup`.

mod codegen;
mod described;
mod sample;
mod setup;
mod shell;
mod simulate;
mod suite;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "cargo xtask COMMAND

  run               install what is missing, build, start a server with the sample collections
                    and open the desktop application on it   [--no-window] [--data DIR]
  test              everything that is checked before a change lands   [--quick] [--only STEP]
  bench             ratios of the product to bare floor programs   [--json] [--scale 10k|100k|1m]
  schemathesis      random requests by the server's own description   [--examples N]
  simulate          worlds of desks and a server in which everything goes wrong   [--seeds N] [--from SEED]
                    [--server fonds|archivesspace] [--account] [--first] [--debug]; --mutants plants faults
  kills             two desks and a server as processes, killed at random   [--seconds N] [--seed N];
                    --first-sync N kills a desk's first sync of N records, from either kind of server
  codegen           write the generated files   [--check]
  setup             only install what is missing   [--check]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|a| a == flag);
    if arguments.iter().skip(1).any(|a| a == "--help" || a == "-h") {
        shell::say(HELP);
        return ExitCode::SUCCESS;
    }
    let result = match arguments.first().map(String::as_str) {
        Some("codegen") => {
            codegen::run(if has("--check") { codegen::Mode::Check } else { codegen::Mode::Write })
        }
        Some("setup") => setup::run(),
        Some("test") => suite::run(&arguments[1..]),
        Some("run") => sample::run(&arguments[1..]),
        Some("simulate") => simulate::run(&arguments[1..]),
        Some("kills") => simulate::kills(&arguments[1..]),
        Some("bench") => bench(&arguments[1..]),
        Some("schemathesis") => described::run(&arguments[1..]),
        Some("help" | "--help" | "-h") | None => {
            shell::say(HELP);
            Ok(())
        }
        Some(other) => unknown(other),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn unknown(command: &str) -> Result<()> {
    bail!("there is no command {command:?}\n\n{HELP}")
}

fn bench(arguments: &[String]) -> Result<()> {
    let mut command =
        shell::cargo(&["run", "--profile", "measure", "--quiet", "--package", "fonds-bench", "--"]);
    command.args(arguments);
    shell::check(command)
}
