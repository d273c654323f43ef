//! Selectors by the names that readers have for them.

use super::voice::Voice;
use crate::message;

impl Voice<'_> {
    /// A selector, by the reader's name for it where it has one.
    #[must_use]
    pub fn selector(&self, selector: &str) -> String {
        let message = match selector {
            "status" => message!("report-selector-status"),
            "error" => message!("report-selector-error"),
            "changes" => message!("report-selector-changes"),
            "diff" => message!("report-selector-diff"),
            "unnoticed" => message!("report-selector-unnoticed"),
            "equal" => message!("report-selector-equal"),
            "stage" => message!("report-selector-stage"),
            "add" => message!("report-selector-add"),
            "change" => message!("report-selector-change"),
            "destroy" => message!("report-selector-destroy"),
            "import" => message!("report-selector-import"),
            "moved" => message!("report-selector-moved"),
            "drift" => message!("report-selector-drift"),
            "resources" => message!("report-selector-resources"),
            "outputs" => message!("report-selector-outputs"),
            "sensitive" => message!("report-selector-sensitive"),
            "files" => message!("report-selector-files"),
            "survivors" => message!("report-selector-survivors"),
            "false-alarms" => message!("report-selector-false-alarms"),
            "ok" => message!("report-selector-ok"),
            "body" => message!("report-selector-body"),
            "size" => message!("report-selector-size"),
            "time" => message!("report-selector-time"),
            "media-type" => message!("report-selector-media-type"),
            "media-type-fits" => message!("report-selector-media-type-fits"),
            "exit" => message!("report-selector-exit"),
            "ended" => message!("report-selector-ended"),
            "open" => message!("report-selector-open"),
            "exists" => message!("report-selector-exists"),
            "kind" => message!("report-selector-kind"),
            "executable" => message!("report-selector-executable"),
            "text" => message!("report-selector-text"),
            "up" => message!("report-selector-up"),
            "log" => message!("report-selector-log"),
            "statuses" => message!("report-selector-statuses"),
            "times" => message!("report-selector-times"),
            "answer" => message!("report-selector-answer"),
            "unreadable" => message!("report-selector-unreadable"),
            "lifetime" => message!("report-selector-lifetime"),
            "weight" => message!("report-selector-weight"),
            "errors" => message!("report-selector-errors"),
            "broken" => message!("report-selector-broken"),
            "fragments" => message!("report-selector-fragments"),
            "elsewhere" => message!("report-selector-elsewhere"),
            "unlabelled" => message!("report-selector-unlabelled"),
            "skipped" => message!("report-selector-skipped"),
            "styles" => message!("report-selector-styles"),
            "inventory" => message!("report-selector-inventory"),
            "redirects" => message!("report-selector-redirects"),
            _ => return selector.to_owned(),
        };
        self.say(&message)
    }
}
