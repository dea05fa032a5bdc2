//! Clients that are known by a document at an https URL: over TLS, with an authority that was made for the run.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Outcome;
use crate::control::{Between, Control};
use crate::deployments;
use crate::journeys::{python_journey, typescript_journey, with_person};
use crate::process::{Group, Trouble, free_port, run};
use crate::runner::{Visiting, authorized};
use crate::tools::Tools;

const DEADLINE: Duration = Duration::from_mins(3);

/// The host of the documents.
struct Host {
    origin: String,
    authority: PathBuf,
    _process: Group,
}

impl Host {
    fn start(tools: &Tools, folder: &Path) -> Result<Self, Trouble> {
        let port = free_port()?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let log = folder.join("documents.log");
        let mut command = tools.python_script("documents.py");
        command.arg(folder).arg(port.to_string());
        command.args([root.join("tests/support/documents"), root.join("src/upstream/known")]);
        let process = Group::listening(&mut command, port, &log, Duration::from_secs(20))?;
        let origin = format!("https://localhost:{port}");
        Ok(Self { origin, authority: folder.join("authority.pem"), _process: process })
    }
}

/// The recorded documents with `oauth4webapi`, then the SDKs.
pub(crate) fn all(tools: &Tools) -> Outcome {
    let folder = tools.folder("documents")?;
    let host = Host::start(tools, &folder)?;
    let authority = host.authority.display().to_string();
    let mut deployment = deployments::demo(&folder)?;
    let nodes = deployment.nodes.drain(..);
    let nodes = nodes.map(|node| node.with_environment("SSL_CERT_FILE", &authority)).collect();
    let control = Control::start(nodes, Between::Nothing)?;
    let mut recorded = tools.script("documents.mjs");
    recorded.args([&deployment.base, &host.origin]).arg(&folder);
    recorded.env("NODE_EXTRA_CA_CERTS", &authority);
    let document = format!("{}/sdk/client.json", host.origin);
    let mcp = deployment.mcp();
    let sdks = [
        python_journey(tools, "auto", &mcp),
        typescript_journey(tools, "v1", &mcp),
        typescript_journey(tools, "v2-modern", &mcp),
    ];
    let mut told = run(with_person(&mut recorded, &control), DEADLINE)?;
    for mut journey in sdks {
        journey.env("CONFORMANCE_DOCUMENT", &document);
        told.push_str(&run(with_person(&mut journey, &control), DEADLINE)?);
    }
    let visiting = Visiting { port: free_port()?, id: &document };
    authorized(tools, &control, &deployment.base, "2026-07-28", &visiting)?;
    told.push_str("official runner by document: passed\n");
    Ok(told)
}
