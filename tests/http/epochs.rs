//! Instants before which everything is void: of all, of a person, of a client. In the configuration they hold whatever the
//! ledger is.

use super::table;
use crate::support::{
    ALICE, Ask, Browser, Client, Clock, Deployment, Node, Reply, Serve as _, Tokens,
};

const SECRET: &str = "a secret of more than forty characters, as it should be";
const CALLBACK: &str = "https://app.example.com/callback";

/// Ten seconds after every test begins.
const BEFORE: &str = "revoked_before = \"2027-01-15T08:00:10Z\"";

/// Whom an instant in the file concerns.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Whose {
    Nobody,
    Everybody,
    Alice,
    App,
    AppByThumbprint,
    Others,
}

fn deployment(ledger: &str, whose: Whose) -> Deployment {
    let line = |concerned| if whose == concerned { BEFORE } else { "" };
    let tokens = if ledger == "none" { "refresh_tokens = \"convergent\"" } else { "" };
    let app =
        format!("redirect_uris = [\"{CALLBACK}\"]\nconsent = \"remembered\"\n{}", line(Whose::App));
    let client = match whose {
        // The first 16 bytes of the SHA-256 of `app`.
        Whose::AppByThumbprint => "thumbprint = \"oXLO3K5HR0thXFTVEKXYSg\"",
        _ => "client_id = \"https://other.example/client.json\"",
    };
    Deployment::usual()
        .with(&format!("[ledger]\nkind = \"{ledger}\""))
        .with(&format!("[tokens]\n{tokens}\n{}", line(Whose::Everybody)))
        .with_alice(line(Whose::Alice))
        .with_client("app", Some(SECRET), &app)
        .with(&match whose {
            Whose::AppByThumbprint | Whose::Others => {
                format!("[[revoked_clients]]\n{client}\n{BEFORE}")
            }
            Whose::Nobody | Whose::Everybody | Whose::Alice | Whose::App => String::new(),
        })
}

fn app() -> Client {
    Client::known("app", Some(SECRET), CALLBACK)
}

/// What somebody has who used the client: a code, tokens, and a browser that remembers login and consent.
struct Belongings {
    code: String,
    tokens: Tokens,
    browser: Browser,
}

impl Belongings {
    fn new(node: &Node) -> Self {
        let mut browser = Browser::default();
        let code = browser.allow(node, &app().request().uri(), ALICE).code();
        let tokens = Tokens::of(&app().redeem(node, &code));
        Self { code: ask_again(&mut browser, node).code(), tokens, browser }
    }

    /// What is left of it at `node`.
    fn left(&mut self, node: &Node) -> String {
        let access = node.test(&self.tokens.access).status;
        let active = app().introspect(node, &self.tokens.access).json()["active"].clone();
        let asked = ask_again(&mut self.browser, node);
        let asked = if asked.status == 303 { "not asked".to_owned() } else { asked.heading() };
        let code = app().redeem(node, &self.code);
        let refresh = app().refresh(node, self.tokens.refresh());
        let [code, refresh] = [code, refresh]
            .map(|reply| if reply.status == 200 { "redeemed".to_owned() } else { reply.error() });
        format!("code {code}, refresh {refresh}, access {access}, active {active}, person: {asked}")
    }
}

/// The client sends the browser again, from a page of this site.
fn ask_again(browser: &mut Browser, node: &Node) -> Reply {
    let ask = Ask::get(app().request().uri()).with("sec-fetch-site", "same-origin");
    browser.send(node, ask)
}

/// What is left of what was issued a second before the instant, and at the instant.
fn left(ledger: &str, whose: Whose) -> [String; 2] {
    let clock = Clock::new();
    let old = Node::beside(&clock, 0, &deployment(ledger, Whose::Nobody));
    let new = Node::beside(&clock, 1, &deployment(ledger, whose));
    clock.pass(9);
    let mut early = Belongings::new(&old);
    clock.pass(1);
    let mut late = Belongings::new(&old);
    [early.left(&new), late.left(&new)]
}

