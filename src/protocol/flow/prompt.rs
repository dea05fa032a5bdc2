//! What a client asks of the login itself: which pages the person must see, and how old their login may be.
//!
//! Source: OpenID Connect Core 1.0 §3.1.2.1, OpenID Connect Prompt Create 1.0 (unknown values).

/// `prompt`: a set of pages that must be shown, or that none may be.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Prompt(u8);

/// `none` stands beside another value, so that a page must be shown and must not be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ContradictoryPrompt;

impl Prompt {
    /// `none`: no page at all.
    pub const NONE: Self = Self(1);
    /// `login`: the person proves anew who they are.
    pub const LOGIN: Self = Self(2);
    /// `consent`: the person is asked, whatever they allowed before.
    pub const CONSENT: Self = Self(4);
    /// `select_account`: the person says as whom they go on.
    pub const SELECT_ACCOUNT: Self = Self(8);

    /// Every value, in the order of metadata.
    pub const VALUES: [(&'static str, Self); 4] = [
        ("none", Self::NONE),
        ("login", Self::LOGIN),
        ("consent", Self::CONSENT),
        ("select_account", Self::SELECT_ACCOUNT),
    ];

    /// Reads `prompt`: values separated by spaces, in this spelling only. Unknown values are ignored, so that clients can
    /// send what a later specification adds.
    ///
    /// # Errors
    ///
    /// [`ContradictoryPrompt`] if `none` is not alone, even beside an unknown value.
    pub fn parse(text: &str) -> Result<Self, ContradictoryPrompt> {
        let mut prompt = Self::default();
        let mut others = 0_usize;
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let known = Self::VALUES.iter().find(|(name, _)| *name == word);
            prompt = known.map_or(prompt, |(_, value)| prompt.and(*value));
            others += usize::from(word != "none");
        }
        if prompt.demands(Self::NONE) && others > 0 {
            return Err(ContradictoryPrompt);
        }
        Ok(prompt)
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `page` is among them.
    #[must_use]
    pub fn demands(self, page: Self) -> bool {
        self.0 & page.0 != 0
    }

    /// As a number from 0 to 15, for the module that seals it.
    #[must_use]
    pub fn bits(self) -> u8 {
        self.0
    }

    /// What [`Self::bits`] wrote. Only for the module that opens tickets.
    #[must_use]
    pub fn from_bits(bits: u8) -> Option<Self> {
        (bits < 16).then_some(Self(bits))
    }
}
