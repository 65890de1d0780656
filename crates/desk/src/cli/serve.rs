//! `fonds serve`: the pages for a browser on this computer, until it is told to end.

use std::net::SocketAddr;

use desk::Desk;
use desk::host::Host;

use super::{Done, out};

pub(crate) fn run(desk: Desk, listen: SocketAddr) -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    desk.keep_in_sync();
    let served: Done = runtime.block_on(async {
        let host = Host::start(desk, listen).await?;
        out::line(&format!("listening on {}", host.url()));
        ended().await?;
        Ok(())
    });
    // Open event streams must not hold the end up.
    runtime.shutdown_background();
    served
}

/// Until Ctrl-C, or SIGTERM where there is one.
async fn ended() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => Ok(()),
            interrupted = tokio::signal::ctrl_c() => interrupted,
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
