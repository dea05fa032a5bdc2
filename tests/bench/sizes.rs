//! Characters of each artefact for each client, beside what is aimed at.

use poem::Request;

use crate::deployment::deployment;
use crate::journey::Journey;
use crate::profiles;

const COLUMNS: [(&str, usize); 8] = [
    ("client_id", 300),
    ("code", 600),
    ("access", 520),
    ("refresh", 320),
    ("stored", 1_280),
    ("login", 12_288),
    ("consent", 12_288),
    ("session", 1_500),
];

/// Prints the table.
pub(crate) fn print() {
    let node = deployment();
    println!("characters per artefact\n");
    row("", COLUMNS.map(|(name, _)| name.to_owned()));
    row("at most", COLUMNS.map(|(_, limit)| limit.to_string()));
    for profile in profiles::all() {
        let journey = Journey::new(&node, &profile);
        let stored = [&journey.client_id, &journey.access_token, &journey.refresh_token];
        let lengths = [
            journey.client_id.len(),
            journey.code.len(),
            journey.access_token.len(),
            journey.refresh_token.len(),
            stored.iter().map(|text| text.len()).sum(),
            journey.login_ticket.len(),
            journey.consent_ticket.len(),
            journey.session.len(),
        ];
        row(profile.name, lengths.map(|length| length.to_string()));
    }
    let metadata = Request::builder().uri_str("/.well-known/oauth-authorization-server").finish();
    println!("\nauthorization server metadata: {} of 1023 bytes\n", node.read(metadata).1.len());
}

fn row(name: &str, cells: [String; COLUMNS.len()]) {
    let cells = cells.map(|cell| format!("{cell:>10}"));
    println!("{name:<12}{}", cells.concat());
}
