//! What a route is, and finding the one that a request asks for.

use std::collections::{BTreeMap, HashMap};

use axum::http::Method;

use crate::body;
use crate::call::Call;
use crate::params::{Param, Type};
use crate::reply::{Answer, Failure};

/// A function that answers requests. Runs where it may block.
pub(crate) type Handler = fn(&Call<'_>) -> Answer;

/// A line of the router's table.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Codes that the caller must hold, all of them.
    pub(crate) codes: &'static [&'static str],
    /// Parameters in the shorthand of [`Param::parse_all`]; `list` for a paged list, `doc=KIND`, `raw` or `files` for a body, `kind=KIND` for the handler.
    pub(crate) takes: &'static str,
    pub(crate) handler: Handler,
    /// Why the route answers 501, if it does.
    pub(crate) missing: Option<&'static str>,
}

/// The body that a route takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// None, or a form with parameters.
    Form,
    /// A document of this kind, checked before the handler sees it.
    Document(String),
    /// Anything.
    Raw,
}

/// A route ready for use.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) codes: Vec<String>,
    pub(crate) params: Vec<Param>,
    pub(crate) body: Body,
    /// The form may bring files.
    files: bool,
    /// Takes page, id_set or all_ids.
    pub(crate) list: bool,
    /// Kind that a generic handler works on.
    pub(crate) kind: &'static str,
    pub(crate) handler: Handler,
    /// Why the route answers 501, if it does.
    pub(crate) missing: Option<&'static str>,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    /// A parameter, with what stands after it in the same segment (`:id.xml`).
    Hole(String, String),
}

impl Route {
    pub(crate) fn from_line(line: &Line) -> Self {
        let codes = line.codes.iter().map(|code| (*code).to_owned()).collect();
        let kind = named_kind(line.takes);
        let route = Self::new(line.method, line.path.to_owned(), codes, line.takes, kind, line.handler);
        Self { missing: line.missing, ..route }
    }

    pub(crate) fn new(
        method: &str,
        path: String,
        codes: Vec<String>,
        takes: &str,
        kind: &'static str,
        handler: Handler,
    ) -> Self {
        let segments: Vec<Segment> = path.split('/').skip(1).map(Segment::parse).collect();
        let mut params = Param::parse_all(takes);
        add_path_params(&segments, &mut params);
        let words: Vec<&str> = takes.split_whitespace().collect();
        let body = match words.iter().find_map(|word| word.strip_prefix("doc=")) {
            Some(kind) => Body::Document(kind.to_owned()),
            None if words.contains(&"raw") => Body::Raw,
            None => Body::Form,
        };
        let (list, files) = (words.contains(&"list"), words.contains(&"files"));
        if list {
            params.extend(Param::parse_all("page:int? page_size:int? all_ids:bool? modified_since:int? sort_field:text? sort_direction:text? resolve:texts?"));
            params.push(Param { name: "id_set".to_owned(), kind: Type::IdSet, required: false });
        }
        let method = method.parse().unwrap_or(Method::GET);
        Self { method, path, codes, params, body, files, list, kind, handler, missing: None, segments }
    }

    /// Largest body, in bytes, as far as the server itself takes it.
    pub(crate) fn body_limit(&self) -> usize {
        match self.body {
            Body::Form if !self.files => body::SMALL,
            Body::Document(_) => body::DOCUMENT,
            Body::Form | Body::Raw => usize::MAX,
        }
    }

    /// The parameters of the path, if the path is this route's; and how literal the match is.
    fn matches(&self, path: &[&str]) -> Option<(Vec<bool>, BTreeMap<String, String>)> {
        if path.len() != self.segments.len() {
            return None;
        }
        let (mut literal, mut found) = (Vec::with_capacity(path.len()), BTreeMap::new());
        for (segment, text) in self.segments.iter().zip(path) {
            match segment {
                Segment::Literal(wanted) if wanted == text => literal.push(true),
                Segment::Literal(_) => return None,
                Segment::Hole(name, tail) => {
                    let value = match tail.as_str() {
                        FORMAT => text.rsplit_once('.')?.0,
                        tail => text.strip_suffix(tail)?,
                    };
                    let value = Some(value).filter(|value| !value.is_empty())?;
                    found.insert(name.clone(), crate::params::decode(&value.replace('+', "%2B")));
                    literal.push(!tail.is_empty());
                }
            }
        }
        Some((literal, found))
    }
}

