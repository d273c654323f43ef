//! What a page or a style sheet names, and what a browser does with it.

use url::Url;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Link {
    pub(crate) url: Url,
    pub(crate) role: Role,
    /// What names it: `<img srcset>`, `url()`.
    pub(crate) by: String,
}

/// What Chromium does with an address: in a window of 1280 by 800 pixels, one device pixel
/// each, with an empty cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// Somebody may go there.
    Leads,
    /// The browser connects to its host, and asks nothing yet.
    Connects,
    /// An alternative to something, which the browser leaves.
    MayLoad,
    /// A style sheet that doesn't apply, for other media say: it is loaded, and nothing
    /// that it names.
    LoadsAlone,
    Loads,
}

impl Role {
    pub(super) fn loads(loads: bool) -> Self {
        if loads { Self::Loads } else { Self::MayLoad }
    }

    pub(super) fn of_sheet(applies: bool) -> Self {
        if applies { Self::Loads } else { Self::LoadsAlone }
    }

    pub(super) fn is_loaded(self) -> bool {
        matches!(self, Self::Loads | Self::LoadsAlone)
    }
}