/// TOK-27, REF-12: whatever was issued before the instant is void at every node that has the line.
#[test]
fn tok_27_and_ref_12_what_was_issued_before_an_instant_is_void() {
    let cases = [
        ("memory", Whose::Everybody),
        ("memory", Whose::Alice),
        ("memory", Whose::App),
        ("memory", Whose::AppByThumbprint),
        ("memory", Whose::Others),
        ("none", Whose::Everybody),
    ];
    let rows = cases.into_iter().flat_map(|(ledger, whose)| {
        let [early, late] = left(ledger, whose);
        [
            (format!("{ledger}, {whose:?}, a second before"), early),
            (format!("{ledger}, {whose:?}, at the instant"), late),
        ]
    });
    insta::assert_snapshot!(table(rows), @"
    memory, Everybody, a second before: code 400 invalid_grant, refresh 400 invalid_grant, access 401, active false, person: Log in
    memory, Everybody, at the instant: code redeemed, refresh redeemed, access 200, active true, person: not asked
    memory, Alice, a second before: code 400 invalid_grant, refresh 400 invalid_grant, access 401, active false, person: Log in
    memory, Alice, at the instant: code redeemed, refresh redeemed, access 200, active true, person: not asked
    memory, App, a second before: code 400 invalid_grant, refresh 400 invalid_grant, access 401, active false, person: Allow app to act for you?
    memory, App, at the instant: code redeemed, refresh redeemed, access 200, active true, person: not asked
    memory, AppByThumbprint, a second before: code 400 invalid_grant, refresh 400 invalid_grant, access 401, active false, person: Allow app to act for you?
    memory, AppByThumbprint, at the instant: code redeemed, refresh redeemed, access 200, active true, person: not asked
    memory, Others, a second before: code redeemed, refresh redeemed, access 200, active true, person: not asked
    memory, Others, at the instant: code redeemed, refresh redeemed, access 200, active true, person: not asked
    none, Everybody, a second before: code 400 invalid_grant, refresh 400 invalid_grant, access 401, active false, person: Log in
    none, Everybody, at the instant: code redeemed, refresh redeemed, access 200, active true, person: not asked
    ");
}

/// An instant that is not reached yet changes nothing until it is.
#[test]
fn an_instant_in_the_future_waits() {
    let clock = Clock::new();
    let node = Node::beside(&clock, 0, &deployment("memory", Whose::Everybody));
    let access = app().tokens(&node).access;
    clock.pass(9);
    assert_eq!(node.test(&access).status, 200);
    clock.pass(1);
    assert_eq!(node.test(&access).status, 401);
    assert_eq!(node.test(&app().tokens(&node).access).status, 200);
}

/// An order to the ledger reaches what the configuration reaches, at once.
#[test]
fn an_order_to_the_ledger_does_the_same() {
    use protocol::oauth::client::ClientThumbprint;
    use protocol::oauth::subject::Subject;
    use protocol::replay::Revocation;

    let deployment = deployment("memory", Whose::Nobody);
    let rows = [Whose::Everybody, Whose::Alice, Whose::App, Whose::Others].map(|whose| {
        let node = Node::start(&deployment);
        let mut belongings = Belongings::new(&node);
        let before = node.clock().now().plus_seconds(1);
        let what = match whose {
            Whose::Alice => {
                let subject = Subject::Person("alice".to_owned()).digest();
                Revocation::Subject { subject, before }
            }
            Whose::App => Revocation::Client { client: ClientThumbprint::of("app"), before },
            Whose::Others => Revocation::Client { client: ClientThumbprint::of("other"), before },
            _ => Revocation::Everything { before },
        };
        assert_eq!(node.order(what).status, 200);
        (format!("{whose:?}"), belongings.left(&node))
    });
    insta::assert_snapshot!(table(rows), @"
    Everybody: code 400 invalid_grant, refresh 400 invalid_grant, access 401, active false, person: Log in
    Alice: code 400 invalid_grant, refresh 400 invalid_grant, access 401, active false, person: Log in
    App: code 400 invalid_grant, refresh 400 invalid_grant, access 401, active false, person: Allow app to act for you?
    Others: code redeemed, refresh redeemed, access 200, active true, person: not asked
    ");
}
