//! One request, parsed and checked, as a handler sees it.

use std::cell::Cell;
use std::net::IpAddr;
use std::sync::Arc;

use axum::http::HeaderMap;
use record::api::wire::Messages;
use record::{Record, Registry};
use serde_json::{Value, json};
use store::{Op, Tx};

use crate::access::Rights;
use crate::app::App;
use crate::params::{Params, Upload};
use crate::reply::{Answer, Failure, Reply};
use crate::resolve::Resolved;
use crate::route::Route;
use crate::telling::Telling;
use crate::{body, idempotency, records};

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) username: String,
    /// Address of the user record.
    pub(crate) uri: String,
    pub(crate) rights: Arc<Rights>,
    /// What the session is stored under.
    pub(crate) token: Vec<u8>,
}

/// One request.
pub(crate) struct Call<'a> {
    pub(crate) app: &'a App,
    pub(crate) route: &'a Route,
    pub(crate) params: Params,
    /// Files of a form: the part's name, the file's name, its bytes. For the handler to take.
    pub(crate) files: Cell<Vec<Upload>>,
    pub(crate) caller: Option<Caller>,
    /// Where the request comes from, behind trusted proxies too.
    pub(crate) client: IpAddr,
    /// The document of the body, cleaned and checked. For the handler to take.
    pub(crate) document: Cell<Option<Record>>,
    /// Warnings about it.
    pub(crate) warnings: Messages,
    pub(crate) body: &'a [u8],
    pub(crate) headers: &'a HeaderMap,
    pub(crate) resolved: Resolved,
    /// Version of the rights from before anything was read.
    pub(crate) version: u64,
    /// Where it can be said how far the work is.
    pub(crate) telling: Option<&'a Telling>,
    /// What the answer of a create is kept under, when the client may ask again.
    pub(crate) key: Option<String>,
}

impl Call<'_> {
    /// Name for the history: the user, or nobody.
    pub(crate) fn by(&self) -> &str {
        self.caller.as_ref().map_or("anonymous", |caller| &caller.username)
    }

    /// Kind that a generic route works on.
    pub(crate) fn kind(&self) -> &'static str {
        self.route.kind
    }

    /// Address of the repository of the request.
    pub(crate) fn repo(&self) -> Option<String> {
        // A parameter that the route does not declare means nothing, least of all for the rights.
        self.route.params.iter().find(|param| param.name == "repo_id")?;
        self.params.text("repo_id").map(|id| format!("/repositories/{}", id.trim()))
    }

    /// Number in the path.
    pub(crate) fn id(&self) -> u64 {
        self.params.integer("id").and_then(|id| u64::try_from(id).ok()).unwrap_or(0)
    }

    /// Address of the record of `kind` that the path names.
    pub(crate) fn uri_of(&self, kind: &str) -> String {
        let repo = self.params.text("repo_id").map(str::trim);
        record::Uri::of(Registry::shipped(), kind, repo, &self.id().to_string())
            .map(|uri| uri.to_string())
            .unwrap_or_default()
    }

    /// Address of the record that a generic route names.
    pub(crate) fn uri(&self) -> String {
        self.uri_of(self.kind())
    }

    /// Whether the caller holds `code` in the repository of the request.
    pub(crate) fn can(&self, code: &str) -> bool {
        self.can_in(code, self.repo().as_deref())
    }

    /// Whether the caller holds `code` in a repository (without one: everywhere).
    pub(crate) fn can_in(&self, code: &str, repo: Option<&str>) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.rights.can(code, repo))
    }

    /// Whether the caller holds `code` in any repository.
    pub(crate) fn can_somewhere(&self, code: &str) -> bool {
        let repositories = self.caller.as_ref().map(|caller| caller.rights.repositories(code));
        repositories.is_some_and(|repositories| repositories.is_none_or(|some| !some.is_empty()))
    }

    /// Refuses those who do not hold `code`.
    pub(crate) fn need(&self, code: &str) -> Result<(), Failure> {
        if self.can(code) { Ok(()) } else { Err(Failure::Denied) }
    }

    /// The caller; anonymous ones are refused.
    pub(crate) fn user(&self) -> Result<&Caller, Failure> {
        self.caller.as_ref().ok_or(Failure::Denied)
    }

    /// The checked document; there is one to take.
    pub(crate) fn document(&self) -> Result<Record, Failure> {
        self.document.take().ok_or_else(|| Failure::Fault("the route has no document".to_owned()))
    }

    /// Warnings as the API sends them: `[]` or a map.
    pub(crate) fn warnings(&self) -> Value {
        if self.warnings.is_empty() { json!([]) } else { json!(self.warnings) }
    }

    /// Changes the store and answers. With an idempotency key the answer is kept in the same transaction, so that
    /// the change and the memory of it cannot come apart; of two requests with one key the second one, which waited
    /// for the first, gets its answer.
    pub(crate) fn commit(&self, name: &str, f: impl FnOnce(&mut Tx<'_>) -> Answer) -> Answer {
        self.carry_out(Op::typed(name, self.by()), f)
    }

    /// The same for the save of one record: others who save wait for it, and it for them.
    pub(crate) fn save(&self, f: impl FnOnce(&mut Tx<'_>) -> Answer) -> Answer {
        self.carry_out(Op::typed("save", self.by()).short(), f)
    }

    fn carry_out(&self, op: Op<'_>, f: impl FnOnce(&mut Tx<'_>) -> Answer) -> Answer {
        let reply = self.app.carry_out(op, |tx| {
            if let Some(reply) = idempotency::before(self, tx)? {
                return Ok(reply);
            }
            let reply = f(tx)?;
            if let (Some(key), Some(kept)) = (&self.key, idempotency::kept(self, &reply)) {
                tx.keep_reply(key, &kept)?;
            }
            Ok(reply)
        })?;
        Ok(Reply { settled: true, ..reply })
    }

    /// A header of the request, by its name in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        body::header_text(self.headers, name)
    }
}

/// The sentence for routes that belong to a later piece of work. A record that is not there is told first.
pub(crate) fn not_done(call: &Call<'_>) -> Answer {
    if !call.kind().is_empty() {
        call.app.read(|reader| records::visible(call, reader, &call.uri()).map(drop))?;
    }
    Err(Failure::NotDone(call.route.missing.unwrap_or("This is not part of the server.").to_owned()))
}
