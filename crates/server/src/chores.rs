//! What a server does by itself: writes down when sessions were used, and forgets what nobody needs any more.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::reply::Failure;
use crate::sessions::{self, LONGEST};

/// How often the use of sessions is written down, as an ArchivesSpace does.
const OFTEN: Duration = Duration::from_secs(5);
const SELDOM: Duration = Duration::from_secs(3600);
const DAY: i64 = 86_400;
/// Seconds that the answer to a create is kept for a client that asks again: a desk may lie in a drawer for a year.
const REPLIES: i64 = 400 * DAY;

/// Goes on until it is aborted.
pub(crate) async fn run(app: Arc<App>) {
    let (mut often, mut seldom) = (tokio::time::interval(OFTEN), tokio::time::interval(SELDOM));
    loop {
        let chore: fn(&App) -> Result<(), Failure> = tokio::select! {
            _ = seldom.tick() => forget,
            _ = often.tick() => sessions::write_touched,
        };
        let app = Arc::clone(&app);
        let done = tokio::task::spawn_blocking(move || chore(&app)).await;
        if !matches!(done, Ok(Ok(()))) {
            tracing::warn!("a chore was not done; it is tried again");
        }
    }
}

/// Ends sessions that nobody used for long, and forgets old answers and audit lines.
pub(crate) fn forget(app: &App) -> Result<(), Failure> {
    let now = (app.now)().as_second();
    let before = |seconds: i64| now.saturating_sub(seconds).saturating_mul(1000);
    app.write("forget", "", |tx| {
        tx.end_sessions_before(before(LONGEST))?;
        tx.forget_replies_before(before(REPLIES))?;
        if app.audit_days > 0 {
            tx.forget_audit_before(before(i64::from(app.audit_days) * DAY))?;
        }
        Ok(())
    })
}