/// After a parameter: a format of any name.
const FORMAT: &str = ".:fmt";

impl Segment {
    fn parse(text: &str) -> Self {
        match text.strip_prefix(':') {
            None => Self::Literal(text.to_owned()),
            Some(rest) => {
                let end = rest.find('.').unwrap_or(rest.len());
                Self::Hole(rest[..end].to_owned(), rest[end..].to_owned())
            }
        }
    }
}

/// The kind that the router's shorthand names.
fn named_kind(takes: &str) -> &'static str {
    let name = takes.split_whitespace().find_map(|word| word.strip_prefix("kind=")).unwrap_or_default();
    record::Registry::shipped().kind(name).map_or("", |kind| kind.name.as_str())
}

/// Parameters of the path are declared by the path itself; `id`s are numbers.
fn add_path_params(segments: &[Segment], params: &mut Vec<Param>) {
    for segment in segments {
        let Segment::Hole(name, _) = segment else { continue };
        if params.iter().any(|param| param.name == *name) {
            continue;
        }
        let kind = match name.as_str() {
            "repo_id" => Type::Repository,
            "username" => Type::Username,
            "id" | "enum_id" | "enum_val_id" | "file_id" => Type::Integer,
            _ => Type::Text,
        };
        params.push(Param { name: name.clone(), kind, required: true });
    }
}

/// All routes.
pub(crate) struct Router {
    routes: Vec<Route>,
    /// Routes by what every path of theirs has, in the order of the table.
    places: HashMap<Place, Vec<usize>>,
}

/// How many segments a path has, and its first and third where the route says them: `/repositories/2/accessions/7`.
type Place = (usize, Option<String>, Option<String>);

impl Router {
    pub(crate) fn new(routes: Vec<Route>) -> Self {
        let mut places: HashMap<Place, Vec<usize>> = HashMap::new();
        for (at, route) in routes.iter().enumerate() {
            let said = |at: usize| match route.segments.get(at) {
                Some(Segment::Literal(text)) => Some(text.clone()),
                _ => None,
            };
            places.entry((route.segments.len(), said(0), said(2))).or_default().push(at);
        }
        Self { routes, places }
    }

    /// The routes that may be those of a path, in the order of the table.
    fn near<'r>(&'r self, segments: &[&str]) -> impl Iterator<Item = &'r Route> {
        let said = |at: usize| [None, segments.get(at).map(|text| (*text).to_owned())];
        let mut found = Vec::new();
        for first in said(0) {
            for third in said(2) {
                let place = (segments.len(), first.clone(), third);
                found.extend(self.places.get(&place).into_iter().flatten().copied());
            }
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|at| self.routes.get(at))
    }

    pub(crate) fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The route for a method and a path, with the parameters in the path.
    /// Where several fit, the one that is literal earlier wins.
    pub(crate) fn find(
        &self,
        method: &Method,
        path: &str,
    ) -> Result<(&Route, BTreeMap<String, String>), Failure> {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let segments = if segments.is_empty() { vec![""] } else { segments };
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        let fitting: Vec<_> = self
            .near(&segments)
            .filter_map(|route| route.matches(&segments).map(|(literal, found)| (route, literal, found)))
            .collect();
        let Some(best) = fitting.iter().map(|(_, literal, _)| literal.clone()).max() else {
            return Err(Failure::NoRoute);
        };
        // What stands there word for word owns the path: `/users/complete` is no user, whatever the method.
        let fitting: Vec<_> = fitting.into_iter().filter(|(_, literal, _)| *literal == best).collect();
        let chosen = fitting.iter().find(|(route, ..)| route.method == *wanted);
        if let Some((route, _, found)) = chosen {
            return Ok((route, found.clone()));
        }
        let mut allow: Vec<&'static str> = Vec::new();
        for (route, ..) in &fitting {
            for name in methods(&route.method) {
                if !allow.contains(name) {
                    allow.push(name);
                }
            }
        }
        Err(Failure::Method(allow))
    }
}

fn methods(method: &Method) -> &'static [&'static str] {
    match *method {
        Method::GET => &["GET", "HEAD"],
        Method::DELETE => &["DELETE"],
        _ => &["POST"],
    }
}
