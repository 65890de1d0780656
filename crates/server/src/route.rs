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
    /// Parameters in the shorthand of [`Param::parse_all`]; `list` for a paged list, `doc=KIND`, `raw` or `files` for a body, `kind=KIND` for the handler,
    /// `tells` for an answer that begins before its end.
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
    /// Without parameters it reads a few rows and nothing else: it is answered where the request came in, which takes
    /// less than handing it to a thread that may block.
    pub(crate) quick: bool,
    /// Its handler may tell how far it is, see [`crate::telling`].
    pub(crate) tells: bool,
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
        Self {
            method,
            path,
            codes,
            params,
            body,
            files,
            list,
            kind,
            handler,
            quick: false,
            tells: words.contains(&"tells"),
            missing: None,
            segments,
        }
    }

    /// Largest body, in bytes, as far as the server itself takes it.
    pub(crate) fn body_limit(&self) -> usize {
        match self.body {
            Body::Form if !self.files => body::SMALL,
            Body::Document(_) => body::DOCUMENT,
            Body::Form | Body::Raw => usize::MAX,
        }
    }

    /// How literal the match is, if the path is this route's: a bit for each segment, the first one the highest.
    fn matches(&self, path: &[&str]) -> Option<u64> {
        if path.len() != self.segments.len() {
            return None;
        }
        self.segments.iter().zip(path).try_fold(0, |literal, (segment, text)| {
            let is_literal = match segment {
                Segment::Literal(wanted) => (wanted == text).then_some(true)?,
                Segment::Hole(_, tail) => {
                    value(text, tail)?;
                    !tail.is_empty()
                }
            };
            Some(literal << 1 | u64::from(is_literal))
        })
    }

    /// The parameters of a path that is this route's.
    fn found(&self, path: &[&str]) -> BTreeMap<String, String> {
        let holes = self.segments.iter().zip(path).filter_map(|(segment, text)| match segment {
            Segment::Literal(_) => None,
            Segment::Hole(name, tail) => {
                let value = value(text, tail)?;
                Some((name.clone(), crate::params::decode(&value.replace('+', "%2B"))))
            }
        });
        holes.collect()
    }
}

/// What stands for a parameter in a segment of a path.
fn value<'t>(text: &'t str, tail: &str) -> Option<&'t str> {
    let value = match tail {
        FORMAT => text.rsplit_once('.')?.0,
        tail => text.strip_suffix(tail)?,
    };
    Some(value).filter(|value| !value.is_empty())
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
    /// Routes by how many segments their path has, and by its first and third: `/repositories/2/accessions/7`.
    places: HashMap<usize, HashMap<String, HashMap<String, Vec<usize>>>>,
}

/// The route of a request.
pub(crate) struct Found {
    /// For [`Router::at`].
    pub(crate) place: usize,
    /// Parameters in the path.
    pub(crate) params: BTreeMap<String, String>,
}

/// Stands for a segment that is not literal.
const HOLE: &str = ":";

impl Router {
    pub(crate) fn new(routes: Vec<Route>) -> Self {
        let mut router = Self { routes, places: HashMap::new() };
        for (at, route) in router.routes.iter().enumerate() {
            let said = |at: usize| match route.segments.get(at) {
                Some(Segment::Literal(text)) => text.clone(),
                _ => HOLE.to_owned(),
            };
            let firsts = router.places.entry(route.segments.len()).or_default();
            firsts.entry(said(0)).or_default().entry(said(2)).or_default().push(at);
        }
        router
    }

    /// The routes that may be those of a path.
    fn near<'r, 's>(
        &'r self,
        segments: &'s [&'s str],
    ) -> impl Iterator<Item = (usize, &'r Route)> + use<'r, 's> {
        let said = move |at: usize| [segments.get(at).copied(), Some(HOLE)].into_iter().flatten();
        let firsts = self.places.get(&segments.len());
        let thirds = said(0).filter_map(move |first| firsts?.get(first));
        let places = thirds.flat_map(move |thirds| said(2).filter_map(|third| thirds.get(third)));
        places.flatten().filter_map(|at| Some((*at, self.routes.get(*at)?)))
    }

    pub(crate) fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The route at a place that [`Router::find`] told.
    pub(crate) fn at(&self, place: usize) -> Option<&Route> {
        self.routes.get(place)
    }

    /// Place of the route for a method and a path, with the parameters in the path.
    /// Where several fit, the one that is literal earlier wins.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Result<Found, Failure> {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let segments = if segments.is_empty() { vec![""] } else { segments };
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        let (mut best, mut fitting) = (0, Vec::new());
        for (at, route) in self.near(&segments) {
            let Some(literal) = route.matches(&segments) else { continue };
            if literal > best {
                fitting.clear();
            }
            if literal >= best {
                // What stands there word for word owns the path: `/users/complete` is no user, whatever the method.
                best = literal;
                fitting.push((at, route));
            }
        }
        if let Some((place, route)) = fitting.iter().find(|(_, route)| route.method == *wanted) {
            return Ok(Found { place: *place, params: route.found(&segments) });
        }
        if fitting.is_empty() {
            return Err(Failure::NoRoute);
        }
        let mut allow: Vec<&'static str> = Vec::new();
        for (_, route) in &fitting {
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
