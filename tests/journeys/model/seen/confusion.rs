//! Everything sealed that was ever seen, presented as what it is not.

use proptest::sample::Index;

use super::Seen;
use super::browsing::assert_page;
use crate::journeys::model::sharing::Sharing;
use crate::support::ALICE;

impl<S: Sharing> Seen<S> {
    /// Everything sealed, each with the sink that it is for.
    fn values(&self) -> Vec<(usize, &str)> {
        let tickets = self
            .tickets
            .iter()
            .map(|(text, asked)| (usize::from(asked.person.is_some()), text.as_str()));
        let codes = self.codes.iter().map(|(text, _)| (2, text.as_str()));
        let refreshing = self.refreshing.iter().map(|token| (3, token.text.as_str()));
        let access = self.access.iter().map(|token| (4, token.text.as_str()));
        let sessions = self.sessions.iter().map(|session| (5, session.cookie.as_str()));
        let id_tokens = self.id_tokens.iter().map(|text| (7, text.as_str()));
        let clients = self.clients.iter().map(|client| (6, client.id.as_str()));
        tickets
            .chain(codes)
            .chain(refreshing)
            .chain(access)
            .chain(sessions)
            .chain(id_tokens)
            .chain(clients)
            .collect()
    }

    pub(in super::super) fn confuse(&mut self, node: usize, value: Index, sink: usize) {
        let values = self.values();
        let (kind, text) = values[value.index(values.len())];
        if kind == sink {
            return;
        }
        let text = text.to_owned();
        let node = self.setting.fleet.node(node);
        let browser = &mut self.browsers[0];
        match sink {
            0 => {
                let fields =
                    [("ticket", text.as_str()), ("username", "alice"), ("password", ALICE.1)];
                assert_page(&browser.submit(node, "/oauth/login", &fields));
            }
            1 => {
                let fields = [("ticket", text.as_str()), ("decision", "allow")];
                assert_page(&browser.submit(node, "/oauth/consent", &fields));
            }
            2 => assert_eq!(self.clients[0].redeem(node, &text).error(), "400 invalid_grant"),
            3 => assert_eq!(self.clients[0].refresh(node, &text).error(), "400 invalid_grant"),
            _ => assert_eq!(node.test(&text).error(), "401 invalid_token"),
        }
    }
}
