//! Rules that look at more than one field, or at the inside of a text.

mod agents;
mod containers;
mod dates;
mod description;
mod management;
mod numbers;
mod rights;

use serde_json::{Map, Value};

use super::place::Place;
use crate::record::{items, text};
use crate::{Problem, Registry};

/// One (sub)record whose schema holds, as its rules see it.
pub(super) struct Level<'a> {
    pub(super) registry: &'static Registry,
    pub(super) map: &'a Map<String, Value>,
    pub(super) place: &'a Place<'a>,
    pub(super) problems: &'a mut Vec<Problem>,
}

type Rule = fn(&mut Level<'_>);

/// Runs the rules of `kind`.
pub(super) fn run(kind: &str, level: &mut Level<'_>) {
    for rule in of(kind) {
        rule(level);
    }
}

fn of(kind: &str) -> &'static [Rule] {
    match kind {
        "accession" => &[description::identifier],
        "resource" => &[description::identifier, description::language, description::other_level],
        "archival_object" => &[description::other_level, description::title_or_date],
        "digital_object_component" => &[description::label_title_or_date],
        "note_multipart" => &[description::subnotes, description::restriction],
        "note_bioghist" => &[description::subnotes],
        "date" => &[dates::begin_and_end, dates::not_empty],
        "structured_date_label" => &[dates::form],
        "structured_date_single" => &[dates::single],
        "structured_date_range" => &[dates::range],
        "agent_person" | "agent_family" | "agent_corporate_entity" => &[agents::existence],
        "agent_software" => &[agents::existence, agents::software],
        "agent_function" | "agent_place" | "agent_occupation" | "agent_topic" => &[agents::subject],
        "agent_sources" => &[agents::source],
        "agent_alternate_set" => &[agents::alternate_set],
        "used_language" => &[agents::language],
        "name_person" | "name_family" | "name_corporate_entity" | "name_software" => {
            &[agents::sort_name, agents::authority]
        }
        "rights_statement" => &[rights::by_type],
        "rights_statement_external_document" => &[rights::identifier_type],
        "location" => &[containers::location],
        "container_location" => &[containers::end_date],
        "instance" => &[containers::instance],
        "sub_container" => &[containers::levels],
        "container_profile" => &[containers::profile],
        "location_profile" => &[containers::location_profile],
        "collection_management" => &[management::processing],
        "user_defined" => &[management::user_defined],
        "event" => &[management::event],
        "assessment" => &[management::assessment],
        "field_query" | "date_field_query" => &[management::query],
        "find_and_replace_job" => &[management::replaced_property],
        _ => &[],
    }
}

impl<'a> Level<'a> {
    fn text(&self, property: &str) -> Option<&'a str> {
        text(self.map, property)
    }

    fn items(&self, property: &str) -> &'a [Value] {
        items(self.map, property)
    }

    /// Whether the property says anything.
    fn has(&self, property: &str) -> bool {
        self.map.get(property).is_some_and(|value| value.as_array().is_none_or(|values| !values.is_empty()))
    }

    fn has_any(&self, properties: &[&str]) -> bool {
        properties.iter().any(|property| self.has(property))
    }

    fn error(&mut self, property: &str, code: &'static str) {
        self.problems.push(Problem::error(self.place.member(property).pointer(), code));
    }

    fn error_with(&mut self, property: &str, code: &'static str, args: &[(&str, &str)]) {
        let problem = Problem::error(self.place.member(property).pointer(), code);
        self.problems.push(args.iter().fold(problem, |problem, (name, value)| problem.with(name, *value)));
    }
}
