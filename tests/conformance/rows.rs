//! What the users of earlier systems rely on: one row each, tried on every ledger.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments::{self, Ledger};
use crate::fleet::binary;
use crate::journeys::with_person;
use crate::process::{Trouble, run_any, tail};
use crate::store::Store;
use crate::tools::Tools;

/// More than the lifetime of a code, since one row waits for its end.
const DEADLINE: Duration = Duration::from_mins(4);

/// What a row came to on one ledger: `pass`, `part` or `FAIL`.
type Verdicts = BTreeMap<String, String>;

/// The rows are in `rows_*.py`; each ledger has deployments of its own, and all are tried at once.
pub(crate) fn all(tools: &Tools) -> Outcome {
    let folder = tools.folder("rows-store")?;
    let store = Store::start(&tools.store, &folder)?;
    let ledgers = [
        ("memory", Ledger::Memory),
        ("file", Ledger::File),
        ("valkey", Ledger::Valkey(&store)),
        ("none", Ledger::None),
    ];
    let tried = thread::scope(|scope| {
        let running: Vec<_> = ledgers
            .iter()
            .map(|(name, ledger)| scope.spawn(|| on_ledger(tools, name, *ledger)))
            .collect();
        running.into_iter().map(|one| one.join().expect("no row panics here")).collect::<Vec<_>>()
    });
    let names = ledgers.map(|(name, _)| name);
    let mut failures = String::new();
    let mut columns = Vec::new();
    for (name, outcome) in names.iter().zip(tried) {
        let (verdicts, failed) = outcome.map_err(|trouble| format!("{name}: {trouble}"))?;
        failures.push_str(&failed);
        columns.push(verdicts);
    }
    let table = matrix(&names, &columns)?;
    if failures.is_empty() { Ok(table) } else { Err(format!("{table}\n{failures}")) }
}

fn on_ledger(tools: &Tools, name: &str, ledger: Ledger) -> Result<(Verdicts, String), Trouble> {
    let folder = tools.folder(&format!("rows-{name}"))?;
    let (configured, [scripts, persons]) = deployments::configured(&folder, ledger)?;
    let deployments = [
        deployments::demo_on(&folder, ledger)?,
        configured,
        deployments::two_resources(&folder, ledger)?,
    ];
    let bases: Vec<String> = deployments.iter().map(|deployment| deployment.base.clone()).collect();
    let nodes = deployments.into_iter().flat_map(|deployment| deployment.nodes).collect();
    let control = Control::start(nodes, Between::Nothing)?;
    let mut command = tools.python_script("rows.py");
    command.arg(name).args(bases).arg(binary());
    command.env("CONFORMANCE_STATIC_TOKEN", scripts).env("CONFORMANCE_TOKEN_OF_PERSON", persons);
    let (status, output) = run_any(with_person(&mut command, &control), DEADLINE, |_line| {})?;
    let lines: Vec<Vec<&str>> = output.lines().map(|line| line.split('\t').collect()).collect();
    let mut verdicts = Verdicts::new();
    let mut failures = String::new();
    for line in &lines {
        if let [row, verdict, reason @ ..] = line.as_slice() {
            verdicts.insert((*row).to_owned(), (*verdict).to_owned());
            for reason in reason {
                writeln!(failures, "{row} on {name}: {reason}")
                    .map_err(|error| error.to_string())?;
            }
        }
    }
    if status.success() == failures.is_empty() && !verdicts.is_empty() {
        return Ok((verdicts, failures));
    }
    Err(format!("the rows ended with {status}\n{}", tail(&output, 40)))
}

/// A row that was not tried on a ledger has no verdict there, which is a failure of the run.
fn matrix(names: &[&str], columns: &[Verdicts]) -> Outcome {
    let mut text = format!("{:<62}", "`part`: what the ledger promises of the row");
    for name in names {
        write!(text, "{name:<8}").map_err(|error| error.to_string())?;
    }
    for row in columns.iter().flat_map(Verdicts::keys).collect::<std::collections::BTreeSet<_>>() {
        write!(text, "\n{row:<62}").map_err(|error| error.to_string())?;
        for (name, column) in names.iter().zip(columns) {
            let verdict =
                column.get(row).ok_or_else(|| format!("{row} was not tried on {name}"))?;
            write!(text, "{verdict:<8}").map_err(|error| error.to_string())?;
        }
    }
    Ok(text)
}
